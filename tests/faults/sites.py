"""Every function of the store that writes, found in its source, and what each is called with when the disk fails."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from casecourse import store as stores
from casecourse.store import Store, answers, devices, drafts, grades, instructors, people, rounds, stages
from casecourse.store.rows import NewBallot, NewGrade
from tests.faults.loader import new

NOW: Final = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LASTS: Final = timedelta(days=1)


@dataclass(frozen=True)
class Site:
    """A function that writes."""

    name: str
    function: Callable[..., Any]

    def call(self, store: Store) -> Any:
        """Call it with something that is worth writing. Raises KeyError for a parameter nobody has given a value."""
        given = values(store) | SPECIAL.get(self.name, {})
        wanted = inspect.signature(self.function).parameters
        names = [n for n, p in wanted.items() if n != "store" and (p.default is p.empty or (self.name, n) in MEANT)]
        many = {n for n in names if wanted[n].kind is inspect.Parameter.VAR_KEYWORD}
        positional = {
            n: given[n] for n in names if n not in many and wanted[n].kind is not inspect.Parameter.KEYWORD_ONLY
        }
        named = {n: given[n] for n in names if n not in positional and n not in many}
        named |= {k: v for n in many for k, v in given[n].items()}
        return self.function(store, *positional.values(), **named)


# Parameters with a default, without which a call would say little.
MEANT: Final = {
    ("devices.bind_device", "person_id"),
    ("devices.forget_devices_of", "person_id"),
    ("devices.issue_nonce", "person_id"),
}

# What one call needs to be other than for the others.
SPECIAL: Final[dict[str, dict[str, Any]]] = {
    "devices.issue_nonce": {"nonce_hash": "another nonce"},
    "rounds.add_ballot": {
        "new": NewBallot("b-1", 1, 1, "voter", "faults", "essay", "open", "f" * 16, {"text": "票"}, {"prompt": "题"})
    },
    "stages.note_parts": {"class_id": 2},
    "grades.add_grade": {"new": NewGrade("g-2", "0-1", "self", {"证据": "4"})},
}


def clock() -> datetime:
    """A time that stands still, so that two runs write the same."""
    return NOW


@cache
def sites() -> tuple[Site, ...]:
    """Every public function of the store that calls `store.write`, by name."""
    found = []
    for info in pkgutil.iter_modules(stores.__path__):
        module = importlib.import_module(f"{stores.__name__}.{info.name}")
        tree = ast.parse(inspect.getsource(module))
        names = [n.name for n in tree.body if isinstance(n, ast.FunctionDef) and n.name[0] != "_" and _writes(n)]
        found += [Site(f"{info.name}.{name}", getattr(module, name)) for name in names]
    return tuple(found)


def _writes(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(n, ast.Attribute) and n.attr == "write" and isinstance(n.value, ast.Name) and n.value.id == "store"
        for n in ast.walk(function)
    )


def prepare(store: Store) -> None:
    """Put into a new store what the calls below work on."""
    person = people.join(store, 1, "王芳")
    teacher = instructors.add_instructor(store, "教师", "hash")
    devices.bind_device(store, "old", lasts=LASTS, person_id=person.id)
    devices.issue_nonce(store, "nonce", "old", person_id=person.id)
    drafts.put_draft(store, person.id, "faults", "essay", {"text": "停电"})
    drafts.put_draft(store, person.id, "faults", "pick", ["居委会"])
    answers.add_answer(store, new("0-1", person.id))
    grades.add_grade(store, NewGrade("g-1", "0-1", teacher.id, {"证据": "3"}, "口径？"))
    other = people.add_class(store, "二班")  # the round of the calls below; a class has one at a time
    rounds.do(store, rounds.add_round(store, other.id, "faults", "essay", named=False).id, "open")
    for _ in range(2):
        instructors.may_try(store, "source", "account")
    assert teacher.id


def values(store: Store) -> dict[str, Any]:
    """Parameter → what it is given, in a store that was prepared."""
    person = people.people_of(store, 1)[0]
    device = devices.who(store, "old")
    return {
        "account": "account",
        "case_id": "faults",
        "changed": {"step": 1},
        "class_id": 1,
        "code": "ABC234",
        "counts": lambda case, exercise, raw: {"": {str(raw): 1}},
        "deed": "lock",
        "device": None if device is None else replace(device, seen=NOW - timedelta(hours=1)),
        "exercise": "essay",
        "grade_ids": ["g-1"],
        "instructor_id": instructors.list_instructors(store)[0].id,
        "key": "closed:1:faults",
        "lasts": LASTS,
        "name": "李强",
        "named": False,
        "new": new("0-2", person.id),
        "new_hash": "fresh",
        "nonce_hash": "nonce",
        "old_hash": "old",
        "parts": 3,
        "passcode_hash": "another",
        "person_id": person.id,
        "prompt": "essay",
        "raw": {"text": "停电以后"},
        "rev": stages.stage(store, 2).rev,
        "round_id": 1,
        "source": "source",
        "token_hash": "token" if device is None else "old",
        "unit": "first",
        "value": ["essay"],
    }
