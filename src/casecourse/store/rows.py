"""What the store gives and takes: plain frozen rows. Times are aware and in UTC; lists come in the order of `seq`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

JSON: TypeAlias = Any  # whatever json.dumps takes, except NaN and infinities
Counts: TypeAlias = Mapping[str, Mapping[str, int]]  # slot → label → n


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """An answer on its way in. `id` is chosen by the client once per 提交, so that a retry is known as one.

    `share` and `score` are None where nothing is scored. `snapshot` is the exercise as it was asked; it is stored
    once per fingerprint. `cites` are the references that the person gave beside it. `counts` is what this answer, as
    the person's last one, puts into the counters.
    """

    id: str
    person_id: str
    case_id: str
    exercise: str
    kind: str
    fingerprint: str
    raw: JSON
    snapshot: JSON
    share: Decimal | None = None
    score: Decimal | None = None
    points: Decimal | None = None
    matched: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    counts: Counts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A stored answer. `seq` grows with every answer of the store; `attempt` counts from 1 per person and exercise."""

    seq: int
    id: str
    person_id: str
    class_id: int
    case_id: str
    exercise: str
    kind: str
    fingerprint: str
    attempt: int
    raw: JSON
    share: Decimal | None
    score: Decimal | None
    points: Decimal | None
    matched: tuple[str, ...]
    at: datetime
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedRow:
    """An exercise as it stood when the first answer under this fingerprint came."""

    fingerprint: str
    case_id: str
    exercise: str
    kind: str
    snapshot: JSON
    first_seen: datetime


SELF: Final = "self"  # the grader of one's own answer


@dataclass(frozen=True, slots=True)
class NewGrade:
    """A grade on its way in. `id` is chosen by the client once per saving, so that a retry is known as one.

    `grader` is an instructor's id or SELF. `levels` maps a row of the rubric to the level chosen, as text; while a row
    is missing, `share` and `score` are None: the grade is not finished.
    """

    id: str
    answer_id: str
    grader: str
    levels: Mapping[str, str]
    comment: str = ""
    share: Decimal | None = None
    score: Decimal | None = None
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class GradeRow:
    """A stored grade. `seq` grows with every grade of the store; `released` rows may be seen by whom they grade."""

    seq: int
    id: str
    answer_id: str
    grader: str
    levels: Mapping[str, str]
    comment: str
    share: Decimal | None
    score: Decimal | None
    points: Decimal | None
    released: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class DraftRow:
    """What stands in the widgets of one prompt (an exercise id, or `unit#block`), or in one of its fields (`prompt/field`).

    `rev` numbers a person's changes through, over all her drafts; `screen` is the page that made this one.
    """

    person_id: str
    case_id: str
    prompt: str
    raw: JSON
    rev: int
    at: datetime
    screen: str = ""


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class; `code` is what people join with."""

    id: int
    name: str
    code: str
    created: datetime


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A student. `suffix` is 1, or the visible number that tells equal names of one class apart."""

    id: str
    class_id: int
    name: str
    suffix: int
    code: str
    created: datetime

    @property
    def shown(self) -> str:
        """The name as everybody sees it: 王芳, 王芳2. Unique in its class."""
        return full_name(self.name, self.suffix)


def full_name(name: str, suffix: int) -> str:
    """Return a name with its visible number, which 1 does not have."""
    return name if suffix == 1 else f"{name}{suffix}"


@dataclass(frozen=True, slots=True)
class InstructorRow:
    """An instructor and the hash of the passcode."""

    id: str
    name: str
    passcode_hash: str
    created: datetime


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A browser that we know by the hash of its cookie, and whom it stands for: a person, an instructor or nobody yet."""

    token_hash: str
    person: PersonRow | None
    instructor: InstructorRow | None
    join_class: int | None
    created: datetime
    seen: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """The unit of a case where a person was last; the highest `visit` is the latest."""

    person_id: str
    case_id: str
    unit: str
    visit: int
    at: datetime


Phase: TypeAlias = Literal["closed", "vote", "locked", "discuss", "revealed", "ended"]


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round: an exercise put to the vote in a class. `vote` numbers its votes from 1; 0 before the first.

    `secret` makes an anonymous voter's mark out of her id; it is "" in a named round, and in every round that has ended.
    """

    id: int
    class_id: int
    case_id: str
    exercise: str
    named: bool
    secret: str
    phase: Phase
    vote: int
    created: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class VoteRow:
    """One vote of a round. `void`: it was started anew; its ballots are kept and count no more."""

    round_id: int
    n: int
    opened: datetime
    locked: datetime | None
    void: bool


@dataclass(frozen=True, slots=True)
class NewBallot:
    """A ballot on its way in; the fields are those of NewAnswer. `why` says why she changed her mind, or ""."""

    id: str
    round_id: int
    vote: int
    voter: str
    case_id: str
    exercise: str
    kind: str
    fingerprint: str
    raw: JSON
    snapshot: JSON
    share: Decimal | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class BallotRow:
    """A stored ballot. A voter's last one of a vote counts. It has no time of its own: that would tell who cast it."""

    seq: int
    id: str
    round_id: int
    vote: int
    voter: str
    case_id: str
    exercise: str
    fingerprint: str
    raw: JSON
    share: Decimal | None
    why: str


Cover: TypeAlias = Literal["", "blank", "code", "help"]


@dataclass(frozen=True, slots=True)
class StageRow:
    """What a class's projector shows: a step of a unit, one of its `parts`, what covers it, and the round in hand.

    `rev` grows with every change that a screen has to follow. `revealed`: the key of the step's exercise is shown.
    `timer` is when the time set is over.
    """

    class_id: int
    rev: int
    case_id: str
    unit: str
    step: int
    part: int
    parts: int
    round_id: int | None
    cover: Cover
    revealed: bool
    timer: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Pulse:
    """As much of a stage as its screens are told at once: its revision, the round's phase, and how many have voted."""

    rev: int
    phase: str
    n: int
