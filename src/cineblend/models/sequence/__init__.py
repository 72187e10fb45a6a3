"""Models of the times and the order of ratings."""
