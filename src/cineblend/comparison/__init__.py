"""The comparison: strategies, how they are planned and fitted, and the whole flow."""
