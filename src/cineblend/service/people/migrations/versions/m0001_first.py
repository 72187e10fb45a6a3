"""Profiles, ratings, and a person's lists."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the three tables."""
    op.execute(
        """CREATE TABLE profile (
            profile_id TEXT NOT NULL PRIMARY KEY,
            created_at INTEGER NOT NULL
        ) STRICT"""
    )
    op.execute(
        """CREATE TABLE rating (
            profile_id TEXT NOT NULL REFERENCES profile (profile_id) ON DELETE CASCADE,
            item_id ANY NOT NULL,
            rating REAL NOT NULL,
            rated_at INTEGER NOT NULL,
            PRIMARY KEY (profile_id, item_id)
        ) STRICT, WITHOUT ROWID"""
    )
    op.execute(
        """CREATE TABLE mark (
            profile_id TEXT NOT NULL REFERENCES profile (profile_id) ON DELETE CASCADE,
            list_name TEXT NOT NULL CHECK (list_name IN ('watchlist', 'hidden')),
            item_id ANY NOT NULL,
            marked_at INTEGER NOT NULL,
            PRIMARY KEY (profile_id, list_name, item_id)
        ) STRICT, WITHOUT ROWID"""
    )


def downgrade() -> None:
    """Drop the tables with all their data."""
    for table in ("mark", "rating", "profile"):
        op.execute(f"DROP TABLE {table}")
