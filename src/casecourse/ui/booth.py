"""The booth: a voter's side of a round, from the announcement to the reveal."""

from __future__ import annotations

import streamlit as st

from casecourse.access import Forbidden
from casecourse.actions import answering, rounds
from casecourse.actions.answering import Standing
from casecourse.actions.rounds import WHY, Booth
from casecourse.grading import JSON, Unreadable
from casecourse.kinds import TITLES
from casecourse.store.errors import Conflict, Stale, StoreDown
from casecourse.store.rows import DraftRow, RoundRow
from casecourse.texts import t
from casecourse.ui import drafts, reveal, session
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.components.answer_box import answer_box
from casecourse.ui.components.save_state import save_state
from casecourse.ui.kinds import TWINS


def draw(here: RoundRow) -> None:
    """The round as it stands for this voter."""
    who, store, course = session.who(), session.store(), session.course()
    if here.phase == "revealed" and (found := rounds.result(who, store, course, here)) is not None:
        booth = rounds.booth(who, store, course, here)
        reveal.draw(found, big=False, key="booth")
        own(booth, reveal=True)
        return
    booth = rounds.booth(who, store, course, here)
    key = f"{here.case_id}-{here.exercise}-vote{here.id}-{here.vote}"
    with st.container(key=f"exercise-{key}", gap="small"):
        st.caption(f"{t(TITLES[booth.exercise.kind])}　{phase(here)}")
        st.header(set_right(booth.exercise.scope.fill(booth.exercise.prompt)), anchor=False)
        st.caption(secrecy(here))
        if here.phase == "vote" and (not booth.voted or session.kept(f"again-{key}")):
            voting(booth, key)
        elif here.phase == "vote":
            voted(booth, key)
        elif here.phase != "closed":
            own(booth, reveal=False)
            late(booth)


def phase(here: RoundRow) -> str:
    """What is going on, in one word."""
    return {
        "closed": t("还没有开投"),
        "vote": t("正在投票") if here.vote < 2 else t("再投一次"),
        "locked": t("已经锁定，不再收票"),
        "discuss": t("讨论：向邻座说出你的理由"),
        "revealed": t("已揭晓"),
        "ended": t("已结束"),
    }[here.phase]


def secrecy(here: RoundRow) -> str:
    """Who will know who voted what: said before the vote."""
    if here.named:
        return t("记名投票：老师看得到每个人投了什么。揭晓以前，谁也看不到票数分布。")
    return t("匿名投票：谁投了什么没有人知道，老师也不知道。揭晓以前，谁也看不到票数分布。")


# ---- voting ------------------------------------------------------------------------------------------------------------


def voting(booth: Booth, key: str) -> None:
    """The twin's widgets, one sentence why where she votes otherwise than before, 投票."""
    here, exercise = booth.round, booth.exercise
    have = drafts.mine(here.case_id)
    draft, fields = have.drafts.get(here.exercise), have.fields(here.exercise)
    now = Standing(exercise, None, None, None, 0, None, False, False, False, draft, fields, scored=False)
    drafts.filled(key)
    restoring = drafts.restore(key, now)
    with drafts.fields(here.case_id, here.exercise, key, fields, restoring=restoring):
        raw = TWINS[exercise.kind].ask(exercise, key=key, big=False, locked=False)
        why = because(booth, raw, key)
    state, at = drafts.keep(here.case_id, here.exercise, key, raw, now)
    if state == "differ":
        drafts.choose(here.case_id, here.exercise, key, raw, now)
    with st.container(key=f"act-{key}", horizontal=True, vertical_alignment="center"):
        pressed = st.button(t("投票"), key=f"submit-{key}", type="primary")
        save_state(f"{here.case_id}/{here.exercise}", state, at, key=key)
    if pressed:
        cast(booth, key, raw, why)


def because(booth: Booth, raw: JSON | None, key: str) -> str:
    """Her earlier vote, and where this one differs, a field for the reason."""
    before = [n for n in booth.mine if n < booth.round.vote]
    if not before:
        return ""
    st.caption(t("你上一次投的是：{answer}", answer=booth.exercise.written(booth.mine[max(before)])))
    if raw is None or not booth.differs(raw, max(before)):
        return ""
    # a name of its own: kinds ask for reasons too
    return answer_box(t("改了主意？写一句为什么（可以不写）"), key=f"w-{key}-because", field="because", max_chars=WHY)


def cast(booth: Booth, key: str, raw: JSON | None, why: str) -> None:
    """Send the ballot; say plainly when it could not be stored or came too late, and lose nothing."""
    here, problem = booth.round, ""
    if raw is None:
        st.markdown(f":orange[{t('还没有选，选好再投。')}]")
        return
    try:
        rounds.cast(
            session.who(), session.store(), session.course(), here.id, here.vote, raw, session.client_id(key), why
        )
    except Unreadable as error:
        problem = str(error)
    except Stale:
        problem = t("投票已经锁定，这一票没有计入；写下的内容还在。")
    except Conflict:
        session.used_up(key)
        problem = t("这一票没有投出：请再按一次投票。")
    except StoreDown:
        problem = t("未能保存，请保持页面打开，稍后再按一次投票。")
    except (Forbidden, KeyError):
        problem = t("这道题现在不能投票；写下的内容还在。")
    if problem:
        st.markdown(f":orange[:material/error: {problem}]")
        return
    session.used_up(key)
    session.drop(f"again-{key}")
    drafts.mine(here.case_id, fresh=True)
    session.again()


def voted(booth: Booth, key: str) -> None:
    """The ballot is in; it may be changed until the lock."""
    with st.container(key=f"result-{key}"):
        st.markdown(f"**{t('已投票')}**　:small[:gray[{t('锁定以前可以改，最后一票算数')}]]")
    own(booth, reveal=False)
    if st.button(t("改投"), key=f"again-{key}", icon=":material/replay:"):
        session.keep(f"again-{key}", True)
        raw = booth.raw[booth.round.vote]
        stood = TWINS[booth.exercise.kind].restore(booth.exercise, raw, key=key)
        drafts.fill(key, stood | {f"w-{key}-because": booth.why})
        session.again()


# ---- after the vote ----------------------------------------------------------------------------------------------------


def own(booth: Booth, *, reveal: bool) -> None:
    """What she voted, with marks only after the reveal."""
    if not booth.mine:
        if booth.round.phase != "vote":
            st.caption(t("你没有投票。"))
        return
    last = max(booth.mine)
    key = f"own{booth.round.id}-{last}"
    with st.container(key=f"ownvote-{key}", gap="xsmall"):
        st.caption(t("你投的是"))
        TWINS[booth.exercise.kind].review(
            booth.exercise, booth.mine[last], booth.verdict if reveal else None, reveal=reveal, key=key
        )
        if reveal and (first := min(booth.mine)) != last:
            st.caption(t("你第一次投的是：{answer}", answer=booth.exercise.written(booth.mine[first])))


def late(booth: Booth) -> None:
    """What was only written when the vote was locked: shown to its author, not counted."""
    text = written(booth, booth.late)
    if text:
        with st.container(key=f"late-{booth.round.id}", gap="xsmall"):
            st.caption(t("迟交草稿：锁定时还没有投出，没有计入。只有你看得到"))
            st.text(text)


def written(booth: Booth, draft: DraftRow | None) -> str:
    """A draft in words; "" where there is none, or nothing that can be read."""
    if draft is None or draft.raw in (None, "", [], {}):
        return ""
    raw = drafts.unpacked(draft.raw)[0]
    try:
        return booth.exercise.written(booth.exercise.read(raw))
    except Unreadable:
        return raw if isinstance(raw, str) else ""


def standing_of(case: str) -> frozenset[str]:
    """The exercises of a case on which the class is voting now."""
    return answering.veiled(session.store(), session.who().class_id, case)
