"""How a class's figures lie: a strip for each thing with everybody's tick, its words, and the same as a table to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st

from casecourse.agreement import five
from casecourse.texts import t
from casecourse.ui.look import figures
from casecourse.ui.look.curves import Point, Spread, spreads
from casecourse.ui.look.curves import plane as draw_plane


def row(
    label: str, values: Sequence[str], said: str, actual: Decimal | None = None, span: tuple[float, float] | None = None
) -> Spread:
    """A strip of these values, with its words and what is real."""
    cuts = five([Decimal(v) for v in values])
    quartiles = (float(cuts["q1"]), float(cuts["median"]), float(cuts["q3"]))
    real = None if actual is None else float(actual)
    return Spread(label, tuple(map(float, values)), quartiles, said, real, span)


def draw(rows: Sequence[Spread], reach: tuple[float, float], ends: tuple[str, str], *, title: str, key: str) -> None:
    """The strips under a title; in words for whoever does not see them."""
    if not rows:
        return
    with st.container(key=f"figure-{key}", gap="xsmall"):
        st.caption(t("{title}　细线是每个人，底色是中间一半，粗线是中位数", title=title))
        alt = f"{title}：" + "；".join(f"{r.label} {r.said}" for r in rows)
        figure = spreads(tuple(rows), reach, ends, figures.size_here())
        st.plotly_chart(figure, config=figures.CONFIG, key=f"plot-{key}", alt=alt)


def table(heads: list[str], rows: Mapping[str, list[str]], *, key: str, alt: str) -> None:
    """A few figures side by side."""
    with st.container(key=f"counts-{key}", gap="xsmall"):
        frame = pd.DataFrame(list(rows.values()), index=pd.Index(list(rows), name=""), columns=heads)
        st.table(frame, border="horizontal", alt=alt)


def reason(text: str, *, key: str) -> None:
    """What somebody wrote beside her numbers."""
    with st.container(key=f"reason-{key}", gap=None):
        st.caption(t("你的理由"))
        st.text(text)


def plane(
    points: Mapping[str, tuple[float, float]],
    x: tuple[str, str],
    y: tuple[str, str],
    *,
    clouds: Mapping[str, Sequence[tuple[float, float]]],
    key: str,
) -> None:
    """Things on two axes, each with what a class gave around it."""
    drawn = tuple(Point(name, a, b, tuple(clouds.get(name, ()))) for name, (a, b) in points.items())
    alt = t("横轴 {a} 到 {b}，纵轴 {c} 到 {d}：", a=x[0], b=x[1], c=y[0], d=y[1])
    alt += "；".join(f"{name} ({a:.0f}, {b:.0f})" for name, (a, b) in points.items())
    with st.container(key=f"plane-{key}"):
        figure = draw_plane(drawn, x, y, figures.size_here())
        st.plotly_chart(figure, config=figures.CONFIG, key=f"plot-{key}", alt=alt)
