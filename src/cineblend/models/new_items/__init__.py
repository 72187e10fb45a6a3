"""Items nobody has rated."""
