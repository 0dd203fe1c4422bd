"""The stage of a class, rounds of votes, and ballots, which are only added."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _text(name: str, *args: object, key: bool = False, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, *args, primary_key=key, nullable=nullable)  # type: ignore[arg-type]


def _number(name: str, *args: object, key: bool = False, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, *args, primary_key=key, nullable=nullable)  # type: ignore[arg-type]


def upgrade() -> None:
    """Add four tables."""
    op.create_table(
        "rounds",
        _number("id", key=True),
        _number("class_id", sa.ForeignKey("classes.id")),
        _text("case_id"),
        _text("exercise"),
        _number("named"),
        _text("secret"),
        _text("phase"),
        _number("vote"),
        _text("created"),
        _text("ended", nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("rounds_of", "rounds", ["class_id", "id"])
    op.create_table(
        "votes",
        _number("round_id", sa.ForeignKey("rounds.id"), key=True),
        _number("n", key=True),
        _text("opened"),
        _text("locked", nullable=True),
        _number("void"),
    )
    _ballots()
    _stages()


def _ballots() -> None:
    op.create_table(
        "ballots",
        _number("seq", key=True),
        _text("id"),
        _number("round_id"),
        _number("vote"),
        _text("voter"),
        _text("case_id"),
        _text("exercise"),
        _text("fingerprint"),
        _text("raw"),
        _text("share", nullable=True),
        _text("why"),
        sa.ForeignKeyConstraint(["round_id", "vote"], ["votes.round_id", "votes.n"]),
        sa.ForeignKeyConstraint(
            ["fingerprint", "case_id", "exercise"], ["asked.fingerprint", "asked.case_id", "asked.exercise"]
        ),
        sa.UniqueConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ballots_in", "ballots", ["round_id", "vote", "voter"])
    _only_added()


def _stages() -> None:
    op.create_table(
        "stages",
        _number("class_id", sa.ForeignKey("classes.id"), key=True),
        _number("rev"),
        _text("case_id"),
        _text("unit"),
        _number("step"),
        _number("part"),
        _number("parts"),
        _number("round_id", sa.ForeignKey("rounds.id"), nullable=True),
        _text("cover"),
        _number("revealed"),
        _text("timer", nullable=True),
        _text("at"),
    )


def _only_added() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION ballots_only_added() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'ballots are only added' USING ERRCODE = 'restrict_violation'; END$$"
        )
        for when, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER ballots_no_{each.lower()} BEFORE {when} ON ballots "
                f"FOR EACH {each} EXECUTE FUNCTION ballots_only_added()"
            )
        return
    refuse = "BEGIN SELECT RAISE(ABORT, 'ballots are only added'); END"
    for event in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER ballots_no_{event.lower()} BEFORE {event} ON ballots {refuse}")
    taken = "EXISTS (SELECT 1 FROM ballots WHERE seq = NEW.seq OR id = NEW.id)"
    op.execute(f"CREATE TRIGGER ballots_no_replace BEFORE INSERT ON ballots WHEN {taken} {refuse}")
