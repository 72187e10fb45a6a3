"""Words: what a person types, understood, and the films that it finds."""
