"""Explorables: levers, the figures that follow from them at once, and how each is computed from what."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from casecourse.formula import FormulaError, parse, plain, rounded
from casecourse.model import CaseFacts
from casecourse.model.blocks import Explore, Lever
from casecourse.model.facts import worded
from casecourse.model.levers import Range, beside, first, line, outcomes, range_of
from casecourse.reckoning import Output
from casecourse.texts import t
from casecourse.ui.blocks.prose import fact_link, heading, label, linked, set_right
from casecourse.ui.look import figures
from casecourse.ui.look.curves import Curve, curves
from casecourse.ui.trouble import fragment

Chosen = dict[str, Decimal | str]
NOTHING = "—"  # where the formula has no value


def draw(block: Explore, scope: CaseFacts, key: str, terms: dict[str, str]) -> None:
    """The block with what says where it comes from; moving a lever runs the inside again and nothing else."""
    with st.container(key=f"explore-{key}", gap="small"):
        heading(set_right(scope.fill(block.explore)), "")
        try:
            _inside(block, scope, key, figures.size_here())
        except (KeyError, FormulaError):
            st.caption(t("这个推演算不出来，老师已收到提示。"))
        _basis(block, scope, key)
        if block.note:
            st.caption(linked(block.note, scope, terms))
        label(block.assumed, block.external)


@fragment
def _inside(block: Explore, scope: CaseFacts, key: str, size: int) -> None:
    with figures.sized(size):  # a lever runs this alone
        _moved(block, scope, key)


def _moved(block: Explore, scope: CaseFacts, key: str) -> None:
    chosen, ends = _levers(block, scope, key)
    found = outcomes(block, chosen, scope.number)
    with st.container(key=f"metrics-{key}"):
        for start in range(0, len(block.outputs), 4):
            row = list(zip(block.outputs, found, strict=True))[start : start + 4]
            for column, (output, value) in zip(st.columns(len(row), gap="small"), row, strict=True):
                unit = f" :small[{output.unit}]" if output.unit else ""
                column.metric(output.label, NOTHING if value is None else f"{output.digits(value)}{unit}")
    _figures(block, scope, key, chosen, found, ends)
    _numbers(block, scope, chosen, ends)


# ---- levers ----------------------------------------------------------------------------------------------------------


def _levers(block: Explore, scope: CaseFacts, key: str) -> tuple[Chosen, dict[str, Range]]:
    """What is set, and the ends of every lever that has them."""
    chosen: Chosen = {}
    ends: dict[str, Range] = {}
    with st.container(key=f"levers-{key}"):
        for name, lever in block.inputs.items():
            at = f"w-explore-{key}-{name}"
            if lever.options:
                chosen[name] = _option(lever, scope, at)
            else:
                ends[name] = range_of(lever, scope.number)
                chosen[name] = _figure(lever, ends[name], at)
    return chosen, ends


def _option(lever: Lever, scope: CaseFacts, key: str) -> str:
    names = list(lever.options)
    st.session_state.setdefault(key, first(lever))
    if sum(map(len, names)) <= 24:
        st.segmented_control(lever.label, names, key=key, format_func=scope.fill, required=True)
    else:
        st.selectbox(lever.label, names, key=key, format_func=scope.fill)
    found = st.session_state.get(key)
    return found if found in names else first(lever)


def _figure(lever: Lever, ends: Range, key: str) -> Decimal:
    kind: Any = float if ends.decimals else int
    st.session_state.setdefault(key, kind(ends.start))
    head = f"{lever.label}（{lever.unit}）" if lever.unit else lever.label
    shape = f"%.{ends.decimals}f" if ends.decimals else "%d"
    low, high, step = kind(ends.low), kind(ends.high), kind(ends.step)
    if lever.by == "number":
        found = st.number_input(head, low, high, step=step, format=shape, key=key)
    else:
        found = st.slider(head, low, high, step=step, format=shape, key=key)
    return ends.start if found is None else rounded(Decimal(str(found)), ends.decimals)


# ---- figures ---------------------------------------------------------------------------------------------------------


def _figures(
    block: Explore, scope: CaseFacts, key: str, chosen: Chosen, found: list[Decimal | None], ends: Mapping[str, Range]
) -> None:
    """Lines over one lever for the outputs of each unit; without one, bars for those of a unit that has several."""
    units: dict[str, list[int]] = {}
    for n, output in enumerate(block.outputs):
        units.setdefault(output.unit, []).append(n)
    if block.along in ends:
        xs, rows = line(block, chosen, scope.number, ends[block.along])
        for k, (unit, which) in enumerate(units.items()):
            _lines(block, key=f"{key}-{k}", unit=unit, which=which, chosen=chosen, found=found, xs=xs, rows=rows)
        return
    for k, (unit, which) in enumerate(units.items()):
        some = [(block.outputs[n], value) for n in which if (value := found[n]) is not None]
        if len(which) > 1 and some:
            _bars(block, unit, some, f"{key}-{k}")


def _bars(block: Explore, unit: str, some: list[tuple[Output, Decimal]], key: str) -> None:
    labels = tuple(output.label for output, _ in some)
    values = tuple((float(value), output.shown(value)) for output, value in some)
    alt = f"{block.explore}：" + "；".join(f"{o.label} {o.shown(v)}" for o, v in some)
    with st.container(key=f"figure-{key}", gap="xsmall"):
        st.caption(t("单位：{unit}", unit=unit) if unit else "\u00a0")
        st.plotly_chart(
            figures.draw("bar", labels, (("", values),), size=figures.size_here()),
            config=figures.CONFIG,
            key=f"plot-{key}",
            alt=alt,
        )


def _lines(
    block: Explore,
    *,
    key: str,
    unit: str,
    which: list[int],
    chosen: Chosen,
    found: list[Decimal | None],
    xs: list[Decimal],
    rows: list[list[Decimal | None]],
) -> None:
    lever = block.inputs[block.along]
    at = Decimal(str(chosen[block.along]))
    drawn = []
    for n in which:
        output, value = block.outputs[n], found[n]
        ys = tuple(None if row[n] is None else float(row[n] or 0) for row in rows)
        here = NOTHING if value is None else output.shown(value)
        drawn.append(Curve(output.label, ys, None if value is None else float(value), here))
    figure = curves(tuple(map(float, xs)), float(at), (plain(xs[0]), plain(at), plain(xs[-1])), tuple(drawn))
    names = "、".join(block.outputs[n].label for n in which)
    over = f"{lever.label}（{lever.unit}）" if lever.unit else lever.label
    said = {"names": names, "lever": lever.label, "at": plain(at), "here": "、".join(c.here for c in drawn)}
    alt = t("{names}随“{lever}”变化的线；现在是 {at}，{here}", **said)
    with st.container(key=f"figure-{key}", gap="xsmall"):
        st.caption(f"{names}（{unit}）" if unit else names)
        st.plotly_chart(figure, config=figures.CONFIG, key=f"plot-{key}", alt=alt)
        st.caption(t("横轴：{lever}", lever=over))


def _numbers(block: Explore, scope: CaseFacts, chosen: Chosen, ends: Mapping[str, Range]) -> None:
    """The same outputs as a table, one column for each thing to compare; without any there is no table."""
    columns = beside(block, chosen, scope.number, ends)
    if not columns:
        return
    rows = {
        scope.fill(head): [NOTHING if v is None else o.shown(v) for o, v in zip(block.outputs, found, strict=True)]
        for head, found in columns
    }
    frame = pd.DataFrame(rows, index=pd.Index([output.label for output in block.outputs], name=""))
    with st.expander(t("看数字"), type="compact"):
        st.table(frame, border="horizontal", alt=t("图中的数字：{title}", title=block.explore))


# ---- where it comes from -----------------------------------------------------------------------------------------------


def _basis(block: Explore, scope: CaseFacts, key: str) -> None:
    """How each output is computed, in words, and the facts in it with their marks of origin."""
    with st.expander(t("怎样算的"), type="compact"), st.container(key=f"basis-{key}", gap="xsmall"):
        lines = [f"- {output.label} = {_worded(output.formula, block, scope)}" for output in block.outputs]
        facts: dict[str, str] = {}
        for text in block.formulas():
            for name in _names(text):
                if name not in block.inputs:
                    facts.setdefault(name, _fact(name, scope))
        lines += [f"- {said}" for said in facts.values() if said]
        names = "、".join(lever.label for lever in block.inputs.values())
        lines.append(f"- {t('由你设定：{names}', names=names)}")
        st.markdown("\n".join(map(set_right, lines)))


def _names(text: str) -> tuple[str, ...]:
    try:
        return parse(text).names
    except FormulaError:
        return ()  # a start that names an option


def _worded(text: str, block: Explore, scope: CaseFacts) -> str:
    labels = {}
    for name in parse(text).names:
        try:
            labels[name] = block.inputs[name].label if name in block.inputs else scope.label(name)
        except KeyError:
            labels[name] = name
    return worded(text, labels).replace("*", "×")


def _fact(name: str, scope: CaseFacts) -> str:
    try:
        shown = scope.shown(name)
    except (KeyError, FormulaError):
        return ""
    return f"{shown.label}　{fact_link(shown)}　:small[:gray[{shown.note}]]"
