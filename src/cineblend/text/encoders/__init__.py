"""Text encoders and their weights."""
