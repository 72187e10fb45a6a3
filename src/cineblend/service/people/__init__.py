"""People: profiles, their ratings and their lists, stored in SQLite."""
