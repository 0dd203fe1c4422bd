"""Grades of arguments, which are only added, like the answers that they speak of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, and the triggers that refuse to change or remove what is in it."""
    op.create_table(
        "grades",
        sa.Column("seq", sa.Integer, primary_key=True, nullable=False),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("answer_id", sa.Text, sa.ForeignKey("answers.id"), nullable=False),
        sa.Column("grader", sa.Text, nullable=False),
        sa.Column("levels", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("share", sa.Text, nullable=True),
        sa.Column("score", sa.Text, nullable=True),
        sa.Column("points", sa.Text, nullable=True),
        sa.Column("released", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("grades_of", "grades", ["answer_id"])
    if op.get_bind().dialect.name == "postgresql":
        _only_added_in_postgresql()
    else:
        _only_added_in_sqlite()


def _only_added_in_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION grades_only_added() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE EXCEPTION 'grades are only added' USING ERRCODE = 'restrict_violation'; END$$"
    )
    for when, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER grades_no_{each.lower()} BEFORE {when} ON grades "
            f"FOR EACH {each} EXECUTE FUNCTION grades_only_added()"
        )


def _only_added_in_sqlite() -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, 'grades are only added'); END"
    for event in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER grades_no_{event.lower()} BEFORE {event} ON grades {refuse}")
    # INSERT OR REPLACE deletes without a DELETE trigger unless the connection asks for it
    taken = "EXISTS (SELECT 1 FROM grades WHERE seq = NEW.seq OR id = NEW.id)"
    op.execute(f"CREATE TRIGGER grades_no_replace BEFORE INSERT ON grades WHEN {taken} {refuse}")
