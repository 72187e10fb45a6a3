"""Routes: what can be asked, a file a subject."""
