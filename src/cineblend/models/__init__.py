"""Models: recommenders behind one contract; no model imports another."""
