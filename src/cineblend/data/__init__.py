"""Data: ratings, catalogues, where they come from and how they are split."""
