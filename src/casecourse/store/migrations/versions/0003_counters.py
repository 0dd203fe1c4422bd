"""Counters for live results, what each person last put into them, and the references given beside an answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _text(name: str, *args: object, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, *args, primary_key=key, nullable=False)  # type: ignore[arg-type]


def _class(*, key: bool = False) -> sa.Column[int]:
    return sa.Column("class_id", sa.Integer, sa.ForeignKey("classes.id"), primary_key=key, nullable=False)


def upgrade() -> None:
    """Add two tables and a column. The counters stay empty until they are recounted, which a start does."""
    op.add_column("answers", sa.Column("cites", sa.Text, nullable=True))  # NULL: older than the column, or none given
    op.create_table(
        "counted",
        _text("person_id", sa.ForeignKey("people.id"), key=True),
        _text("case_id", key=True),
        _text("exercise", key=True),
        _class(),
        _text("counts"),
    )
    op.create_index("counted_of", "counted", ["class_id", "case_id", "exercise"])
    op.create_table(
        "counters",
        _class(key=True),
        _text("case_id", key=True),
        _text("exercise", key=True),
        _text("slot", key=True),
        _text("label", key=True),
        sa.Column("n", sa.Integer, nullable=False),
    )
