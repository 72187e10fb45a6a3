"""Neighbours of items and of users."""
