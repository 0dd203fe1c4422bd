"""The tables, and how times, decimals and JSON are written in them: as text, the same in both dialects."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import (
    Column,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

from casecourse.store.errors import Garbled
from casecourse.store.rows import JSON

T = TypeVar("T")


def _read(reader: Callable[[str], T], value: str) -> T:
    try:
        return reader(value)
    except (TypeError, ValueError, ArithmeticError) as error:  # a flipped byte can turn a text into a number
        raise Garbled(str(value)[:80]) from error


class Moment(TypeDecorator[datetime]):
    """An aware time as UTC ISO text of fixed width, so that text order is time order."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else _read(datetime.fromisoformat, value)


class Exact(TypeDecorator[Decimal]):
    """A decimal as text: SQLite has no exact numbers."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else _read(Decimal, value)


class Json(TypeDecorator[JSON]):
    """Any JSON as text; NaN and infinities raise ValueError."""

    impl = Text
    cache_ok = True
    should_evaluate_none = True  # JSON null is a value, not a missing one

    def process_bind_param(self, value: JSON, dialect: Dialect) -> str:  # noqa: ARG002
        return as_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> JSON:  # noqa: ARG002
        return None if value is None else _read(json.loads, value)


def as_json(value: JSON) -> str:
    """Return the one text that stands for `value`: equal values give equal texts. Raises ValueError for NaN."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True)
    try:
        text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which no database takes as text
        return json.dumps(value, allow_nan=False, sort_keys=True)
    return text


metadata = MetaData()

classes = Table(
    "classes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("code", Text, nullable=False, unique=True),
    Column("created", Moment, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("class_id", ForeignKey("classes.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("suffix", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("created", Moment, nullable=False),
    UniqueConstraint("class_id", "name", "suffix"),
    UniqueConstraint("class_id", "code"),
)

instructors = Table(
    "instructors",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("passcode_hash", Text, nullable=False),
    Column("created", Moment, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("token_hash", Text, primary_key=True),
    Column("person_id", ForeignKey("people.id")),
    Column("instructor_id", ForeignKey("instructors.id")),
    Column("join_class", ForeignKey("classes.id")),
    Column("created", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
)

nonces = Table(
    "nonces",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("token_hash", Text, nullable=False),
    Column("person_id", ForeignKey("people.id")),
    Column("instructor_id", ForeignKey("instructors.id")),
    Column("expires", Moment, nullable=False),
)

tries = Table(
    "tries",
    metadata,
    Column("source", Text, primary_key=True),  # "" in the rows that count an account
    Column("account", Text, primary_key=True),  # "" in the rows that count a source
    Column("n", Integer, nullable=False),
    Column("last", Moment, nullable=False),
)

asked = Table(
    "asked",
    metadata,
    Column("fingerprint", Text, primary_key=True),
    Column("case_id", Text, primary_key=True),
    Column("exercise", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("snapshot", Json, nullable=False),
    Column("first_seen", Moment, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("class_id", ForeignKey("classes.id"), nullable=False),
    Column("case_id", Text, nullable=False),
    Column("exercise", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("raw", Json, nullable=False),
    Column("share", Exact),
    Column("score", Exact),
    Column("points", Exact),
    Column("matched", Json, nullable=False),
    Column("at", Moment, nullable=False),
    Column("cites", Json),
    ForeignKeyConstraint(
        ["fingerprint", "case_id", "exercise"], ["asked.fingerprint", "asked.case_id", "asked.exercise"]
    ),
    UniqueConstraint("person_id", "case_id", "exercise", "attempt"),
    Index("answers_to", "class_id", "case_id", "exercise"),
    sqlite_autoincrement=True,  # a number is never given twice
)

grades = Table(
    "grades",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("answer_id", ForeignKey("answers.id"), nullable=False),
    Column("grader", Text, nullable=False),  # an instructor's id, or SELF
    Column("levels", Json, nullable=False),
    Column("comment", Text, nullable=False),
    Column("share", Exact),
    Column("score", Exact),
    Column("points", Exact),
    Column("released", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Index("grades_of", "answer_id"),
    sqlite_autoincrement=True,
)

# What each person's last answer put into the counters: exactly that is taken out when she answers again.
counted = Table(
    "counted",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("case_id", Text, primary_key=True),
    Column("exercise", Text, primary_key=True),
    Column("class_id", ForeignKey("classes.id"), nullable=False),
    Column("counts", Json, nullable=False),
    Index("counted_of", "class_id", "case_id", "exercise"),
)

counters = Table(
    "counters",
    metadata,
    Column("class_id", ForeignKey("classes.id"), primary_key=True),
    Column("case_id", Text, primary_key=True),
    Column("exercise", Text, primary_key=True),
    Column("slot", Text, primary_key=True),
    Column("label", Text, primary_key=True),
    Column("n", Integer, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("case_id", Text, primary_key=True),
    Column("prompt", Text, primary_key=True),
    Column("raw", Json, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("screen", Text, nullable=False, server_default=""),
)

revisions = Table(
    "revisions",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("n", Integer, nullable=False),
)

places = Table(
    "places",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("case_id", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    Column(
        "visit", Integer, nullable=False
    ),  # counts a person's changes of place: their order, whatever the clock says
    Column("at", Moment, nullable=False),
)

reveals = Table(
    "reveals",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("case_id", Text, primary_key=True),
    Column("exercise", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Json, nullable=False),
)

# A round is any exercise put to the vote in a class; `secret` hides who an anonymous voter is, and goes when it ends.
rounds = Table(
    "rounds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("class_id", ForeignKey("classes.id"), nullable=False),
    Column("case_id", Text, nullable=False),
    Column("exercise", Text, nullable=False),
    Column("named", Integer, nullable=False),
    Column("secret", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("vote", Integer, nullable=False),
    Column("created", Moment, nullable=False),
    Column("ended", Moment),
    Index("rounds_of", "class_id", "id"),
    sqlite_autoincrement=True,
)

votes = Table(
    "votes",
    metadata,
    Column("round_id", ForeignKey("rounds.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("opened", Moment, nullable=False),
    Column("locked", Moment),
    Column("void", Integer, nullable=False),
)

ballots = Table(
    "ballots",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("round_id", Integer, nullable=False),
    Column("vote", Integer, nullable=False),
    Column("voter", Text, nullable=False),  # a person's id in a named round; else what only the round's secret makes
    Column("case_id", Text, nullable=False),
    Column("exercise", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("raw", Json, nullable=False),
    Column("share", Exact),
    Column("why", Text, nullable=False),
    ForeignKeyConstraint(["round_id", "vote"], ["votes.round_id", "votes.n"]),
    ForeignKeyConstraint(
        ["fingerprint", "case_id", "exercise"], ["asked.fingerprint", "asked.case_id", "asked.exercise"]
    ),
    Index("ballots_in", "round_id", "vote", "voter"),
    sqlite_autoincrement=True,
)

stages = Table(
    "stages",
    metadata,
    Column("class_id", ForeignKey("classes.id"), primary_key=True),
    Column("rev", Integer, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("step", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("round_id", ForeignKey("rounds.id")),
    Column("cover", Text, nullable=False),
    Column("revealed", Integer, nullable=False),
    Column("timer", Moment),
    Column("at", Moment, nullable=False),
)
