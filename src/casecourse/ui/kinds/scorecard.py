"""How weighing looks: a field for every weight, the ranking that answers at once, and the reason; then the class's weights."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import streamlit as st

from casecourse.formula import plain, rounded
from casecourse.grading import JSON, Tally, Verdict
from casecourse.kinds.scorecard import FULL, Scorecard, weights_of
from casecourse.texts import t
from casecourse.ui.blocks import spread
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.kinds import marks, shares

SUM = shares.Sum(FULL, 0, Decimal(5), plain)


def _rows(ex: Scorecard) -> list[shares.Amount]:
    return [
        shares.Amount(name, t("{name}（权重）", name=name), Decimal(0), FULL, start)
        for name, start in ex.even().items()
    ]


def ask(ex: Scorecard, *, key: str, big: bool, locked: bool) -> JSON | None:
    """The scores, the weights, the ranking that follows from them, and the reason."""
    rows = _rows(ex)
    with st.container(key=f"shared-{'big-' if big else ''}{key}", gap="small"):
        _scores(ex, key)
        given = shares.fields(rows, SUM, key=key, locked=locked)
        _ranking(ex, given, key)
        why = shares.reason(set_right(ex.scope.fill(ex.ask)), key=key, locked=locked)
    if not why and all(given.get(row.name) == row.start for row in rows):
        return None
    answer: dict[str, Any] = {"weights": {name: plain(value) for name, value in given.items()}}
    return answer | ({"why": why} if why else {})


def restore(ex: Scorecard, raw: JSON, *, key: str) -> dict[str, Any]:
    """Weights of criteria that still exist, and the reason."""
    given = raw if isinstance(raw, dict) else {}
    return shares.restored(_rows(ex), SUM, given.get("weights"), given.get("why"), key=key)


def _scores(ex: Scorecard, key: str) -> None:
    rows = {row: [plain(x) for x in found] for row, found in ex.marks().items()}
    spread.table(list(ex.criteria), rows, key=f"scores-{key}", alt=t("各项得分"))


def _ranking(ex: Scorecard, weights: dict[str, Decimal], key: str) -> None:
    """Every row in its place with its total, and how many places it has moved from where equal weights put it."""
    before = {row: place for place, row, _ in ex.ranking(ex.even())}
    found = ex.ranking(weights)
    best = max((total for _, _, total in found), default=Decimal(0)) or Decimal(1)
    with st.container(key=f"ranking-{key}", gap="xsmall"):
        st.caption(t("按这组权重的名次（箭头：比各项一样重时升降几名）"))
        for place, row, total in found:
            moved = before[row] - place
            arrow = f" :small[:gray[{'↑' if moved > 0 else '↓'}{abs(moved)}]]" if moved else ""
            with st.container(horizontal=True, gap="small", wrap=False, vertical_alignment="center"):
                st.markdown(f"**{place}**　{set_right(row)}　{plain(rounded(total, 1), 1)}{arrow}")
            st.progress(float(max(Decimal(0), min(Decimal(1), total / best))))


# ---- answered --------------------------------------------------------------------------------------------------------


def review(ex: Scorecard, answer: dict[str, Any], verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """The weights beside equal ones, the ranking that they make, and the reason."""
    del verdict, reveal  # nothing is scored
    even, weights = ex.even(), weights_of(answer)
    rows = {name: [plain(weights[name]), plain(even[name])] for name in ex.criteria}
    spread.table([t("你的权重"), t("一样重")], rows, key=f"mine-{key}", alt=t("你的权重"))
    _ranking(ex, weights, key)
    if answer.get("why"):
        spread.reason(answer["why"], key=key)


def show(ex: Scorecard, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """How the class's weights lie, who came first how often, and how far the rankings agree."""
    del reveal  # there is no key
    found = tally.extra.get("spread", {})
    rows = []
    for name in ex.criteria:
        if name in found:
            five = found[name]
            said = t("中位数 {median}　中间一半 {q1}—{q3}", median=five["median"], q1=five["q1"], q3=five["q3"])
            rows.append(spread.row(name, five["values"], said))
    sized = marks.sized(key, big=big)
    spread.draw(rows, (0.0, 100.0), ("0", "100"), title=t("全班的权重"), key=sized)
    firsts = tally.extra.get("first", {})
    with st.container(key=f"bars-{sized}", gap="xsmall"):
        st.caption(t("谁得第一（并列的都算）"))
        for row in ex.scores:
            st.text(t("{label}　{n} 人", label=row, n=firsts.get(row, 0)))
            st.progress(firsts.get(row, 0) / max(1, tally.n))
        if tally.extra.get("w") is not None:
            w = f"{tally.extra['w']:.2f}"
            st.caption(t("名次的一致程度：肯德尔 W = {w}（1 为人人排得一样，0 为没有共识）", w=w))
    shares.reasons(tally.extra.get("why"), key=key, big=big)
