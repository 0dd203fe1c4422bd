"""How sharing looks: a field for every item with what is left in sight, what follows, what must hold; then the class's shares."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import streamlit as st

from casecourse.formula import plain
from casecourse.grading import JSON, Tally, Verdict
from casecourse.kinds.allocate import Allocate, amounts_of
from casecourse.texts import t
from casecourse.ui.blocks import spread
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.kinds import marks, shares


def _rows(ex: Allocate) -> list[shares.Amount]:
    unit = f"（{ex.unit}）" if ex.unit else ""
    return [
        shares.Amount(name, ex.scope.fill(share.text) + unit, ex.low(name), ex.high(name), ex.start(name))
        for name, share in ex.items.items()
    ]


def _sum(ex: Allocate) -> shares.Sum:
    fine = Decimal(1).scaleb(-ex.digits)
    return shares.Sum(ex.whole, ex.digits, max(fine, shares.step(ex.whole)), ex.shown)


def ask(ex: Allocate, *, key: str, big: bool, locked: bool) -> JSON | None:
    """The fields, what follows from them, what must hold before sending, and the reason."""
    rows = _rows(ex)
    with st.container(key=f"shared-{'big-' if big else ''}{key}", gap="small"):
        given = shares.fields(rows, _sum(ex), key=key, locked=locked)
        _follows(ex, given, key)
        why = shares.reason(set_right(ex.scope.fill(ex.ask)), key=key, locked=locked)
    moved = any(given.get(row.name) != row.start for row in rows)
    if not moved and not why:
        return None
    answer: dict[str, Any] = {"items": {name: plain(value) for name, value in given.items()}}
    return answer | ({"why": why} if why else {})


def _follows(ex: Allocate, given: dict[str, Decimal], key: str) -> None:
    """The outputs, the needs with their marks, and what there is to say."""
    amounts = {name: given.get(name, Decimal(0)) for name in ex.items}
    _outputs(ex, amounts, key)
    unmet = ex.unmet(amounts)
    lines = []
    for rule in ex.rules:
        if rule.need:
            mark = ":orange[:material/error:]" if rule in unmet else ":green[:material/check:]"
            word = t("还没有做到") if rule in unmet else t("做到了")
            lines.append(f"{mark} {set_right(ex.scope.fill(rule.say))} :small[:gray[{word}]]")
    lines += [f":gray[:material/chat_bubble:] {set_right(ex.scope.fill(say))}" for say in ex.remarks(amounts)]
    if lines:
        with st.container(key=f"needs-{key}", gap="xsmall"):
            for line in lines:
                st.markdown(line)


def _outputs(ex: Allocate, amounts: dict[str, Decimal], key: str) -> None:
    found = ex.outcomes(amounts)
    if not found:
        return
    with st.container(key=f"vars-{key}", horizontal=True, gap="large"):
        for output, value in found:
            text = "—" if value is None else output.shown(value)
            st.markdown(f":small[:gray[{set_right(output.label)}]] **{text}**", width="content")


def restore(ex: Allocate, raw: JSON, *, key: str) -> dict[str, Any]:
    """Amounts that still fit, and the reason."""
    given = raw if isinstance(raw, dict) else {}
    return shares.restored(_rows(ex), _sum(ex), given.get("items"), given.get("why"), key=key)


# ---- answered --------------------------------------------------------------------------------------------------------


def review(ex: Allocate, answer: dict[str, Any], verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """Every item with its amount, after release beside what is real; what follows, what is to be said, the reason."""
    amounts = amounts_of(answer)
    real = {name: found for name in ex.items if reveal and (found := ex.figure(name, "actual")) is not None}
    heads = [t("你分的"), *([t("实际")] if real else [])]
    rows = {
        ex.scope.fill(share.text): [
            ex.shown(amounts[name]),
            *([ex.shown(real[name]) if name in real else "—"] if real else []),
        ]
        for name, share in ex.items.items()
    }
    spread.table(heads, rows, key=f"mine-{key}", alt=t("你的分法"))
    _outputs(ex, amounts, key)
    notes = [note for note in (verdict.notes if verdict else ()) if note.why]
    if notes:
        with st.container(key=f"expect-{key}", gap="xsmall"):
            st.caption(t("点评"))
            st.markdown("\n".join(f"- {set_right(ex.scope.fill(note.why))}" for note in notes))
    if answer.get("why"):
        spread.reason(answer["why"], key=key)


def show(ex: Allocate, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """Every item's spread in the class: a tick for each, the middle half, the median, and what is real."""
    del reveal  # there is no key
    found, actual = tally.extra.get("spread", {}), tally.extra.get("actual", {})
    rows = []
    for name, share in ex.items.items():
        if name in found:
            five = found[name]
            median = ex.shown(Decimal(five["median"]))
            said = t("中位数 {median}　中间一半 {q1}—{q3}", median=median, q1=five["q1"], q3=five["q3"])
            real = Decimal(actual[name]) if name in actual else None
            said += t("　◆ 实际 {n}", n=ex.shown(real)) if real is not None else ""
            rows.append(spread.row(ex.scope.fill(share.text), five["values"], said, real))
    most = max((v for row in rows for v in (*row.values, row.actual or 0.0)), default=0.0)
    top = Decimal(str(most or float(ex.whole)))
    ends = (ex.shown(Decimal(0)), ex.shown(top))
    spread.draw(rows, (0.0, float(top)), ends, title=t("全班的分法"), key=marks.sized(key, big=big))
    shares.reasons(tally.extra.get("why"), key=key, big=big)
