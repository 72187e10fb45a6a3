"""The learned blend."""
