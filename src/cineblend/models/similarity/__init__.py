"""Similarity of items."""
