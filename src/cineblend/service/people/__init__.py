"""People: profiles, their ratings and their lists, kept in SQLite."""
