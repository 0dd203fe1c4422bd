"""How drawing looks: lines added one by one from two lists, the picture that grows, boxes to fill, or rows to tick; then marks."""

from __future__ import annotations

from collections import Counter
from typing import Any

import streamlit as st

from casecourse.grading import JSON, Note, Tally, Verdict
from casecourse.kinds.graph import Edge, Graph
from casecourse.texts import t
from casecourse.ui.blocks import network
from casecourse.ui.blocks.network import Link, Stroke
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.kinds import marks, moves

HELD = True  # the lines that were drawn stand in the session, not in the browser
Lines = list[list[str]]


def ask(ex: Graph, *, key: str, big: bool, locked: bool) -> JSON | None:
    """The picture as it stands, how a line is added or taken away, the boxes to fill."""
    edges: Lines = []
    fills: dict[str, str] = {}
    with st.container(key=f"story-{'big-' if big else ''}{key}", gap="small"):
        if ex.grid:
            edges = _ticked(ex, key, locked)
        else:
            picture = st.container(gap=None)
            fills = _filled(ex, key, locked)
            edges = _known(ex, moves.held(key)) if ex.draws else []
            if ex.draws:
                _builder(ex, edges, key, locked)
            with picture:
                _picture(ex, edges, fills, key)
    answer: dict[str, Any] = {**({"edges": edges} if edges else {}), **({"fills": fills} if fills else {})}
    return answer or None


def restore(ex: Graph, raw: JSON, *, key: str) -> dict[str, Any]:
    """Lines between nodes that still exist, and fills that are still offered."""
    given = raw if isinstance(raw, dict) else {}
    edges = _known(ex, given.get("edges"))
    values: dict[str, Any] = {}
    if ex.grid:
        for n, left in enumerate(ex.left):
            if rights := [b for a, b, *_ in edges if a == left and b in _open(ex, left)]:
                values[f"w-{key}-{n}"] = rights
    elif edges and ex.draws:
        values[f"w-{key}"] = edges
    fills = given.get("fills")
    for n, name in enumerate(ex.boxes):
        text = fills.get(name) if isinstance(fills, dict) else None
        if isinstance(text, str) and text in ex.fills:
            values[f"w-{key}-fill-{n}"] = text
    return values


def _known(ex: Graph, raw: JSON) -> Lines:
    """Of what is held, the lines that can still be drawn, each once."""
    found: Lines = []
    for one in raw if isinstance(raw, list) else ():
        if not isinstance(one, list) or not all(isinstance(x, str) for x in one) or len(one) != 2 + bool(ex.labels):
            continue
        sound = one[0] in ex.ends[0] and one[1] in ex.ends[1] and one[0] != one[1]
        if sound and (len(one) == 2 or one[2] in ex.labels) and not _there(ex, found, one):
            found.append(one)
    return found


def _edge(one: list[str]) -> Edge:
    return one[0], one[1], one[2] if len(one) > 2 else ""


def _there(ex: Graph, edges: Lines, one: list[str]) -> bool:
    return any(_edge(e)[2] == _edge(one)[2] and ex.same(_edge(one), _edge(e)) for e in edges)


def _say(ex: Graph, text: str) -> str:
    return ex.scope.fill(text)


# ---- drawing ---------------------------------------------------------------------------------------------------------


def _picture(ex: Graph, edges: Lines, fills: dict[str, str], key: str) -> None:
    given = [edge for edge, _ in ex.key("given")]
    if not (ex.nodes and (edges or given or ex.boxes)):
        return
    links = [Link(a, b, _say(ex, label), "given") for a, b, label in given]
    links += [Link(e[0], e[1], _say(ex, _edge(e)[2])) for e in edges]
    said = "；".join(_say(ex, ex.told(e)) for e in [*given, *map(_edge, edges)])
    alt = t("画到现在的图：{edges}", edges=said or t("还没有线"))
    network.draw(_boxes(ex, fills), links, directed=ex.directed, alt=alt, key=key)


def _boxes(ex: Graph, fills: dict[str, str]) -> dict[str, str]:
    asked = {name: f"{_say(ex, name)}\n{_say(ex, fills.get(name, '？'))}" for name in ex.boxes}
    return {box.text: asked.get(box.text, _say(ex, box.text)) for box in ex.nodes}


def _builder(ex: Graph, edges: Lines, key: str, locked: bool) -> None:
    """From, to, which sort: then 连上; below it every line with a way to take it off."""
    names = [box.text for box in ex.nodes]
    with st.container(key=f"wire-{key}", horizontal=True, gap="small", vertical_alignment="bottom"):
        start = _pick(ex, t("从") if ex.directed else t("一头"), names, f"w-{key}-from", locked)
        end = _pick(ex, t("到") if ex.directed else t("另一头"), names, f"w-{key}-to", locked)
        sort = _pick(ex, t("哪一种"), list(ex.labels), f"w-{key}-sort", locked) if ex.labels else ""
    one = [str(start), str(end), *([str(sort)] if sort else [])]
    ready = bool(start and end and (sort or not ex.labels))
    double = ready and (_there(ex, edges, one) or any(ex.same(_edge(one), given) for given, _ in ex.key("given")))
    if ready and start == end:
        st.caption(t("起点和终点要是两个节点。"))
    elif double:
        st.caption(t("这条线已经有了。"))
    shut = locked or not ready or double or start == end
    with st.container(key=f"ways-{key}"):
        moves.move(t("连上"), key=f"{key}-add", does=_add, args=(key, edges, one), locked=shut, icon=":material/add:")
    _drawn(ex, edges, key, locked)
    moves.foot(key, back=edges[:-1], start=[], locked=locked)


def _pick(ex: Graph, label: str, names: list[str], widget: str, locked: bool) -> str | None:
    return st.selectbox(
        label, names, index=None, key=widget, disabled=locked, placeholder=t("选一个"), format_func=lambda n: _say(ex, n)
    )  # fmt: skip


def _add(key: str, edges: Lines, one: list[str]) -> None:
    moves.put(key, [*edges, one])
    st.session_state[f"w-{key}-to"] = None


def _drawn(ex: Graph, edges: Lines, key: str, locked: bool) -> None:
    if not edges:
        return
    with st.container(key=f"sent-{key}", gap=None):
        st.caption(t("已经画的 {n} 条", n=len(edges)))
        for n, one in enumerate(edges):
            with st.container(key=f"told-{key}-{n}", horizontal=True, vertical_alignment="center", wrap=False):
                st.markdown(set_right(_say(ex, ex.told(_edge(one)))))
                moves.quiet(t("去掉"), f"{key}-off-{n}", moves.undo, (key, [*edges[:n], *edges[n + 1 :]]), locked)


def _filled(ex: Graph, key: str, locked: bool) -> dict[str, str]:
    found = {}
    if ex.boxes:
        with st.container(key=f"boxes-{key}"):
            for n, name in enumerate(ex.boxes):
                if text := _pick(ex, _say(ex, name), ex.fills, f"w-{key}-fill-{n}", locked):
                    found[name] = text
    return found


def _open(ex: Graph, left: str) -> list[str]:
    """What can be ticked in a row: all that is not given."""
    given = [edge for edge, _ in ex.key("given")]
    return [b for b in ex.across if (left, b, "") not in given]


def _ticked(ex: Graph, key: str, locked: bool) -> Lines:
    found: Lines = []
    given = [edge for edge, _ in ex.key("given")]
    with st.container(key=f"ticks-{key}", gap="small"):
        for n, left in enumerate(ex.left):
            known = [_say(ex, b) for a, b, _ in given if a == left]
            label = _say(ex, left) + (t("（已有 {names}）", names="、".join(known)) if known else "")
            picked = st.pills(
                label, _open(ex, left), selection_mode="multi", key=f"w-{key}-{n}", disabled=locked,
                format_func=lambda b: _say(ex, b),
            )  # fmt: skip
            found += [[left, b] for b in _open(ex, left) if b in picked]
    return found


# ---- answered --------------------------------------------------------------------------------------------------------


def review(ex: Graph, answer: dict[str, Any], verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """The picture with a stroke and a sign for each line, then every line and box with its mark; after release what is missing."""
    scored = bool(verdict and verdict.share is not None)
    notes = {note.about: note for note in verdict.notes} if verdict else {}
    drawn = ex.drawn(answer)
    states: dict[Edge, marks.State] = {
        edge: note.state if scored and (note := notes.get(ex.told(edge))) else "rest" for edge in drawn
    }
    missed = _missed(ex, answer) if reveal and ex.edges else []
    if not ex.grid:
        _marked(ex, answer, states, [edge for edge, _ in missed], key)
    for n, edge in enumerate(drawn):
        note = notes.get(ex.told(edge))
        why = _say(ex, note.why) if note else ""
        if reveal and states[edge] == "right":
            why = next((_say(ex, w) for k, w in ex.key("edges") if w and ex.same(edge, k)), why)
        marks.row(f"{key}-{n}", states[edge], _say(ex, ex.told(edge)), why, marks.yours(states[edge]))
    for n, (edge, why) in enumerate(missed):
        marks.row(f"{key}-missed-{n}", "missed", _say(ex, ex.told(edge)), _say(ex, why), marks.yours("missed"))
    _review_boxes(ex, answer.get("fills", {}), notes if scored else {}, reveal=reveal, key=key)


def _missed(ex: Graph, answer: dict[str, Any]) -> list[tuple[Edge, str]]:
    hits, _, _ = ex.judged(answer)
    return [(edge, why) for edge, why in ex.key("edges") if edge not in hits]


def _marked(ex: Graph, answer: dict[str, Any], states: dict[Edge, marks.State], missed: list[Edge], key: str) -> None:
    strokes: dict[str, Stroke] = {"right": "right", "wrong": "wrong"}
    links = [Link(a, b, _say(ex, label), "given") for (a, b, label), _ in ex.key("given")]
    links += [Link(a, b, _say(ex, label), strokes.get(states[a, b, label], "plain")) for a, b, label in states]
    links += [Link(a, b, _say(ex, label), "missed") for a, b, label in missed]
    alt = t("你的图：{edges}", edges="；".join(_say(ex, ex.told(edge)) for edge in states) or t("还没有线"))
    network.draw(_boxes(ex, answer.get("fills", {})), links, directed=ex.directed, alt=alt, key=f"{key}-mine")
    said = [t("✗ 虚线是不对的")] if "wrong" in states.values() else []
    said += [t("＋ 点线是漏掉的")] if missed else []
    if said:
        st.caption("　".join(said))


def _review_boxes(ex: Graph, fills: dict[str, str], notes: dict[str, Note], *, reveal: bool, key: str) -> None:
    """Every box with its mark and, where it is wrong, why; after release what belongs there."""
    for n, name in enumerate(ex.boxes):
        text = fills.get(name)
        note = notes.get(f"{name}：{text}")
        state: marks.State = note.state if note else "rest"
        badge = marks.yours(state) if text else f":gray-badge[{t('没有填')}]"
        right = t("正确：{key}", key=_say(ex, ex.fill(name))) if reveal and ex.fill(name) and state != "right" else ""
        why = "　".join(x for x in (right, _say(ex, note.why) if note else "") if x)
        marks.row(f"{key}-box-{n}", state, _say(ex, f"{name}：{text}" if text else name), why, badge)


def show(ex: Graph, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """How many drew which line and filled which box how; the key's own carry a tick after release."""
    lines = tally.slots.get("", {})
    wanted = {ex.told(edge) for edge, _ in ex.key("edges")} if reveal else set()
    if ex.grid:
        rows = {}
        for left in ex.left:
            counts = Counter({b: lines.get(ex.told((left, b, "")), 0) for b in ex.across})
            rows[_say(ex, left)] = [
                marks.count(counts[b], counts, key=ex.told((left, b, "")) in wanted) for b in ex.across
            ]
        marks.grid(key, [_say(ex, b) for b in ex.across], rows, t("每一格有几人勾"), big=big)
    elif ex.draws:
        most = {**{line: lines.get(line, 0) for line in wanted}, **lines}
        _bars(ex, t("每条线有几人画"), most, wanted, tally.n, key=f"{marks.sized(key, big=big)}-lines")
    for n, name in enumerate(ex.boxes):
        right = {ex.fill(name)} if reveal else set()
        _bars(ex, name, tally.slots.get(name, {}), right, tally.n, key=f"{marks.sized(key, big=big)}-{n}")


def _bars(ex: Graph, title: str, counts: dict[str, int] | Any, right: set[str], n: int, *, key: str) -> None:
    with st.container(key=f"bars-{key}", gap="xsmall"):
        st.caption(_say(ex, title))
        for text, count in sorted(counts.items(), key=lambda pair: -pair[1])[:16]:
            tick = " ✓" if text in right else ""
            st.text(t("{label}　{n} 人", label=_say(ex, text) + tick, n=count))
            st.progress(count / max(1, n))
        if len(counts) > 16:
            st.caption(t("另有 {n} 种回答", n=len(counts) - 16))
