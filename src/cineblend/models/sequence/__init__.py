"""Models of when, and in which order, people rate."""
