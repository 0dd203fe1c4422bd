"""Two rounding intervals on one scale: what is drawn is what was computed."""

from __future__ import annotations

from casecourse.ui.blocks.spans import Span, figure


def test_two_intervals_share_one_scale() -> None:
    """Each bar reaches from end to end of its interval with its figure on it, the first above, and the scale holds both."""
    drawn = figure((Span("算出 8.18％", 8.098, 8.175, 8.253), Span("对照 8.0％", 7.95, 8.0, 8.05)))
    bars = [(tuple(d.x), tuple(d.y)) for d in drawn.data if d.mode == "lines"]
    assert bars == [((8.098, 8.253), (0, 0)), ((7.95, 8.05), (1, 1))]
    assert [tuple(d.x) for d in drawn.data if d.mode == "markers"] == [(8.175,), (8.0,)]
    low, high = drawn.layout.xaxis.range
    assert low < 7.95 < 8.253 < high
    top, bottom = drawn.layout.yaxis.range[1], drawn.layout.yaxis.range[0]
    assert top < 0 < 1 < bottom
    assert [a.text for a in drawn.layout.annotations] == ["算出 8.18％", "对照 8.0％"]


def test_an_exact_figure_is_a_dot_on_a_scale_with_room() -> None:
    """Where neither figure was rounded there is still a scale around them."""
    drawn = figure((Span("甲", 2.0, 2.0, 2.0), Span("乙", 2.0, 2.0, 2.0)))
    low, high = drawn.layout.xaxis.range
    assert low < 2 < high
