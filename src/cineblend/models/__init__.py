"""Models: recommenders with one interface; no model imports another."""
