"""Two rounding intervals, one above the other on one scale: whether they meet is seen at a glance."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from casecourse.ui.look import ACCENT, INK, OCHRE, figures


@dataclass(frozen=True)
class Span:
    """A figure and what it may stand for, with the words that stand above its bar."""

    words: str
    low: float
    value: float
    high: float


def draw(spans: tuple[Span, Span], alternative: str, key: str) -> None:
    """A bar from end to end of each interval, with the figure itself as a dot on it."""
    st.plotly_chart(figure(spans, figures.size_here()), config=figures.CONFIG, key=f"spans-{key}", alt=alternative)


def figure(spans: tuple[Span, Span], size: int = 15) -> go.Figure:
    """The two bars; the scale reaches a little beyond both."""
    low, high = min(s.low for s in spans), max(s.high for s in spans)
    room = (high - low) * 0.06 or 1
    drawn = figures.base(9 * size, size)
    for n, (span, colour) in enumerate(zip(spans, (ACCENT, OCHRE), strict=True)):
        drawn.add_annotation(
            x=low, y=n - 0.42, text=span.words, showarrow=False, xanchor="left", font={"size": size, "color": INK}
        )
        drawn.add_scatter(
            x=[span.low, span.high], y=[n, n], mode="lines", line={"width": 10, "color": colour}, hoverinfo="skip"
        )
        drawn.add_scatter(
            x=[span.value], y=[n], mode="markers", hoverinfo="skip",
            marker={"size": 14, "color": colour, "line": {"width": 2, "color": INK}},
        )  # fmt: skip
    drawn.update_layout(
        xaxis={"range": [low - room, high + room]}, yaxis={"range": [1.3, -0.7], "showticklabels": False}
    )
    return drawn
