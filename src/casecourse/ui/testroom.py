"""The instructor's side of 前后测: opening, collecting, releasing, and what the class gained."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import streamlit as st

from casecourse.actions import sittings, teaching, testing
from casecourse.actions.sittings import State
from casecourse.actions.testing import Sitting
from casecourse.analytics.gain import FEW, Gain
from casecourse.model import Course, When
from casecourse.store.rows import ClassRow
from casecourse.texts import t
from casecourse.ui import session


def name(when: When) -> str:
    """What a test is called."""
    return t("前测") if when == "before" else t("后测")


def percent(share: Decimal) -> str:
    """A share in whole percent."""
    return str((share * 100).quantize(Decimal(1), ROUND_HALF_UP))


def run() -> None:
    """For one class: both tests, then before and after."""
    rooms = {c.id: c for c in teaching.classes(session.who(), session.store())}
    chosen = st.selectbox(
        t("哪个班"), list(rooms), format_func=lambda i: rooms[i].name, key="room-tests", width=280, filter_mode=None
    )
    room = rooms[chosen] if chosen in rooms else next(iter(rooms.values()))
    for found in testing.sittings(session.who(), session.store(), session.course(), room.id):
        with st.container(key=f"section-{found.when}", gap="small"):
            sitting(room, found)
    with st.container(key="section-gain", gap="small"):
        gained(testing.read_gains(session.who(), session.store(), session.course(), room.id))


def sitting(room: ClassRow, found: Sitting) -> None:
    """One test: where it stands, who has answered, and what can be done next."""
    words: dict[State, str] = {
        "waiting": t("还没有开"),
        "open": t("开着，学员看不到对错"),
        "shut": t("已收卷，答案没有公布"),
        "released": t("已公布答案，不能再开"),
    }
    st.header(f"{name(found.when)}　{words[found.state]}", anchor=False)
    st.caption(t("{n} 题　{a} 人答过　{b} 人全部答完", n=found.questions, a=found.begun, b=found.whole))
    with st.container(key=f"act-{found.when}", horizontal=True, vertical_alignment="center"):
        if found.state in ("waiting", "shut"):
            move(room, found.when, "open", t("开考") if found.state == "waiting" else t("再开"))
        if found.state == "open":
            move(room, found.when, "shut", t("收卷"))
        if found.state == "shut":
            with st.popover(t("公布答案")):
                st.markdown(t("公布以后学员看得到答案与解说，这份测验就不能再开。前测可以等后测收了再公布。"))
                move(room, found.when, "released", t("确认公布"))


def move(room: ClassRow, when: When, to: State, label: str) -> None:
    """A button that takes a test one step on."""
    if st.button(label, key=f"move-{when}-{to}", type="secondary" if to == "released" else "primary"):
        sittings.move(session.who(), session.store(), session.course(), room.id, when, to)
        st.rerun()


def gained(found: list[Gain]) -> None:
    """Before and after by objective, of those who sat both; where they are few, only how many."""
    st.header(t("前后对照"), anchor=False)
    people = found[0].people
    if found[0].few:
        st.markdown(f"**{t('人太少：两次都答了的有 {n} 人，满 {few} 人才算', n=people, few=FEW)}**")
        st.caption(t("人少的时候，平均数说的多半是谁来了，不是学到了多少。"))
        return
    st.caption(t("只算两次都答了一半以上的 {n} 人；没有答的题算 0 分，各题以最后一次为准。", n=people))
    words = objectives(session.course())
    rows = {words.get(g.objective, t("全部")): _line(g) for g in found}
    with st.container(key="texttable-gain"):
        heads = [t("前测"), t("后测"), t("增益 ⟨g⟩"), t("题数")]
        cells = [[f":small[{head}] {cell}" for head, cell in zip(heads, line, strict=True)] for line in rows.values()]
        frame = pd.DataFrame(cells, index=pd.Index(list(rows), name=""), columns=heads)
        st.table(frame, border="horizontal", alt=t("每个目标的前测、后测平均得分率与归一化增益"))
    st.caption(
        t("⟨g⟩ =（后测 − 前测）÷（1 − 前测），取全班平均（Hake 1998）：还没学会的，学会了几成。题少的目标只作参考。")
    )


def objectives(course: Course) -> dict[str, str]:
    """Objective → its text, over all cases; of the same name the first."""
    found: dict[str, str] = {}
    for _, unit in course.units():
        for objective, written in unit.objectives.items():
            found.setdefault(objective, next(iter(written.values())))
    return found


def _line(gain: Gain) -> list[str]:
    shares = [f"{percent(s)}％" if s is not None else "—" for s in (gain.before, gain.after)]
    told = f"{gain.gain:.2f}" if gain.gain is not None else "—"
    return [*shares, told, " / ".join(map(str, gain.questions))]
