"""What a person's last import changed, so that it can be undone."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table."""
    op.execute(
        """CREATE TABLE last_import (
            profile_id TEXT NOT NULL PRIMARY KEY REFERENCES profile (profile_id) ON DELETE CASCADE,
            changes TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )


def downgrade() -> None:
    """Drop the table; what was imported stays."""
    op.execute("DROP TABLE last_import")
