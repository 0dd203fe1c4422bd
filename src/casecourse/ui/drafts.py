"""Drafts on the page: which screen this is, what goes back into widgets and fields, what is kept, which of two is taken."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st

from casecourse.access import Forbidden
from casecourse.actions import answering, drafting, joining
from casecourse.actions.answering import Mine, Standing
from casecourse.actions.drafting import Screen
from casecourse.grading import JSON, Unreadable
from casecourse.store.errors import StoreDown
from casecourse.store.rows import DraftRow
from casecourse.texts import t
from casecourse.ui import passages, session
from casecourse.ui.blocks.passage import place
from casecourse.ui.components.answer_box import Prompt, Typed, fields_of
from casecourse.ui.components.page import screen as mount
from casecourse.ui.components.page import told
from casecourse.ui.components.save_state import Kept
from casecourse.ui.kinds import TWINS

BESIDE = "#cites"  # in a stored draft: no kind's answer has such a name


def mine(case: str, *, fresh: bool = False) -> Mine:
    """What this person has in a case; read from the store once per page run and after every write of hers."""
    name = f"mine-{case}"
    found = session.kept(name)
    if fresh or not isinstance(found, Mine):
        found = answering.mine(session.who(), session.store(), case)
        session.keep(name, found)
    return found


def opened(name: str) -> bool:
    """Call first on a page with questions: True when it was opened just now, so that drafts go into its widgets.

    After a restart of the server the browser still shows what was written there: then it is the same screen as before,
    and what stands in it is newer than what the store has.
    """
    if not session.kept("session"):
        session.keep("session", uuid.uuid4().hex)
    first, fresh = session.kept("at") is None, session.kept("at") != name
    if fresh:
        session.drop("screen-told")
        session.keep("screen", drafting.opened(session.who(), session.store()))
        session.keep("restored", set())
    here = screen()
    mount(name, str(session.kept("session")), here.id, here.seen)
    before = told(name)
    session.keep("at", name)
    session.keep("stands", first and before is not None)
    if not fresh:
        return False
    if first and before is not None:
        session.keep("screen", Screen(*before))
    else:
        session.clear("w-")
    return True


def screen() -> Screen:
    """The screen in front of this person."""
    found = session.kept("screen")
    return found if isinstance(found, Screen) else Screen("", 0)


# ---- into the widgets ------------------------------------------------------------------------------------------------


def fresh(key: str) -> bool:
    """True when a question is drawn for the first time on this screen, so that its drafts go into its widgets now."""
    done = session.kept("restored", set())
    first = key not in done
    done.add(key)
    return first and not session.kept("stands")


def restore(key: str, now: Standing) -> bool:
    """Put the stored draft into the widgets where `fresh` says so, which is returned.

    A twin that is HELD keeps its value in the session: after a restart of the server the browser has nothing newer.
    """
    first = fresh(key)
    twin = TWINS[now.exercise.kind]
    if now.draft is not None and (first or getattr(twin, "HELD", False)):
        raw, cites = unpacked(now.draft.raw)
        stored = values(now, raw, cites, key=key) if first else twin.restore(now.exercise, raw, key=key)
        for widget, value in stored.items():
            st.session_state.setdefault(widget, value)
    return first


def values(now: Standing, raw: JSON, cites: Iterable[str], *, key: str) -> dict[str, Any]:
    """Widget values for an answer and the passages that it cites."""
    found: dict[str, Any] = TWINS[now.exercise.kind].restore(now.exercise, raw, key=key)
    return found | passages.restore(now.passages, cites, key=key)


def packed(raw: JSON, cites: Sequence[str]) -> JSON:
    """A draft as it is stored: what is picked, and the passages cited where there are any."""
    return {BESIDE: list(cites), "raw": raw} if cites else raw


def unpacked(stored: JSON) -> tuple[JSON, tuple[str, ...]]:
    """(what is picked, the passages cited) of a stored draft."""
    if isinstance(stored, dict) and BESIDE in stored:
        return stored.get("raw"), tuple(stored[BESIDE])
    return stored, ()


def fill(key: str, values: Mapping[str, Any]) -> None:
    """Put these values into the widgets and fields of a question instead of what stands there, before they are drawn."""
    for field in session.kept(f"fields-{key}", []):
        st.session_state[field] = ""
    for widget, value in values.items():
        st.session_state[widget] = value
    session.keep(f"epoch-{key}", uuid.uuid4().hex)
    session.kept("restored", set()).add(key)


@contextmanager
def fields(case: str, prompt: str, key: str, stored: Mapping[str, DraftRow], *, restoring: bool) -> Iterator[Prompt]:
    """Typed fields drawn inside belong to this question, with their own drafts."""
    who, store = session.who(), session.store()
    owner = joining.hashed(who.person)[:12] if who.person else ""
    texts = {n: (str(r.raw or ""), r.rev, drafting.face(store, r.at)) for n, r in stored.items()}
    with fields_of(Prompt(case, prompt, owner, texts, restoring, session.kept(f"epoch-{key}", ""))) as here:
        yield here
    session.keep(f"fields-{key}", here.keys)


# ---- out of the widgets ----------------------------------------------------------------------------------------------


def apart(raw: JSON) -> JSON:
    """What of an answer does not stand in typed fields, which keep themselves; None where that is nothing."""
    if isinstance(raw, Typed):
        return None
    if isinstance(raw, dict):
        return {k: v for k, v in ((k, apart(v)) for k, v in raw.items()) if v is not None} or None
    if isinstance(raw, list):
        return [v for v in map(apart, raw) if v is not None] or None
    return raw


def begun(now: Standing, key: str) -> bool:
    """True where a draft beside an answer says something else: she has begun again, perhaps on another device."""
    if now.last is None:
        return False
    said = values(now, now.last.raw, now.last.cites, key=key)
    kept = values(now, *unpacked(now.draft.raw), key=key) if now.draft and now.draft.raw is not None else {}
    words = set(_words(now.last.raw))
    typed = [str(row.raw or "").strip() for row in now.fields.values()]
    return any(value and said.get(name) != value for name, value in kept.items()) or bool({*typed} - words - {""})


def _words(raw: JSON) -> Iterator[str]:
    if isinstance(raw, str):
        yield raw.strip()
    elif isinstance(raw, (dict, list)):
        for item in raw.values() if isinstance(raw, dict) else raw:
            yield from _words(item)


def keep(
    case: str, name: str, key: str, raw: JSON | None, now: Standing, cites: tuple[str, ...] = ()
) -> tuple[Kept, str]:
    """Keep what stands in the widgets when it differs from what is stored; returns the true state and its time."""
    rest, row = packed(apart(raw), cites), now.draft
    sent = now.last is not None and raw == now.last.raw and cites == now.last.cites
    same = row.raw == rest if row else rest is None or sent
    if not same:
        try:
            row = drafting.keep(session.who(), session.store(), case, name, rest, screen())
        except Forbidden:
            return "closed", ""
        except StoreDown:
            return "failed", ""
        if row.raw != rest:
            session.keep(f"newer-{key}", row)
            return "differ", ""
        mine(case).drafts[name] = row
    session.drop(f"newer-{key}")
    times = [r.at for r in (row, *now.fields.values()) if r is not None and r.raw]
    return ("kept", drafting.face(session.store(), max(times))) if times else ("rest", "")


# ---- two drafts ------------------------------------------------------------------------------------------------------


def choose(case: str, name: str, key: str, raw: JSON | None, now: Standing, cites: tuple[str, ...] = ()) -> None:
    """Where another page has kept another draft: show it, and let the person choose."""
    other = session.kept(f"newer-{key}")
    if not isinstance(other, DraftRow):
        return
    with st.container(key=f"newer-{key}", gap="small"):
        st.caption(t("另一台设备 {time} 存的是：", time=drafting.face(session.store(), other.at)))
        st.text(_shown(now, other.raw))
        with st.container(horizontal=True):
            theirs = st.button(t("用那一份"), key=f"theirs-{key}")
            ours = st.button(t("保留这里的"), key=f"ours-{key}")
    if theirs or ours:
        kept = other.raw if theirs else packed(apart(raw), cites)
        chosen = Screen(screen().id, drafting.CHOSEN)
        mine(case).drafts[name] = drafting.keep(session.who(), session.store(), case, name, kept, chosen)
        session.drop(f"newer-{key}")
        if theirs:
            texts = {k: st.session_state.get(k, "") for k in session.kept(f"fields-{key}", [])}
            session.keep(f"fill-{key}", values(now, *unpacked(other.raw), key=key) | texts)
        session.again()


def filled(key: str) -> None:
    """What was chosen in the run before goes into the widgets before they are drawn."""
    values = session.kept(f"fill-{key}")
    if values is not None:
        session.drop(f"fill-{key}")
        fill(key, values)


def _shown(now: Standing, stored: JSON) -> str:
    raw, cites = unpacked(stored)
    said = t("（空白）")
    try:
        said = now.exercise.scope.fill(now.exercise.written(now.exercise.read(raw))) if raw else said
    except Unreadable:
        said = t("（没有写完的作答）")
    named = "、".join(place(p) for p in now.passages if p.ref in cites)
    return t("{answer}　依据：{refs}", answer=said, refs=named) if named else said
