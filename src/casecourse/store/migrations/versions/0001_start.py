"""The first schema, and the triggers that let answers only be added."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# tables whose rows are never changed, and when a new row would take the place of an old one
FACTS = {
    "answers": "seq = NEW.seq OR id = NEW.id",
    "asked": "(fingerprint, case_id, exercise) = (NEW.fingerprint, NEW.case_id, NEW.exercise)",
}


def upgrade() -> None:
    """Make every table in an empty database."""
    _people()
    _answers()
    _work()
    for table, same in FACTS.items():
        _only_added(table, same)


def _text(name: str, *args: object, nullable: bool = False, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, *args, primary_key=key, nullable=nullable)  # type: ignore[arg-type]


def _number(name: str, *args: object, nullable: bool = False, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, *args, primary_key=key, nullable=nullable)  # type: ignore[arg-type]


def _person(*, key: bool = False, nullable: bool = False) -> sa.Column[str]:
    return _text("person_id", sa.ForeignKey("people.id"), key=key, nullable=nullable)


def _instructor() -> sa.Column[str]:
    return _text("instructor_id", sa.ForeignKey("instructors.id"), nullable=True)


def _people() -> None:
    op.create_table(
        "classes", _number("id", key=True), _text("name"), _text("code"), _text("created"), sa.UniqueConstraint("code")
    )
    op.create_table(
        "people",
        _text("id", key=True),
        _number("class_id", sa.ForeignKey("classes.id")),
        _text("name"),
        _number("suffix"),
        _text("code"),
        _text("created"),
        sa.UniqueConstraint("class_id", "name", "suffix"),
        sa.UniqueConstraint("class_id", "code"),
    )
    op.create_table("instructors", _text("id", key=True), _text("name"), _text("passcode_hash"), _text("created"))
    op.create_table(
        "devices",
        _text("token_hash", key=True),
        _person(nullable=True),
        _instructor(),
        _number("join_class", sa.ForeignKey("classes.id"), nullable=True),
        _text("created"),
        _text("seen"),
        _text("expires"),
    )
    op.create_table(
        "nonces", _text("hash", key=True), _text("token_hash"), _person(nullable=True), _instructor(), _text("expires")
    )
    op.create_table("tries", _text("source", key=True), _text("account", key=True), _number("n"), _text("last"))


def _answers() -> None:
    op.create_table(
        "asked",
        _text("fingerprint", key=True),
        _text("case_id", key=True),
        _text("exercise", key=True),
        _text("kind"),
        _text("snapshot"),
        _text("first_seen"),
    )
    op.create_table(
        "answers",
        _number("seq", key=True),
        _text("id"),
        _person(),
        _number("class_id", sa.ForeignKey("classes.id")),
        _text("case_id"),
        _text("exercise"),
        _text("kind"),
        _text("fingerprint"),
        _number("attempt"),
        _text("raw"),
        _text("share", nullable=True),
        _text("score", nullable=True),
        _text("points", nullable=True),
        _text("matched"),
        _text("at"),
        sa.ForeignKeyConstraint(
            ["fingerprint", "case_id", "exercise"], ["asked.fingerprint", "asked.case_id", "asked.exercise"]
        ),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("person_id", "case_id", "exercise", "attempt"),
        sqlite_autoincrement=True,
    )
    op.create_index("answers_to", "answers", ["class_id", "case_id", "exercise"])


def _work() -> None:
    op.create_table(
        "drafts",
        _person(key=True),
        _text("case_id", key=True),
        _text("prompt", key=True),
        _text("raw"),
        _number("rev"),
        _text("at"),
    )
    op.create_table(
        "places", _person(key=True), _text("case_id", key=True), _text("unit"), _number("visit"), _text("at")
    )
    op.create_table("reveals", _person(key=True), _text("case_id", key=True), _text("exercise", key=True), _text("at"))
    op.create_table("settings", _text("key", key=True), _text("value"))


def _only_added(table: str, same: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_only_added() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$BEGIN RAISE EXCEPTION '{table} are only added' USING ERRCODE = 'restrict_violation'; END$$"
        )
        for when, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{each.lower()} BEFORE {when} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION {table}_only_added()"
            )
        return
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} are only added'); END"
    for event in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} {refuse}")
    # INSERT OR REPLACE deletes without a DELETE trigger unless the connection asks for it
    taken = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608  constants of this file
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} {refuse}")
