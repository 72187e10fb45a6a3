"""Matching titles and films of different sources."""
