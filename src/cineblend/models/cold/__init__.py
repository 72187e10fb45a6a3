"""Taste for films nobody has rated: from their text, year and genres alone."""
