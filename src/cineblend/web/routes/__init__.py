"""Routes: the endpoints, one file per subject."""
