"""Figures that answer to somebody's hand or to a class: lines over what is set, spreads of a class, points on a plane."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import plotly.graph_objects as go

from casecourse.ui.look import ACCENT, CONTEXT, HAIR, INK, MUTED, OCHRE, PALE
from casecourse.ui.look.figures import SERIES, base, size_here

HEIGHT = 260  # of lines, in pixels
APART = 19  # between two lines of words
PLANE, BELOW, ABOVE = 24, -9, 110  # a plane's height in letters, and what its axis reaches to
DOT = 1.5  # half a point, in hundredths of a phone's width
DASHES = ("solid", "dash", "dot", "dashdot")  # lines are told apart without their colour


@dataclass(frozen=True)
class Curve:
    """A line with its name; None where there is no value. `here` is the value as shown where the reader stands."""

    name: str
    ys: tuple[float | None, ...]
    at: float | None
    here: str

    @property
    def rises(self) -> bool:
        """True where it ends no lower than it begins."""
        known = [y for y in self.ys if y is not None]
        return not known or known[-1] >= known[0]


def curves(xs: tuple[float, ...], at: float, ends: tuple[str, str, str], lines: tuple[Curve, ...]) -> go.Figure:
    """Lines over one axis whose ends and present place are written below (`ends`), each with its present value."""
    every = [y for line in lines for y in line.ys if y is not None] or [0.0]
    low, high = min(0.0, *every), max(0.0, *every)
    head = (high - low) * 0.2 or 1
    size = size_here()
    figure = base(round(HEIGHT * size / 15), size)
    late = at > (xs[0] + xs[-1]) / 2
    shifts = _shifts(lines, late=late, scale=HEIGHT / ((high - low) + head * 1.3))
    figure.add_vline(x=at, line={"color": HAIR, "width": 1.5})
    for n, line in enumerate(lines):
        colour = SERIES[n % len(SERIES)]
        style = {"color": colour, "width": 2.5, "dash": DASHES[n % len(DASHES)]}
        figure.add_scatter(x=xs, y=line.ys, mode="lines", line=style, hoverinfo="skip", connectgaps=False)
        if line.at is not None:
            figure.add_scatter(
                x=[at], y=[line.at], mode="markers", marker={"size": 11, "color": colour}, hoverinfo="skip", cliponaxis=False
            )  # fmt: skip
            said = f"{line.name} <b>{line.here}</b>" if len(lines) > 1 else f"<b>{line.here}</b>"
            figure.add_annotation(
                x=at, y=line.at, text=said, showarrow=False, xanchor="right" if late else "left",
                xshift=-10 if late else 10, yshift=shifts[n] * size / 15, font={"size": size * 0.93, "color": INK},
            )  # fmt: skip
    ticks = {xs[0]: ends[0], xs[-1]: ends[2]}
    reach = xs[-1] - xs[0] or 1
    if min(abs(at - xs[0]), abs(at - xs[-1])) > reach * 0.12:
        ticks[at] = f"<b>{ends[1]}</b>"
    figure.update_layout(
        xaxis={
            "range": [xs[0] - reach * 0.06, xs[-1] + reach * 0.06], "showticklabels": True, "tickvals": list(ticks),
            "ticktext": list(ticks.values()), "tickfont": {"size": size * 0.87, "color": MUTED},
        },
        yaxis={"range": [low - head * 0.3, high + head], "showticklabels": False, "zeroline": True, "zerolinecolor": HAIR},
        margin={"l": 0, "r": 0, "t": 6, "b": 4, "pad": 4},
    )  # fmt: skip
    return figure


def _shifts(lines: tuple[Curve, ...], *, late: bool, scale: float) -> dict[int, float]:
    """How far above or below its point each value is written, in pixels: off its line, and no closer than a line of text."""
    wanted = {
        n: line.at * scale + (15 if late is line.rises else -15) for n, line in enumerate(lines) if line.at is not None
    }
    places: dict[int, float] = {}
    for n in sorted(wanted, key=lambda n: wanted[n]):
        places[n] = max(wanted[n], max(places.values(), default=-math.inf) + APART)
    lift = sum(places[n] - wanted[n] for n in places) / max(1, len(places))  # share the push between up and down
    return {n: places[n] - lift - (lines[n].at or 0) * scale for n in places}


@dataclass(frozen=True)
class Spread:
    """What a class gave for one thing: every value, quartiles, a line of words, and where there is one the real value."""

    label: str
    values: tuple[float, ...]
    quartiles: tuple[float, float, float]
    said: str
    actual: float | None = None
    span: tuple[float, float] | None = None


def spreads(rows: tuple[Spread, ...], reach: tuple[float, float], ends: tuple[str, str], size: int) -> go.Figure:
    """One strip a thing, on one axis: a tick for everybody, a bar for the middle half, its median, a diamond for what is real."""
    figure = base(round(len(rows) * size * 5.6 + size * 2.2), size)
    for n, row in enumerate(rows):
        y, at = -n * 1.0, -n * 1.0 - 0.24  # the words, and below them the strip
        figure.add_annotation(
            x=reach[0], y=y + 0.2, text=f"{row.label}<br>{row.said}", showarrow=False, xanchor="left", align="left",
            font={"size": size * 0.94, "color": INK},
        )  # fmt: skip
        q1, _, q3 = row.quartiles
        strip = {"type": "line", "x0": reach[0], "x1": reach[1], "y0": at, "y1": at}
        figure.add_shape(**strip, line={"width": 1, "color": HAIR})
        figure.add_shape(type="rect", x0=q1, x1=q3, y0=at - 0.1, y1=at + 0.1, fillcolor=PALE, line={"width": 0})
        if row.span:
            dots = {"width": 1.5, "color": OCHRE, "dash": "dot"}
            figure.add_shape(type="rect", x0=row.span[0], x1=row.span[1], y0=at - 0.16, y1=at + 0.16, line=dots)
        for xs, marker in _ticks(row, size):
            figure.add_scatter(
                x=xs, y=[at] * len(xs), mode="markers", marker=marker, hoverinfo="skip", cliponaxis=False
            )  # fmt: skip
    width = reach[1] - reach[0] or 1
    figure.update_layout(
        xaxis={
            "range": [reach[0] - width * 0.02, reach[1] + width * 0.03], "showticklabels": True, "tickvals": list(reach),
            "ticktext": list(ends), "tickfont": {"size": size * 0.85, "color": MUTED},
        },
        yaxis={"range": [-len(rows) + 0.55, 0.52], "showticklabels": False},
        margin={"l": 0, "r": 0, "t": 2, "b": 2, "pad": 2},
    )  # fmt: skip
    return figure


def _ticks(row: Spread, size: int) -> Iterator[tuple[tuple[float, ...], dict[str, object]]]:
    """Everybody's tick, the median's, and the diamond of what is real."""
    line = {"width": 1.5, "color": CONTEXT}
    yield row.values, {"symbol": "line-ns", "size": size * 0.9, "line": line, "opacity": 0.7}
    yield (row.quartiles[1],), {"symbol": "line-ns", "size": size * 1.5, "line": {"width": 3.5, "color": ACCENT}}
    if row.actual is not None:
        yield (row.actual,), {"symbol": "diamond", "size": size * 0.8, "color": OCHRE}


@dataclass(frozen=True)
class Point:
    """Something placed on the plane: its name, its place, and what a class gave."""

    name: str
    x: float
    y: float
    cloud: tuple[tuple[float, float], ...] = ()


def late(point: Point) -> bool:
    """Whether its name stands on the left of a point, because there is no room on the right."""
    return point.x > 60


def raises(points: tuple[Point, ...], size: int) -> list[float]:
    """How far above or below its point each name is written, in pixels, so that it lies neither on a name nor on a point."""
    scale, line = size * PLANE / (ABOVE - BELOW), size * 1.25
    names = [(p.x - 2 - _long(p), p.x - 2) if late(p) else (p.x + 2, p.x + 2 + _long(p)) for p in points]
    on = [
        (a, b)
        for a, b in combinations(range(len(points)), 2)
        if names[a][0] < names[b][1] and names[b][0] < names[a][1]
    ]
    over = [(a, q.y * scale) for a in range(len(points)) for q in points if names[a][0] - DOT < q.x < names[a][1] + DOT]
    ys = [p.y * scale for p in points]
    for _ in range(100):
        for a, y in over:
            ys[a] += _push(ys[a] - y, size)
        for a, b in on:
            push = _push(ys[b] - ys[a], line) / 2
            ys[a], ys[b] = ys[a] - push, ys[b] + push
    return [y - p.y * scale for y, p in zip(ys, points, strict=True)]


def _push(away: float, least: float) -> float:
    """What brings two things `least` apart that are `away` from each other, upwards where they lie on one line."""
    short = least - abs(away)
    return 0.0 if short < 0.1 else short if away >= 0 else -short


def _long(point: Point) -> float:
    """How many hundredths of a phone's width a name takes."""
    return 4.0 * len(point.name)


def plane(points: tuple[Point, ...], x: tuple[str, str], y: tuple[str, str], size: int) -> go.Figure:
    """Two axes from end to end, with the ends in words; names stand at their points, a class's places around them."""
    figure = base(round(size * PLANE), size)
    raised = raises(points, size)
    for at in (0, 50, 100):
        line = {"color": HAIR, "width": 1.5 if at == 50 else 1}
        figure.add_shape(type="line", x0=at, x1=at, y0=0, y1=100, line=line)
        figure.add_shape(type="line", x0=0, x1=100, y0=at, y1=at, line=line)
    for n, point in enumerate(points):
        colour = SERIES[n % len(SERIES)]
        if point.cloud:
            xs, ys = zip(*point.cloud, strict=True)
            figure.add_scatter(x=xs, y=ys, mode="markers", marker={"size": size * 0.45, "color": colour, "opacity": 0.35}, hoverinfo="skip", cliponaxis=False)  # fmt: skip
    for n, point in enumerate(points):
        colour = SERIES[n % len(SERIES)]
        figure.add_scatter(x=[point.x], y=[point.y], mode="markers", marker={"size": size * 0.8, "color": colour}, hoverinfo="skip", cliponaxis=False)  # fmt: skip
        far = abs(raised[n]) > size * 0.5
        lead = {
            "ax": -size * 1.3 if late(point) else size * 1.3,
            "ay": -raised[n],
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": MUTED,
        }
        aside = {"xshift": -size * 0.7 if late(point) else size * 0.7, "yshift": raised[n]}
        figure.add_annotation(
            x=point.x, y=point.y, text=point.name, showarrow=far, xanchor="right" if late(point) else "left",
            font={"size": size * 0.94, "color": INK}, **(lead if far else aside),
        )  # fmt: skip
    for text, where in ((x[0], (0, -5, "left")), (x[1], (100, -5, "right")), (f"↓ {y[0]}", (0, 4, "left")), (f"↑ {y[1]}", (0, 105, "left"))):  # fmt: skip
        figure.add_annotation(
            x=where[0], y=where[1], text=text, showarrow=False, xanchor=where[2], font={"size": size * 0.85, "color": MUTED}
        )  # fmt: skip
    figure.update_layout(
        xaxis={"range": [-2, 102]}, yaxis={"range": [BELOW, ABOVE], "showticklabels": False}, margin={"l": 0, "r": 0, "t": 2, "b": 2}
    )  # fmt: skip
    return figure
