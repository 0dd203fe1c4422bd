"""How placing looks: a slider for every thing and axis, the plane that shows them; then where the class placed them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import streamlit as st

from casecourse.grading import JSON, Tally, Verdict
from casecourse.kinds.scale import FULL, Placed, Scale
from casecourse.texts import t
from casecourse.ui.blocks import spread
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.kinds import marks, shares

HELD = True  # which sliders were moved stands in the session, not in the browser
MIDDLE = 50


def _touched(key: str) -> list[str]:
    """The sliders that were moved: those in the middle untouched are no placing."""
    found = st.session_state.get(f"w-{key}-moved", [])
    return [x for x in found if isinstance(x, str)] if isinstance(found, list) else []


def _touch(key: str, slot: str) -> None:
    st.session_state[f"w-{key}-moved"] = [*(x for x in _touched(key) if x != slot), slot]


def _slot(item: Placed, axis: str) -> str:
    return f"{item.name}/{axis}"


def ask(ex: Scale, *, key: str, big: bool, locked: bool) -> JSON | None:
    """A slider for every item and axis with the ends in words, the plane where there are two axes, and the reason."""
    moved = _touched(key)
    places: dict[str, list[str]] = {}
    with st.container(key=f"placing-{'big-' if big else ''}{key}", gap="small"):
        for n, item in enumerate(ex.items):
            with st.container(key=f"place-{key}-{n}", gap="xsmall"):
                st.markdown(f"**{set_right(ex.scope.fill(item.text))}**")
                at = [_slider(ex, item, axis, f"w-{key}-{n}-{axis}", key, moved, locked) for axis in ex.axes]
            known = [str(x) if _slot(item, axis) in moved else "" for x, axis in zip(at, ex.axes, strict=True)]
            if any(known):
                places[item.name] = known
        whole = {name: at for name, at in places.items() if all(at)}
        _plane(ex, whole, key=f"now-{key}")
        left = len(ex.items) - len(whole)
        st.caption(t("还有 {n} 项没有放：动一下滑块才算放了。", n=left) if left else t("都放了。"))
        why = shares.reason(set_right(ex.scope.fill(ex.ask)), key=key, locked=locked)
    answer: dict[str, Any] = {**({"place": places} if places else {}), **({"why": why} if why else {})}
    return answer or None


def _slider(ex: Scale, item: Placed, axis: str, widget: str, key: str, moved: list[str], locked: bool) -> int:
    left, right = (ex.scope.fill(x) for x in getattr(ex, axis))
    st.session_state.setdefault(widget, MIDDLE)
    slot = _slot(item, axis)
    label = t("{item}：{left}（0）到 {right}（100）", item=ex.scope.fill(item.text), left=left, right=right)
    with st.container(key=f"axis-{widget}", gap=None):
        found = st.slider(
            label, 0, FULL, key=widget, disabled=locked, on_change=_touch, args=(key, slot), label_visibility="collapsed"
        )  # fmt: skip
        # the mark stands beside the slider: around it, it would take a new slider in the middle of a move
        with st.container(key=f"{'set' if slot in moved else 'unset'}-{widget}", horizontal=True, horizontal_alignment="distribute"):  # fmt: skip
            st.caption(left, width="content")
            st.caption(right, width="content")
    return int(found)


def _plane(ex: Scale, places: dict[str, list[str]], *, key: str, clouds: dict[str, Any] | None = None) -> None:
    if not ex.y or not places:
        return
    texts = {item.name: ex.scope.fill(item.text) for item in ex.items}
    points = {texts[name]: (float(at[0]), float(at[1])) for name, at in places.items() if name in texts}
    found = {texts[name]: cloud for name, cloud in (clouds or {}).items() if name in texts}
    ends = [(ex.scope.fill(a), ex.scope.fill(b)) for a, b in (ex.x, ex.y)]
    spread.plane(points, ends[0], ends[1], clouds=found, key=key)


def restore(ex: Scale, raw: JSON, *, key: str) -> dict[str, Any]:
    """The places of items that still exist, which of them were set, and the reason."""
    given = raw if isinstance(raw, dict) else {}
    said = given.get("place")
    values: dict[str, Any] = {}
    moved = []
    for name, at in said.items() if isinstance(said, dict) else ():
        item = ex.item(name) if isinstance(name, str) else None
        if item is None or not isinstance(at, list) or len(at) != len(ex.axes):
            continue
        for axis, text in zip(ex.axes, at, strict=True):
            if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= FULL:
                values[f"w-{key}-{ex.items.index(item)}-{axis}"] = int(text)
                moved.append(_slot(item, axis))
    if moved:
        values[f"w-{key}-moved"] = moved
    why = given.get("why")
    return values | ({f"w-{key}-why": why} if isinstance(why, str) and why else {})


# ---- answered --------------------------------------------------------------------------------------------------------


def review(ex: Scale, answer: dict[str, Any], verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """Every item with its place and mark, after release beside the span; the plane, and the reason."""
    notes = {note.about: note for note in verdict.notes} if verdict else {}
    for n, item in enumerate(ex.items):
        note = notes.get(item.text)
        state: marks.State = note.state if note else "rest"
        at = "／".join(answer["place"][item.name])
        badges = [marks.yours(state)] if note else []
        if reveal and (item.x or item.y):
            badges.append(f":gray-badge[{t('可接受 {spans}', spans=_spans(ex, item))}]")
        why = item.why if reveal else note.why if note else ""
        marks.row(f"{key}-{n}", state, f"{ex.scope.fill(item.text)}　{at}", ex.scope.fill(why), *badges)
    axes = ["：".join((way, _ends(ex, axis))) for way, axis in zip((t("左右"), t("上下")), ex.axes, strict=False)]
    st.caption("；".join(axes) if ex.y else _ends(ex, "x"))
    _plane(ex, answer["place"], key=f"mine-{key}")
    if answer.get("why"):
        spread.reason(answer["why"], key=key)


def _ends(ex: Scale, axis: str) -> str:
    low, high = (ex.scope.fill(end) for end in getattr(ex, axis))
    return t("“{low}”为 0，“{high}”为 100", low=low, high=high)


def _spans(ex: Scale, item: Placed) -> str:
    return "／".join(f"{span[0]}—{span[1]}" if (span := getattr(item, axis)) else "—" for axis in ex.axes)


def show(ex: Scale, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """Where the class placed each item: strips for every axis, the plane of medians, and how far the items lie apart."""
    found = tally.extra.get("spread", {})
    sized = marks.sized(key, big=big)
    for axis in ex.axes:
        rows = []
        for item in ex.items:
            if (five := found.get(ex.slot(item, axis))) is None:
                continue
            said = t("中位数 {median}　中间一半 {q1}—{q3}", median=five["median"], q1=five["q1"], q3=five["q3"])
            span = getattr(item, axis) if reveal else ()
            said += t("　点线框 {low}—{high}", low=span[0], high=span[1]) if span else ""
            low_high = (float(span[0]), float(span[1])) if span else None
            rows.append(spread.row(ex.scope.fill(item.text), five["values"], said, span=low_high))
        left, right = (ex.scope.fill(x) for x in getattr(ex, axis))
        title = t("全班的位置：{left}—{right}", left=left, right=right)
        spread.draw(rows, (0.0, 100.0), (left, right), title=title, key=f"{sized}-{axis}")
    _cloud(ex, found, key=sized)
    _apart(ex, tally)
    shares.reasons(tally.extra.get("why"), key=key, big=big)


def _cloud(ex: Scale, found: Any, *, key: str) -> None:
    if not ex.y:
        return
    fives = {i.name: [found.get(ex.slot(i, axis)) for axis in ex.axes] for i in ex.items}
    known = {name: both for name, both in fives.items() if all(both)}
    places = {name: [str(Decimal(five["median"])) for five in both] for name, both in known.items()}
    clouds = {
        name: [(float(x), float(y)) for x, y in zip(both[0]["values"], both[1]["values"], strict=True)]
        for name, both in known.items()
    }
    _plane(ex, places, key=f"plane-{key}", clouds=clouds)


def _apart(ex: Scale, tally: Tally) -> None:
    """Which two items the class, on average, placed farthest apart, and which nearest."""
    texts = {item.name: ex.scope.fill(item.text) for item in ex.items}
    pairs = [p for p in tally.extra.get("apart", []) if p[0] in texts and p[1] in texts]
    if len(pairs) > 1 and pairs[0][2] > pairs[-1][2]:
        (a, b, far), (c, d, near) = pairs[0], pairs[-1]
        said = {"a": texts[a], "b": texts[b], "far": f"{far:.0f}", "c": texts[c], "d": texts[d], "near": f"{near:.0f}"}
        st.caption(t("平均位置相距最远：{a}与{b}（{far}）；最近：{c}与{d}（{near}）", **said))
