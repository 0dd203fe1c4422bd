"""How a scenario looks: the story so far, figures, one step to decide; then the way gone, comments, and the class's ways."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

import streamlit as st

from casecourse.grading import JSON, Line, Tally, Verdict
from casecourse.kinds.scenario import Run, Scenario, one_line
from casecourse.texts import t
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.kinds import marks, moves

HELD = True  # what has been chosen stands in the session, not in the browser
NEAR = 4  # steps told in full; earlier ones are folded


def ask(ex: Scenario, *, key: str, big: bool, locked: bool) -> JSON | None:
    """Where the choices so far have led, and the choices from there; every tap is a step and a draft."""
    run = ex.story.follow(moves.held(key) or [])
    names = [turn.name for turn in run.turns]
    with st.container(key=f"story-{'big-' if big else ''}{key}", gap="small"):
        _so_far(ex, run, key)
        _figures(ex, run, key)
        _here(ex, run, key, names, locked)
        moves.foot(key, back=names[:-1], start=[], locked=locked)
    return names or None


def lines(ex: Scenario) -> list[Line]:
    """The question on a projector: where the story begins and what can be done there; the rest is for those who play."""
    first = next(iter(ex.states.values()))
    return [
        Line("prompt", ex.prompt),
        Line("cell", one_line(first.text)),
        *(Line("option", one_line(turn.text)) for turn in first.choices),
    ]


def restore(ex: Scenario, raw: JSON, *, key: str) -> dict[str, Any]:
    """The choices as far as they still lead."""
    said = list(takewhile(lambda x: isinstance(x, str), raw)) if isinstance(raw, list) else []
    names = [turn.name for turn in ex.story.follow(said).turns]
    return {f"w-{key}": names} if names else {}


def _take(key: str, step: int, name: str) -> None:
    made = list(moves.held(key) or [])
    if len(made) == step:  # a second tap on the same choice is no second step
        moves.put(key, [*made, name])


def _so_far(ex: Scenario, run: Run, key: str) -> None:
    steps = range(len(run.turns))
    old = steps[:-NEAR]
    if old:
        with st.expander(t("前 {n} 步", n=len(old)), type="compact"):
            for n in old:
                _told(ex, run, n, key)
    for n in steps[len(old) :]:
        _told(ex, run, n, key)


def _told(ex: Scenario, run: Run, n: int, key: str, why: str = "") -> None:
    """A step that was taken: the state in small print, the choice, what it changed, and what there is to say of it."""
    changes = "　".join(_changes(ex, run, n))
    with st.container(key=f"told-{key}-{n}", gap=None):
        st.caption(f"{n + 1}. {set_right(ex.scope.fill(one_line(ex.states[run.spots[n].state].text)))}")
        st.markdown(
            f":material/subdirectory_arrow_right: {set_right(ex.scope.fill(one_line(run.turns[n].text)))}"
            + (f"　:small[:gray[{changes}]]" if changes else "")
        )
        if why:
            st.markdown(f":small[{set_right(one_line(why))}]")


def _changes(ex: Scenario, run: Run, n: int) -> list[str]:
    return [f"{label}\u00a0{by}" for label, by in ex.changes(run.spots[n], run.spots[n + 1]).items()]


def _figures(ex: Scenario, run: Run, key: str) -> None:
    """Every variable with its value, and what the last choice changed of it."""
    if not ex.vars:
        return
    last = ex.changes(run.spots[-2], run.spots[-1]) if run.turns else {}
    with st.container(key=f"vars-{key}", horizontal=True, gap="large"):
        for label, value in ex.standing(run.spots[-1]):
            change = f" :small[{last[label]}]" if label in last else ""
            st.markdown(f":small[:gray[{set_right(label)}]] **{value}**{change}", width="content")


def _here(ex: Scenario, run: Run, key: str, names: list[str], locked: bool) -> None:
    spot = run.spots[-1]
    scene = ex.states[spot.state]
    with st.container(key=f"scene-{key}", gap="xsmall"):
        st.caption(t("第 {n} 步", n=len(names) + 1) if scene.choices else t("结局"))
        st.markdown(set_right(ex.scope.fill(scene.text)))
    if not scene.choices:
        st.caption(t("故事到这里为止。可以提交，看点评；也可以后退，换一条路。"))
        return
    with st.container(key=f"ways-{key}", gap="xsmall"):
        for n, turn in enumerate(scene.choices):
            text, shut = set_right(ex.scope.fill(one_line(turn.text))), not ex.story.is_open(turn, spot)
            label = t("{text}（此时不可选）", text=text) if shut else text
            place = f"{key}-{len(names)}-{n}"
            moves.move(label, key=place, does=_take, args=(key, len(names), turn.name), locked=locked or shut)


# ---- answered ----------------------------------------------------------------------------------------------------------


def review(ex: Scenario, answer: list[str], verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """The way gone with its comments, the end, what is to be said of it; after release which ends there are."""
    run = ex.story.follow(answer)
    notes = verdict.notes if verdict else ()
    for n in range(len(run.turns)):
        _told(ex, run, n, f"{key}-gone", ex.scope.fill(notes[n].why) if n < len(notes) else "")
    _end(ex, run, notes[len(run.turns)].state if len(notes) > len(run.turns) else "info", key)
    said = notes[len(run.turns) + 1 :]
    if said:
        with st.container(key=f"expect-{key}", gap="xsmall"):
            st.caption(t("点评"))
            st.markdown("\n".join(f"- {set_right(ex.scope.fill(note.why))}" for note in said))
    if reveal:
        _ends(ex, run.spots[-1].state, key)


def _end(ex: Scenario, run: Run, state: marks.State, key: str) -> None:
    spot = run.spots[-1]
    badges = [f":gray-badge[{label} {value}]" for label, value in ex.standing(spot)]
    st.caption(t("结局"))
    marks.row(f"{key}-end", state, ex.scope.fill(one_line(ex.states[spot.state].text)), "", *badges)


def _ends(ex: Scenario, reached: str, key: str) -> None:
    """Every end, the best first, with what it is worth."""
    st.caption(t("有这些结局"))
    ends = sorted(ex.story.ends.items(), key=lambda pair: -(pair[1].credit or 0))
    for n, (name, scene) in enumerate(ends):
        worth = [t("值 {n}", n=ex.worth(scene))] if ex.keyed else []
        here = [t("你到了这里")] if name == reached else []
        with st.container(key=f"told-{key}-end-{n}", gap=None):
            st.markdown(set_right(ex.scope.fill(one_line(scene.text))))
            st.caption("　".join([*worth, *here]) or "\u00a0")


def show(ex: Scenario, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """State by state how many took which choice; then the ends, and the ways that most went."""
    for n, (state, scene) in enumerate(ex.states.items()):
        counts = tally.slots.get(ex.title(state), {})
        if scene.choices and counts:
            named = {turn.name: turn.text for turn in scene.choices}
            rows = {named[name]: counts.get(name, 0) for name in named}
            _bars(ex, scene.text, rows, f"{key}-{n}", big=big)
    ends = {ex.title(name): scene for name, scene in ex.story.ends.items()}
    rows = {}
    for title, count in tally.slots.get("", {}).items():
        worth = t("（值 {n}）", n=ex.worth(ends[title])) if reveal and ex.keyed else ""
        rows[title + worth] = count
    _bars(ex, t("走到的结局"), rows, f"{key}-ends", big=big, people=True)
    _paths(ex, tally, f"{key}-paths", big=big)


def _bars(ex: Scenario, title: str, rows: dict[str, int], key: str, *, big: bool, people: bool = False) -> None:
    """One bar a label; a state may be passed twice, so that choices count times and ends count people."""
    total = sum(rows.values())
    with st.container(key=f"bars-{'big-' if big else ''}{key}", gap="xsmall"):
        st.caption(set_right(ex.scope.fill(one_line(title))))
        for text, n in rows.items():
            label = ex.scope.fill(one_line(text))
            st.text(t("{label}　{n} 人", label=label, n=n) if people else t("{label}　{n} 人次", label=label, n=n))
            st.progress(n / max(1, total))


def _paths(ex: Scenario, tally: Tally, key: str, *, big: bool) -> None:
    """The ways most often gone, each as the choices on it."""
    paths = tally.extra.get("paths", [])
    with st.container(key=f"bars-{'big-' if big else ''}{key}", gap="xsmall"):
        st.caption(t("走得最多的路"))
        for names, n in paths[:5]:
            st.text(t("{n} 人　{path}", n=n, path=ex.written(names)))
        if len(paths) > 5:
            st.caption(t("另有 {n} 种走法", n=len(paths) - 5))
