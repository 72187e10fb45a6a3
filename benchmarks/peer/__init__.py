"""What benchmarks/peers.py is made of: the peers as rows, the process each runs in, tuning and judging."""
