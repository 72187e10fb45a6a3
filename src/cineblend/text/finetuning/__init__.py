"""Encoders tuned on ratings."""
