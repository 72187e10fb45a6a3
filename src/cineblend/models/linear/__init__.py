"""Linear item models: EASE and its relatives."""
