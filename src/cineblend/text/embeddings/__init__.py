"""Cached, exported and imported vectors of texts."""
