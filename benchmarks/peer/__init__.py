"""The parts of benchmarks/peers.py: the peers as rows, the process of each, tuning and judging."""
