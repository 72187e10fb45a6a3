"""Bundle: a fitted recommender saved in a folder that holds only data."""
