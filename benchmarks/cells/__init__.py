"""The suite's cells: one strategy on one dataset by one protocol, stored as one file."""
