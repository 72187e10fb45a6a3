"""Ranking: lists of the best items, from scores or straight from factors."""
