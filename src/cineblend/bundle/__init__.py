"""Bundle: a fitted recommender kept in a folder that holds nothing but data."""
