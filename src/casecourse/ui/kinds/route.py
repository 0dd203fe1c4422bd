"""How dispatching looks: one event at a time with the rules at hand; then every event with its mark, and the statistics."""

from __future__ import annotations

from typing import Any

import streamlit as st

from casecourse.grading import JSON, Tally, Verdict
from casecourse.kinds.route import Place, Route, one_line
from casecourse.texts import t
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.kinds import marks, moves

HELD = True  # what has been sent stands in the session, not in the browser
Sent = dict[str, list[str]]


def _placed(ex: Route, raw: JSON) -> Sent:
    """What of a stored answer or of what is held still has its event and its place, in the order of events."""
    found: Sent = {}
    for name, names in raw.items() if isinstance(raw, dict) else ():
        event = ex.event(name)
        said = [x for x in names if isinstance(x, str)] if isinstance(names, list) else []
        for known in (ex.arranged(said) or []) if event else ():
            if known is None or event is None:
                break  # places are asked one after the other
            found.setdefault(event.name, []).append(known)
    return {e.name: found[e.name] for e in ex.events if e.name in found}


def ask(ex: Route, *, key: str, big: bool, locked: bool) -> JSON | None:
    """The event that is next, and where it may go; below it what was sent."""
    sent = _placed(ex, moves.held(key))
    waiting = [e for e in ex.events if len(sent.get(e.name, [])) < len(ex.places)]
    with st.container(key=f"story-{'big-' if big else ''}{key}", gap="small"):
        _rules(ex, key)
        if waiting:
            _event(ex, waiting[0].name, sent.get(waiting[0].name, []), len(ex.events) - len(waiting), key, locked)
        else:
            st.caption(t("{n} 件都派完了。提交以后看派得怎样、一共用了多少。", n=len(ex.events)))
        moves.foot(key, back=_without_last(sent), start={}, locked=locked)
        _sent(ex, sent, key, locked)
    return sent or None


def restore(ex: Route, raw: JSON, *, key: str) -> dict[str, Any]:
    """What was sent; an event or a name that no longer exists is left out."""
    sent = _placed(ex, raw)
    return {f"w-{key}": sent} if sent else {}


def _without_last(sent: Sent) -> Sent:
    """One decision less."""
    if not sent:
        return {}
    *others, last = sent
    left = sent[last][:-1]
    return {**{name: sent[name] for name in others}, **({last: left} if left else {})}


def _rules(ex: Route, key: str) -> None:
    """Levels with what they take, and the rules that lead to them."""
    lines = [set_right(x) for x in ex.heads()]
    rules = [f"- {set_right(ex.scope.fill(one_line(r.text)))} →\u00a0**{set_right(r.to)}**" for r in ex.rules.values()]
    if not lines and not rules:
        return
    with st.container(key=f"rules-{key}", gap="xsmall"):
        st.caption(t("由低到高：{levels}", levels="　".join(lines)))
        if rules:
            st.markdown("\n".join(rules))


def _send(key: str, sent: Sent, event: str, step: int, name: str) -> None:
    now = dict(sent)
    if len((moves.held(key) or {}).get(event, [])) == step:  # a second tap on the same name is no second decision
        now[event] = [*now.get(event, []), name]
        moves.put(key, now)


def _event(ex: Route, name: str, made: list[str], done: int, key: str, locked: bool) -> None:
    """The event, what is decided of it, and the names for the next place."""
    event = ex.event(name)
    place: Place = ex.places[len(made)]
    with st.container(key=f"scene-{key}", gap="xsmall"):
        st.caption(t("第 {n} 件，共 {of} 件", n=done + 1, of=len(ex.events)))
        st.markdown(set_right(ex.scope.fill(event.text if event else name)))
        if made:
            st.caption("　".join(f"{p.title or t('层级')}：{x}" for p, x in zip(ex.places, made, strict=False)))
    with st.container(key=f"ways-{key}", gap="xsmall"):
        if len(ex.places) > 1:
            st.caption(place.title or t("层级"))
        number = [e.name for e in ex.events].index(name)
        for n, choice in enumerate(place.names):
            args = (key, _placed(ex, moves.held(key)), name, len(made), choice)
            where = f"{key}-{number}-{len(made)}-{n}"
            moves.move(set_right(ex.scope.fill(choice)), key=where, does=_send, args=args, locked=locked)


def _sent(ex: Route, sent: Sent, key: str, locked: bool) -> None:
    """What was sent where; each can be sent anew without touching the others."""
    whole = [e for e in ex.events if len(sent.get(e.name, [])) == len(ex.places)]
    if not whole:
        return
    with st.container(key=f"sent-{key}", gap=None):
        st.caption(t("已派"))
        for n, event in enumerate(whole):
            with st.container(key=f"told-{key}-{n}", horizontal=True, vertical_alignment="center", wrap=False):
                names = "、".join(ex.scope.fill(x) for x in sent[event.name])
                st.markdown(f"{set_right(ex.scope.fill(one_line(event.text)))} →\u00a0**{set_right(names)}**")
                others = {name: x for name, x in sent.items() if name != event.name}
                label = t("改派")
                moves.quiet(label, f"{key}-again-{n}", moves.undo, (key, others), locked)


# ---- answered ----------------------------------------------------------------------------------------------------------


def review(ex: Route, answer: Sent, verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """Every event with its mark; after release where it belonged and how it travelled; then the figures of the run."""
    notes = verdict.notes if verdict else ()
    ways = ex.ways(answer) if reveal else {}
    for n, event in enumerate(ex.events):
        note = notes[n] if n < len(notes) else None
        state: marks.State = note.state if note and note.state != "info" else "rest"
        badges = [f":{_COLOUR[state]}-badge[{'、'.join(ex.scope.fill(x) for x in answer[event.name])}]"]
        if reveal and event.to and state != "right":
            names = [x for p in ex.places for x in event.to if x in p.names]
            badges.append(f":green-badge[{t('应派 {names}', names='、'.join(ex.scope.fill(x) for x in names))}]")
        why = event.why if reveal else note.why if note else ""
        lines = [x for x in (ways.get(event.name, ""), ex.scope.fill(why)) if x]
        text = f"{n + 1}. {ex.scope.fill(one_line(event.text))}"
        marks.row(f"{key}-{n}", state, text, "　".join(lines), *badges)
    figures = [note.about.rpartition("\u3000") for note in notes[len(ex.events) :]]
    if figures:
        with st.container(key=f"vars-{key}", horizontal=True, gap="large"):
            for label, _, text in figures:
                st.markdown(f":small[:gray[{set_right(label)}]] **{set_right(text)}**", width="content")


_COLOUR = {"right": "green", "part": "yellow", "wrong": "orange", "rest": "gray"}


def show(ex: Route, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """Event by event how many sent it where; after release the key's tick, and how the class's figures spread."""
    prefix = f"bars-{'big-' if big else ''}{key}"
    for n, event in enumerate(ex.events):
        for k, place in enumerate(ex.places):
            counts = tally.slots.get(ex.slot(event, place), {})
            with st.container(key=f"{prefix}-{n}-{k}", gap="xsmall"):
                head = set_right(ex.scope.fill(one_line(event.text)))
                st.caption(head + (f"　{place.title or t('层级')}" if len(ex.places) > 1 else ""))
                for name in place.names:
                    tick = " ✓" if reveal and name in event.to else ""
                    if counts.get(name) or tick:
                        st.text(t("{label}　{n} 人", label=ex.scope.fill(name) + tick, n=counts.get(name, 0)))
                        st.progress(counts.get(name, 0) / max(1, tally.n))
    spread = tally.extra.get("figures", {}) if reveal or not ex.keyed else {}
    if spread:
        with st.container(key=f"{prefix}-figures", gap="xsmall"):
            st.caption(t("全班各人的统计"))
            for label, five in spread.items():
                said = {k: five[k] for k in ("median", "q1", "q3", "least", "most")}
                st.text(
                    t("{label}　中位数 {median}，中间一半 {q1}—{q3}，最小 {least}，最大 {most}", label=label, **said)
                )
