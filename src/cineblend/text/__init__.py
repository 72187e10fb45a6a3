"""Text: documents of items, and the encoders that turn them into vectors."""

import logging

# sentence-transformers imports bitsandbytes if it is installed. That import warns on stderr, for every
# encoder, that a faster kernel could be installed.
logging.getLogger("bitsandbytes.backends.cpu.ops").setLevel(logging.ERROR)
