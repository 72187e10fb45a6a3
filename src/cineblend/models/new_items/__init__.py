"""Models for items without ratings."""
