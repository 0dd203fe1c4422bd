"""Plotly figures in the house's hand: no grid, no legend box, labels on the marks, one accent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import plotly.graph_objects as go

from casecourse.ui.look import ACCENT, CONTEXT, HAIR, INK, MUTED, OCHRE, PALE, SANS, TEAL

CONFIG = {"displayModeBar": False, "responsive": True}
SERIES = (ACCENT, CONTEXT, OCHRE, TEAL, PALE, MUTED, INK)

Labels = tuple[str, ...]
Series = tuple[tuple[str, tuple[tuple[float, str], ...]], ...]
Flows = tuple[tuple[str, str], ...]


_size: ContextVar[int] = ContextVar("size", default=15)


@contextmanager
def sized(size: int) -> Iterator[None]:
    """Figures drawn inside have type of this many pixels."""
    token = _size.set(size)
    try:
        yield
    finally:
        _size.reset(token)


def size_here() -> int:
    """The type size, in pixels, of figures that are drawn now."""
    return _size.get()


def base(height: int, size: int = 15, **layout: Any) -> go.Figure:
    """An empty figure. Everything is set on it and not in a template: Streamlit lays its own template over ours."""
    axis = {
        "showgrid": False, "zeroline": False, "showline": False, "ticks": "", "fixedrange": True, "title": None,
        "tickfont": {"size": size, "color": INK},
    }  # fmt: skip
    figure = go.Figure()
    figure.update_layout(
        height=height,
        font={"family": SANS, "size": size, "color": INK},
        margin={"l": 0, "r": 8, "t": 6, "b": 4, "pad": 8},
        bargap=0.42,
        xaxis={**axis, "showticklabels": False},
        yaxis=axis,
        showlegend=False,
        hovermode="closest",
        dragmode=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hoverlabel={"font": {"family": SANS, "size": 14}},
    )
    figure.update_layout(**layout)
    return figure


@lru_cache(maxsize=256)
def draw(kind: str, labels: Labels, series: Series, flows: Flows = (), size: int = 15) -> go.Figure:
    """The figure of a kind for these numbers; the same numbers give the same figure object."""
    if kind == "sankey":
        return sankey(flows, series[0][1], size)
    return KINDS[kind](labels, series, size)


def bar(labels: Labels, series: Series, size: int) -> go.Figure:
    """Horizontal bars, each under its label, its value behind it; the longest of a single series carries the accent."""
    groups = len(series)
    top = max((abs(v) for _, vs in series for v, _ in vs), default=1) or 1
    low = min((v for _, vs in series for v, _ in vs), default=0)
    step = groups + 1.1  # bars of a label, and the line of its name
    figure = base(round((len(labels) * step) * size * 1.75) + 8, size)
    for n, label in enumerate(labels):
        figure.add_annotation(
            x=min(0, low), y=n * step, text=label, showarrow=False, xanchor="left", font={"size": size, "color": INK}
        )
    for g, (name, values) in enumerate(series):
        lead = max(values, key=lambda v: abs(v[0])) if groups == 1 and len(values) > 1 else None
        figure.add_bar(
            y=[n * step + g + 0.85 for n in range(len(labels))],
            x=[v for v, _ in values],
            width=0.62,
            orientation="h",
            marker_color=[ACCENT if v is lead or (groups == 1 and len(values) == 1) else CONTEXT for v in values] if groups == 1 else SERIES[g % len(SERIES)],
            cliponaxis=False,
            text=[f"{name} <b>{t}</b>" if name else f"<b>{t}</b>" if (v, t) == lead else t for v, t in values],
            textposition="outside",
            constraintext="none",
            textfont={"size": size, "color": INK},
            hoverinfo="skip",
        )  # fmt: skip
    longest = max((len(t) + len(name) for name, vs in series for _, t in vs), default=4)
    figure.update_layout(
        xaxis={"range": [min(0, low * 1.1), top * (1.12 + 0.045 * longest)]},
        yaxis={"range": [len(labels) * step - 0.75, -0.6], "showticklabels": False},
    )
    return figure


def stacked(labels: Labels, series: Series, size: int) -> go.Figure:
    """One bar per label, its parts in order; names and values stand under the bar."""
    figure = base(round(len(labels) * size * 5.6) + 8, size, barmode="stack")
    for n, (name, values) in enumerate(series):
        figure.add_bar(
            y=[k * 1.0 for k in range(len(labels))],
            x=[v for v, _ in values],
            width=0.24,
            orientation="h",
            marker_color=SERIES[n % len(SERIES)],
            marker_line={"width": 1, "color": HAIR},
            hovertemplate=f"{name}　%{{x}}<extra></extra>",
        )
    for k, label in enumerate(labels):
        parts = "　".join(
            f'<span style="color:{SERIES[n % len(SERIES)]}">■</span> {name} <b>{values[k][1]}</b>'
            for n, (name, values) in enumerate(series)
        )
        figure.add_annotation(
            x=0, y=k - 0.28, text=label, showarrow=False, xanchor="left", font={"size": size, "color": INK}
        )
        figure.add_annotation(
            x=0, y=k + 0.3, text=parts, showarrow=False, xanchor="left", font={"size": size * 0.88, "color": MUTED}
        )
    total = max(sum(values[k][0] for _, values in series) for k in range(len(labels)))
    figure.update_layout(
        xaxis={"range": [0, total]}, yaxis={"range": [len(labels) - 0.45, -0.55], "showticklabels": False}
    )
    return figure


def pie(labels: Labels, series: Series, size: int) -> go.Figure:
    """Parts of a whole as one bar and one line per part: shares are read off lengths better than off angles.

    Source: Cleveland and McGill 1984, Graphical Perception, JASA 79(387).
    """
    values = series[0][1]
    total = sum(v for v, _ in values) or 1
    shown = tuple((v, f"{t}　{100 * v / total:.1f}%") for v, t in values)
    return bar(labels, (("", shown),), size)


def line(labels: Labels, series: Series, size: int) -> go.Figure:
    """Lines over ordered labels, each named at its end, each point with its value."""
    figure = base(size * 20, size)
    for n, (name, values) in enumerate(series):
        colour = SERIES[n % len(SERIES)]
        figure.add_scatter(
            x=list(range(len(labels))),
            y=[v for v, _ in values],
            mode="lines+markers+text",
            text=[t for _, t in values],
            textposition="top center",
            textfont={"size": size * 0.88, "color": INK},
            line={"color": colour, "width": 2.5},
            marker={"size": size * 0.6, "color": colour},
            cliponaxis=False,
            hoverinfo="skip",
        )
        if name:
            figure.add_annotation(
                x=len(labels) - 1, y=values[-1][0], text=name, showarrow=False, xanchor="right", yshift=-size * 1.2,
                font={"size": size * 0.88, "color": MUTED},
            )  # fmt: skip
    every = [v for _, vs in series for v, _ in vs]
    head = (max(every) - min(0, *every)) * 0.16 or 1
    figure.update_layout(
        xaxis={
            "range": [-0.35, len(labels) - 0.65], "tickvals": list(range(len(labels))), "ticktext": list(labels),
            "showticklabels": True,
        },
        yaxis={"range": [min(0, *every) - head * 0.4, max(every) + head], "showticklabels": False},
    )  # fmt: skip
    return figure


def treemap(labels: Labels, series: Series, size: int) -> go.Figure:
    """Areas by value, each with its name and value."""
    values = series[0][1]
    lead = max(v for v, _ in values)
    figure = base(round(size * 21.3), size)
    figure.add_treemap(
        labels=[f"{n}<br>{t}" for n, (_, t) in zip(labels, values, strict=True)],
        parents=[""] * len(labels),
        values=[v for v, _ in values],
        marker={"colors": [PALE if v == lead else HAIR for v, _ in values]},
        textfont={"color": INK, "size": size},
        hoverinfo="skip",
    )
    return figure


def sankey(flows: Flows, values: tuple[tuple[float, str], ...], size: int) -> go.Figure:
    """Flows between named ends; the value stands in the name of the receiving end."""
    nodes = list(dict.fromkeys(end for flow in flows for end in flow))
    figure = base(round(size * 22.7), size)
    figure.add_sankey(
        node={"label": nodes, "color": CONTEXT, "pad": 24, "thickness": 12, "line": {"width": 0}},
        link={
            "source": [nodes.index(a) for a, _ in flows],
            "target": [nodes.index(b) for _, b in flows],
            "value": [v for v, _ in values],
            "label": [t for _, t in values],
            "color": PALE,
        },
        textfont={"size": size, "color": INK, "family": SANS},
    )
    return figure


KINDS: dict[str, Callable[[Labels, Series, int], go.Figure]] = {
    "bar": bar,
    "pie": pie,
    "line": line,
    "slope": line,
    "stacked": stacked,
    "treemap": treemap,
}
