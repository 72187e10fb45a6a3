"""Neighbours of items and of people."""
