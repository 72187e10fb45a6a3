"""How lists react to a user's ratings: pure measures, without a model or a file."""
