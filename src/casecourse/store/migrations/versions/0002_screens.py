"""Drafts know which screen wrote them, and revisions count a person's changes, so that an older screen is known as older."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the counter; what is stored so far counts as revision by revision."""
    op.add_column("drafts", sa.Column("screen", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "revisions",
        sa.Column("person_id", sa.Text, sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("n", sa.Integer, nullable=False),
    )
    op.execute("INSERT INTO revisions (person_id, n) SELECT person_id, max(rev) FROM drafts GROUP BY person_id")
