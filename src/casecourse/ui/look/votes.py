"""Figures of two votes: what was chosen each time, side by side, and who moved from what to what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from casecourse.texts import t
from casecourse.ui.look import ACCENT, CONTEXT, INK, RIGHT
from casecourse.ui.look.figures import base

Flows = Mapping[tuple[str, str], int]
GAP = 0.1  # between two labels of a side, as a part of everybody


def paired(labels: Sequence[str], rows: Sequence[Sequence[int]], right: frozenset[str], size: int) -> go.Figure:
    """One or two bars a label, the first vote above in grey; the key is told by a tick and bold type, not by colour alone."""
    names = [f"<b>✓ {label}</b>" if label in right else label for label in labels]
    figure = base(round(size * (1.6 + len(labels) * (1.6 + 1.35 * len(rows)))), size, bargap=0.34, bargroupgap=0.1)
    said = [t("首投"), t("再投")] if len(rows) > 1 else [""]
    for n, (values, word) in enumerate(zip(rows, said, strict=True)):
        last = n == len(rows) - 1
        colours = [CONTEXT if not last else RIGHT if label in right else ACCENT for label in labels]
        figure.add_bar(
            y=names, x=list(values), orientation="h", marker_color=colours, cliponaxis=False, textposition="outside",
            constraintext="none",
            text=[f"{word} {v}".strip() for v in values], textfont={"size": size * 0.86, "color": INK}, hoverinfo="skip",
        )  # fmt: skip
    most = max((v for values in rows for v in values), default=1) or 1
    figure.update_layout(yaxis={"autorange": "reversed"}, xaxis={"range": [0, most * 1.35]}, margin={"t": 4, "pad": 10})
    return figure


def ribbons(labels: Sequence[str], flows: Flows, right: frozenset[str], size: int) -> go.Figure:
    """Ribbons from the first vote to the last, drawn as shapes: plotly's sankey puts no counts on its ribbons."""
    total = max(1, sum(flows.values()))
    gap = total * GAP
    first = [sum(n for (a, _), n in flows.items() if a == label) for label in labels]
    last = [sum(n for (_, b), n in flows.items() if b == label) for label in labels]
    figure = base(round(size * (1.6 + len(labels) * 3.2)), size)
    span = total + gap * (max(sum(map(bool, first)), sum(map(bool, last))) - 1)
    figure.update_layout(
        xaxis={"range": [-0.4, 1.4]}, yaxis={"range": [span, 0], "showticklabels": False}, margin={"t": 4, "pad": 0}
    )
    tops = [_tops(first, gap), _tops(last, gap)]
    for side, counts in enumerate((first, last)):
        for label, top, n in zip(labels, tops[side], counts, strict=True):
            if n:
                _end(figure, side, label, top, n, CONTEXT if side == 0 else RIGHT if label in right else ACCENT, size)
    out, into = list(tops[0]), list(tops[1])
    for i, here in enumerate(labels):
        for j, there in enumerate(labels):
            if n := flows.get((here, there), 0):
                _ribbon(figure, out[i], into[j], n, same=i == j, won=there in right, size=size)
                out[i], into[j] = out[i] + n, into[j] + n
    return figure


def _tops(counts: Sequence[int], gap: float) -> list[float]:
    return [sum(counts[:n]) + gap * sum(map(bool, counts[:n])) for n in range(len(counts))]


def _end(figure: go.Figure, side: int, label: str, top: float, n: int, colour: str, size: int) -> None:
    figure.add_shape(type="rect", x0=side - 0.015, x1=side + 0.015, y0=top, y1=top + n, line_width=0, fillcolor=colour)
    figure.add_annotation(
        x=side + (0.035 if side else -0.035), y=top + n / 2, text=f"<b>{n}</b> {label}" if side else f"{label} <b>{n}</b>",
        showarrow=False, xanchor="left" if side else "right", font={"size": size * 0.86, "color": INK},
    )  # fmt: skip


def _ribbon(figure: go.Figure, a: float, b: float, n: int, *, same: bool, won: bool, size: int) -> None:
    fill, alpha = (ACCENT, 0.16) if same else (RIGHT, 0.42) if won else (CONTEXT, 0.55)
    path = f"M .015,{a} C .5,{a} .5,{b} .985,{b} L .985,{b + n} C .5,{b + n} .5,{a + n} .015,{a + n} Z"
    figure.add_shape(type="path", layer="below", line_width=0, fillcolor=fill, opacity=alpha, path=path)
    at = 0.16
    middle = a + (b - a) * (3 * at**2 - 2 * at**3) + n / 2
    figure.add_annotation(
        x=at, y=middle, text=str(n) if same else f"<b>{n}</b>", showarrow=False, font={"size": size * 0.8, "color": INK}
    )
