"""Text: what stands for an item in words, and the encoders that turn words into vectors."""

import logging

# Where bitsandbytes is installed, importing sentence-transformers imports it, and that import says on
# stderr, to users of every encoder, that a faster kernel could be installed.
logging.getLogger("bitsandbytes.backends.cpu.ops").setLevel(logging.ERROR)
