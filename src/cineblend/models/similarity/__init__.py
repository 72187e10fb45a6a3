"""Which items are alike."""
