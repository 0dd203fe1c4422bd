"""How a choice looks: options to pick, then each option with its mark and reason."""

from __future__ import annotations

import random
from typing import Any

import streamlit as st

from casecourse.grading import JSON, Line, Tally, Verdict
from casecourse.kinds.choice import Choice, Option
from casecourse.texts import t
from casecourse.ui.kinds import marks


def _order(ex: Choice) -> list[Option]:
    """The same shuffle for everybody and every run: nothing may jump, and neighbours may talk about 'the second'."""
    options = list(ex.options)
    if ex.shuffle:
        random.Random(ex.prompt).shuffle(options)  # noqa: S311  an order, not a secret
        options.sort(key=lambda o: o.label in (t("源文未载"), t("以上都不是")))
    return options


def ask(ex: Choice, *, key: str, big: bool, locked: bool) -> JSON | None:
    """Radio buttons, or check boxes where several may be picked."""
    del big
    labels = {o.name: ex.scope.fill(o.label) for o in ex.options}
    with st.container(key=f"asked-{key}", gap=None):
        if not ex.many:
            picked = st.radio(
                t("选项"), [o.name for o in _order(ex)], index=None, format_func=lambda n: labels.get(n, n),
                key=f"w-{key}", disabled=locked, label_visibility="collapsed", width="stretch",
            )  # fmt: skip
            return [picked] if picked else None
        st.caption(t("可选多项"))
        chosen = {o.name: st.checkbox(labels[o.name], key=f"w-{key}-{n}", disabled=locked) for n, o in _numbered(ex)}
        return [o.name for o in ex.options if chosen[o.name]] or None


def _numbered(ex: Choice) -> list[tuple[int, Option]]:
    place = {o.name: n for n, o in enumerate(ex.options)}
    return [(place[o.name], o) for o in _order(ex)]


def lines(ex: Choice) -> list[Line]:
    """The question on a projector: its options in the order in which the phones show them."""
    return [Line("prompt", ex.prompt), *(Line("option", o.label) for o in _order(ex))]


def restore(ex: Choice, raw: JSON, *, key: str) -> dict[str, Any]:
    """Widget values for stored picks; a pick that no longer exists is left out."""
    names = [o.name for r in raw if isinstance(r, str) and (o := ex.option(r))] if isinstance(raw, list) else []
    if not ex.many:
        return {f"w-{key}": names[0]} if names else {}
    return {f"w-{key}-{n}": o.name in names for n, o in enumerate(ex.options)}


def review(ex: Choice, answer: list[str], verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """Every option; before release only what was picked carries its mark and its reason."""
    states = {n.about: n for n in verdict.notes} if verdict else {}
    with st.container(key=f"options-{key}", gap=None):
        for n, option in _numbered(ex):
            picked = option.name in answer
            note = states.get(option.label)
            state: marks.State = note.state if note and picked else "rest"
            badges = []
            if reveal and option.right:
                state = "right" if picked else "missed"
                badges.append(f":green-badge[{t('正确答案')}]")
            if picked:
                badges.append(
                    f":{'green' if state == 'right' else 'yellow' if state == 'part' else 'orange' if state == 'wrong' else 'gray'}-badge[{t('你的选择')}]"
                )
            why = option.why if reveal else note.why if note and picked else ""
            marks.row(f"{key}-{n}", state, ex.scope.fill(option.label), ex.scope.fill(why), *badges)


def show(ex: Choice, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """How many picked each option."""
    del big, reveal
    labels = {o.name: o.label for o in ex.options}
    named = {"": {labels.get(k, k): v for k, v in tally.slots[""].items()}}
    marks.bars(ex, Tally(tally.n, named), key)
