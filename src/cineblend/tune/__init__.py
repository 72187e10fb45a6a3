"""Tuning: a strategy's numbers chosen on inner hold-outs of the training ratings."""
