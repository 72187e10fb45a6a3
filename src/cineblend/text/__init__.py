"""Text: what stands for an item in words, and the encoders that turn words into vectors."""
