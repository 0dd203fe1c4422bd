"""Drafting: what stands in widgets and fields is kept by itself, and a page never overwrites what it has not seen."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from casecourse.access import READ_OWN, WRITE_ANSWER, WRITE_CLOSED, Forbidden, Who, require
from casecourse.actions import joining
from casecourse.actions.sittings import closed
from casecourse.grading import JSON, Unreadable, typed
from casecourse.model import Course
from casecourse.store import Damaged, Store, StoreDown, drafts
from casecourse.store.rows import DraftRow

LONGEST_NAME = 200  # characters of a field's or a page's name
CHOSEN = 2**53  # a page that has seen everything: the person has looked at both texts and chosen
Outcome = Literal["kept", "newer", "closed", "stranger", "unknown", "unreadable", "later"]


@dataclass(frozen=True, slots=True)
class Screen:
    """A page in front of somebody: its name, and the newest of her revisions when it was opened."""

    id: str
    seen: int


def opened(who: Who, store: Store) -> Screen:
    """A page is being opened: whatever stands in the store now is what it will show."""
    return Screen(uuid.uuid4().hex, drafts.newest(store, who.person) if who.person else 0)


def keep(who: Who, store: Store, case: str, prompt: str, raw: JSON, screen: Screen) -> DraftRow:
    """Keep what stands in the widgets of a prompt, typed fields apart; returns what is stored.

    Another page's newer draft stays and comes back: its `raw` differs then. Raises Forbidden (also for
    a question that is closed), StoreDown.
    """
    require(who, WRITE_ANSWER, owner=who.person)
    if prompt.partition("/")[0] in closed(store, who.class_id, case):
        require(who, WRITE_CLOSED, owner=who.person)
    return drafts.put_draft(store, who.person or "", case, prompt, raw, screen=screen.id, seen=screen.seen)


def keep_text(
    who: Who, store: Store, course: Course, case: str, prompt: str, field: str, text: str, screen: Screen
) -> DraftRow:
    """Keep what stands in one typed field; the rest as `keep`.

    Raises Forbidden, LookupError where there is no such prompt, Unreadable for text that cannot be kept, StoreDown.
    """
    require(who, WRITE_ANSWER, owner=who.person)
    if not _asked(course, case, prompt) or not 0 < len(field) <= LONGEST_NAME or len(screen.id) > LONGEST_NAME:
        raise LookupError(prompt)
    typed(text)
    return keep(who, store, case, f"{prompt}/{field}", text, screen)


def receive(
    store: Store, course: Course, token: str | None, sent: Mapping[str, JSON]
) -> tuple[Outcome, dict[str, str]]:
    """Take a draft that a page sent beside its script: what became of it, and what the page may say.

    `sent` holds case, prompt, field, text, screen and seen; without `seen` the person has chosen this text. Told: the
    time and the revision; for `newer` the other text too; for `unreadable` why.
    """
    words = {name: sent.get(name) for name in ("case", "prompt", "field", "text", "screen")}
    if not all(isinstance(word, str) for word in words.values()):
        return "unknown", {}
    seen, page, text = sent.get("seen"), words.pop("screen"), words["text"]
    screen = Screen(str(page), seen if isinstance(seen, int) else CHOSEN)
    try:
        who = joining.who(store, token)
        row = keep_text(who, store, course, **{name: str(word) for name, word in words.items()}, screen=screen)
    except Forbidden as why:
        return ("closed" if why.action == WRITE_CLOSED else "stranger"), {}
    except LookupError:
        return "unknown", {}
    except Unreadable as why:
        return "unreadable", {"why": str(why)}
    except (StoreDown, Damaged):
        return "later", {}
    at = face(store, row.at)
    if row.raw == text:
        return "kept", {"at": at, "rev": str(row.rev)}
    return "newer", {"at": at, "rev": str(row.rev), "text": row.raw if isinstance(row.raw, str) else ""}


def draft_of(who: Who, store: Store, case: str, prompt: str) -> DraftRow | None:
    """What stands in the widgets of a prompt, or in one of its typed fields. Raises Forbidden."""
    require(who, READ_OWN, owner=who.person)
    kept = [d for d in drafts.drafts_of(store, who.person or "", case) if d.prompt.partition("/")[0] == prompt]
    return next((d for d in kept if d.prompt == prompt), kept[0] if kept else None)


def drop(who: Who, store: Store, case: str, prompt: str) -> None:
    """Forget the draft of a prompt: what it was the draft of is handed in. Raises Forbidden."""
    require(who, WRITE_ANSWER, owner=who.person)
    drafts.drop_draft(store, who.person or "", case, prompt)


def _asked(course: Course, case: str, prompt: str) -> bool:
    """True where the course asks this: an exercise of the case, or a discussion written `unit#block`."""
    unit_id, sharp, block = prompt.partition("#")
    if not sharp:
        return ":" not in prompt and course.exercise(case, prompt) is not None
    found = course.case(case)
    unit = found.unit(unit_id) if found else None
    return unit is not None and any(d.id == block for d in unit.discussions)


def face(store: Store, moment: datetime) -> str:
    """A time as people read it: hour and minute; the day too when it is not today's."""
    here = moment.astimezone()
    today = store.clock().astimezone().date()
    return here.strftime("%H:%M" if here.date() == today else "%m-%d %H:%M")
