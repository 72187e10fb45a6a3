"""The suite's cells: one strategy on one dataset by one protocol, kept as one file."""
