"""A list of the films that a person owns."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Let the lists hold owned films."""
    _rebuild("'watchlist', 'hidden', 'owned'")


def downgrade() -> None:
    """Drop the lists of owned films."""
    op.execute("DELETE FROM mark WHERE list_name = 'owned'")
    _rebuild("'watchlist', 'hidden'")


def _rebuild(lists: str) -> None:
    """Copy the table to one with other lists: SQLite changes no constraint in place."""
    op.execute(
        f"""CREATE TABLE mark_new (
            profile_id TEXT NOT NULL REFERENCES profile (profile_id) ON DELETE CASCADE,
            list_name TEXT NOT NULL CHECK (list_name IN ({lists})),
            item_id ANY NOT NULL,
            marked_at INTEGER NOT NULL,
            PRIMARY KEY (profile_id, list_name, item_id)
        ) STRICT, WITHOUT ROWID"""
    )
    op.execute("INSERT INTO mark_new SELECT profile_id, list_name, item_id, marked_at FROM mark")
    op.execute("DROP TABLE mark")
    op.execute("ALTER TABLE mark_new RENAME TO mark")
