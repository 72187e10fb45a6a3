"""Tuning: a strategy's hyper-parameters chosen on inner hold-outs of the training ratings."""
