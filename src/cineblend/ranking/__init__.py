"""Lists of best items: from scores, and straight from factors."""
