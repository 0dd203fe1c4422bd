"""The reveal: the votes side by side, who moved from what to what, the key with what it rests on, gain or shift."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from casecourse.actions.rounds import Result
from casecourse.agreement import evenness
from casecourse.analytics.shift import FEW
from casecourse.grading import Tally
from casecourse.texts import t
from casecourse.ui import evidence, session
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.kinds import TWINS
from casecourse.ui.look.figures import CONFIG, size_here
from casecourse.ui.look.votes import paired, ribbons

STILL = {**CONFIG, "staticPlot": True}
LONG = 6  # characters of a label, beyond which it is a letter that a line explains
BARS = 8  # labels that a figure of bars can still hold
ROWS = 8  # movements listed


def draw(found: Result, *, big: bool, key: str) -> None:
    """Everything a class may see once a round is revealed; `big` on a projector."""
    exercise = found.exercise
    with st.container(key=f"reveal-{key}", gap="small"):
        st.header(set_right(exercise.scope.fill(exercise.prompt)), anchor=False)
        st.caption(counted(found))
        votes(found, big=big, key=key)
        with st.container(key=f"revealfoot-{key}", horizontal=True, gap="large", vertical_alignment="top"):
            if exercise.keyed or exercise.explain or exercise.evidence:
                with st.container(key=f"revealkey-{key}", gap="xsmall"):
                    the_key(found, key)
            numbers(found, key)
            disagreement(found, key)
        reasons(found, key)


def counted(found: Result) -> str:
    """How many voted each time, and how many both times."""
    said = [t("首投 {n} 人", n=found.tallies[0].n) if found.tallies else t("没有人投票")]
    if len(found.tallies) > 1:
        said.append(t("再投 {n} 人", n=found.tallies[-1].n))
    if found.shift:
        said.append(t("两次都投 {n} 人，其中 {m} 人改了", n=found.shift.n, m=found.shift.changed))
    return "　".join(said)


def votes(found: Result, *, big: bool, key: str) -> None:
    """The first and the last vote side by side; flows where an answer has one place."""
    if not found.tallies:
        return
    shown = [found.tallies[0], found.tallies[-1]] if len(found.tallies) > 1 else [found.tallies[0]]
    labels = list(dict.fromkeys(label for tally in shown for label in tally.slots.get("", {})))
    order = [o.text for o in found.exercise.options_shown()]
    labels.sort(key=lambda label: order.index(label) if label in order else len(order))
    if all(set(tally.slots) <= {""} for tally in shown) and 0 < len(labels) <= BARS:
        figures(found, shown, labels, key=key)
        return
    columns = st.columns(len(shown), gap="large")
    for n, (column, tally) in enumerate(zip(columns, shown, strict=True)):
        with column:
            st.markdown(f"**{t('首投') if n == 0 and len(shown) > 1 else t('再投') if n else t('投票')}**")
            TWINS[found.exercise.kind].show(
                found.exercise, tally, big=big, reveal=found.exercise.keyed, key=f"{key}-vote{n}"
            )
    if found.shift:
        moves(found, key)


def figures(found: Result, shown: list[Tally], labels: list[str], *, key: str) -> None:
    """Paired bars, and ribbons for the people who voted both times."""
    fill, size = found.exercise.scope.fill, size_here()
    short = {label: fill(label) for label in labels}
    if any(len(text) > LONG for text in short.values()):
        short = {label: chr(ord("A") + n) for n, label in enumerate(labels)}
    right = frozenset(short[o.text] for o in found.exercise.options_shown() if o.right and o.text in short)
    rows = [[tally.slots.get("", {}).get(label, 0) for label in labels] for tally in shown]
    flows = (found.shift.flows if found.shift else {}).get("", {})
    if short[labels[0]] != fill(labels[0]):
        st.markdown("\n".join(f"- **{short[label]}**　{fill(label)}" for label in labels))
    columns = st.columns(2 if flows else 1, gap="large")
    with columns[0]:
        st.caption(t("两次投票（人）") if len(shown) > 1 else t("投票（人）"))
        alt = "；".join(f"{fill(label)} {'，'.join(str(r[n]) for r in rows)}" for n, label in enumerate(labels))
        figure = paired([short[label] for label in labels], rows, right, size)
        st.plotly_chart(figure, config=STILL, key=f"bars-{key}", alt=alt)
    if flows:
        with columns[1]:
            st.caption(t("谁改了主意　左为首投，右为再投"))
            named = {(short[a], short[b]): n for (a, b), n in flows.items() if a in short and b in short}
            moved = "；".join(t("从{a}到{b} {n} 人", a=fill(a), b=fill(b), n=n) for (a, b), n in flows.items())
            figure = ribbons([short[label] for label in labels], named, right, size)
            st.plotly_chart(figure, config=STILL, key=f"flows-{key}", alt=moved)


def moves(found: Result, key: str) -> None:
    """Where an answer has several places: the movements most people made, in a table."""
    flows = found.shift.flows if found.shift else {}
    fill = found.exercise.scope.fill
    rows = [(n, slot, a, b) for slot, pairs in flows.items() for (a, b), n in pairs.items() if a != b]
    rows.sort(key=lambda row: -row[0])
    if not rows:
        return
    table = pd.DataFrame(
        [[fill(a) or "—", fill(b) or "—", str(n)] for n, _, a, b in rows[:ROWS]],
        index=pd.Index([fill(slot) for _, slot, _, _ in rows[:ROWS]], name=""),
        columns=[t("首投"), t("再投"), t("人数")],
    )
    with st.container(key=f"numtable-moves-{key}", gap="xsmall"):
        st.caption(t("谁改了主意"))
        st.table(table, border="horizontal", alt=t("从首投到再投的变化"))


def the_key(found: Result, key: str) -> None:
    """The right answer in words where there is one, why, and what it rests on."""
    exercise = found.exercise
    if exercise.keyed:
        st.caption(t("答案与依据"))
    right = [o for o in exercise.options_shown() if o.right]
    for option in right:
        st.markdown(f":green[:material/check_circle:] **{exercise.scope.fill(option.text)}**")
    if not right and (sample := next((s for s in exercise.samples() if s.expects == "right"), None)) is not None:
        st.markdown(f":green[:material/check_circle:] **{set_right(exercise.written(exercise.read(sample.raw)))}**")
    if exercise.explain:
        st.markdown(set_right(exercise.scope.fill(exercise.explain)))
    evidence.draw(session.course(), found.round.case_id, exercise, f"reveal-{key}")


def numbers(found: Result, key: str) -> None:
    """The mean score of each vote and the normalised gain; the shift where nothing is right or wrong."""
    shift = found.shift
    if shift is None:
        if found.shares and found.shares[0] is not None and found.tallies[0].n >= FEW:
            figure(t("平均得分率"), percent(found.shares[0]), f"num-{key}")
        return
    if shift.n < FEW:
        st.caption(t("两次都投的不足 {n} 人，不算增益", n=FEW))
        return
    if shift.before is not None and shift.after is not None:
        figure(t("平均得分率（{n} 人）", n=shift.n), f"{percent(shift.before)} → {percent(shift.after)}", f"num-{key}")
        if shift.gain is not None:
            help_ = t("赢得了余地的几成：（后 − 前）÷（1 − 前），Hake 1998")
            figure(t("归一化增益"), f"{shift.gain:.2f}".replace("-", "−"), f"gain-{key}", help_)
    elif shift.moved:
        figure(
            t("分布移动了"),
            percent(max(shift.moved.values())),
            f"num-{key}",
            t("两次分布之差的一半，Hake 的增益要有答案才算"),
        )


def disagreement(found: Result, key: str) -> None:
    """How evenly each vote spreads over what was answered, where an answer has one place."""
    shown = [found.tallies[0], found.tallies[-1]] if len(found.tallies) > 1 else list(found.tallies)
    if not shown or any(set(tally.slots) != {""} or tally.n < FEW for tally in shown):
        return
    said = " → ".join(f"{evenness(tally.slots['']):.2f}" for tally in shown)
    figure(t("分歧"), said, f"spread-{key}", t("0 是全体一致，1 是各项人数相等：熵除以它的最大值，Shannon 1948"))


def figure(name: str, value: str, key: str, help_: str = "") -> None:
    """One number under its name."""
    with st.container(key=f"revealnum-{key}", gap=None, width="content"):
        st.caption(name, help=help_ or None)
        st.markdown(f"**{value}**")


def percent(share: float) -> str:
    """A share in whole per cent."""
    return f"{share * 100:.0f}%"


def reasons(found: Result, key: str) -> None:
    """Why people changed their minds, without their names."""
    if not found.reasons:
        return
    with st.container(key=f"why-{key}", gap="xsmall"):
        st.caption(t("改主意的人这样说"))
        for why in found.reasons[:6]:
            st.text(f"“{why}”")
