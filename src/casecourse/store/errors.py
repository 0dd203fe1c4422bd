"""What can go wrong with the store, told apart by what people can do about it. Fields, not sentences: the caller words them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Reason = Literal["full", "io", "busy", "readonly", "unreachable", "unsafe", "closed", "damaged"]


class StoreDown(Exception):  # noqa: N818  a state, not a mistake
    """The store cannot be used now and nothing was acknowledged; trying again later is right.

    `reason`: disk full, input/output error, locked by another process for too long, read-only, not reachable, not
    able to keep its promises (`unsafe`: a pragma that did not take), closed by us, or `damaged` (only as Damaged).
    `detail` is for the log.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Conflict(Exception):  # noqa: N818
    """An answer with this id is stored already and says something else, or belongs to somebody else."""

    def __init__(self, id: str) -> None:  # noqa: A002  the row's own word
        super().__init__(id)
        self.id = id


class Spent(Exception):  # noqa: N818
    """No attempt is left: the limit is reached, or the person has asked to see the key. `attempts` were made."""

    def __init__(self, attempts: int, *, revealed: bool) -> None:
        super().__init__(attempts)
        self.attempts = attempts
        self.revealed = revealed


class Stale(Exception):  # noqa: N818
    """What was asked for does not fit where the round is by now: its phase is `phase`, its vote `vote`."""

    def __init__(self, phase: str, vote: int) -> None:
        super().__init__(phase, vote)
        self.phase = phase
        self.vote = vote


class Damaged(StoreDown):
    """What lies at `place` is not a sound store. It was not touched; `found` says what the check saw.

    It is a StoreDown: whoever was sending something when it showed was not told that it is stored.
    """

    def __init__(self, place: str, found: tuple[str, ...]) -> None:
        super().__init__("damaged", "; ".join((place, *found)))
        self.place = place
        self.found = found


class Lost(Damaged):
    """Nothing lies at `place`, or nothing with answers in it, although a store was there: `found` says what shows it."""


class Unfit(Exception):  # noqa: N818
    """`file` cannot be restored from: not there, damaged, another program's, a newer version's, or the store itself."""

    def __init__(
        self, file: Path, why: Literal["missing", "damaged", "foreign", "newer", "same"], detail: str = ""
    ) -> None:
        super().__init__(f"{file}: {why} {detail}".strip())
        self.file = file
        self.why = why
        self.detail = detail


class Newer(Exception):  # noqa: N818
    """The store at `place` was made by a newer version of this program: its schema is `schema`, unknown here."""

    def __init__(self, place: str, schema: str) -> None:
        super().__init__(place, schema)
        self.place = place
        self.schema = schema


class Garbled(ValueError):  # noqa: N818  never shown: `plainly` turns it into Damaged
    """A value that was stored as something else than what stands there now. Readers meet it as Damaged."""
