"""Evaluate: protocols, metrics and the streaming evaluation of a recommender."""
