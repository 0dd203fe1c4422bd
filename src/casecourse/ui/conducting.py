"""Conducting: the lecturer's own view of the stage, with keys, counts and what comes next; it drives what the class sees."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import streamlit as st

from casecourse.actions import rounds, staging
from casecourse.actions.rounds import Result
from casecourse.actions.staging import Scene
from casecourse.analytics.shift import FEW, Hint
from casecourse.formula import FormulaError
from casecourse.kinds import TITLES
from casecourse.model.blocks import Discuss, ExerciseBlock, Prose
from casecourse.model.steps import Step
from casecourse.store.errors import Stale
from casecourse.store.rows import RoundRow
from casecourse.texts import t
from casecourse.ui import evidence, projection, reveal, session, trouble
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.components.live import live
from casecourse.ui.kinds import TWINS

# phase → the deeds offered, the first of them first
OFFERED: Final[dict[str, tuple[rounds.Deed, ...]]] = {
    "closed": ("open", "end"),
    "vote": ("lock", "reset", "end"),
    "locked": ("discuss", "open", "reveal", "reopen", "reset", "end"),
    "discuss": ("open", "reveal", "end"),
    "revealed": ("end",),
}


@trouble.fragment
def remote(class_id: int) -> None:
    """Where the stage is, the round in hand, the buttons, and what only the lecturer may see."""
    who, store, course = session.who(), session.store(), session.course()
    scene = staging.scene(who, store, course, class_id)
    here = scene.round
    counts = here is not None and here.phase in ("vote", "locked", "discuss")
    timer = scene.row.timer
    live(
        class_id, scene.row.rev, key="remote", timer=timer.isoformat() if timer else "",
        left=projection.seconds_left(scene), n=rounds.voted(who, store, here) if here and counts else -1,
        size=staging.size(who, store, class_id) if counts else 0, spread=False,
    )  # fmt: skip
    if scene.on is None:
        st.markdown(f"**{t('还没有内容上台')}**")
        st.caption(t("在投影的窗口里选一节，这里会自己跟上。"))
        return
    with st.container(key="remote-now", gap="xsmall"):
        st.caption(f"{scene.on[1].title}　{projection.state(scene)}")
        st.header(words(scene, scene.here), anchor=False)
        if scene.next is not None:
            st.caption(t("接着：{words}", words=words(scene, scene.next)))
    turning(scene, class_id)
    if here is not None:
        voting(here, class_id)
    else:
        starting(scene, class_id)
    notes(scene)


def words(scene: Scene, step: Step | None) -> str:
    """A step in a line."""
    if scene.case is None or scene.unit is None or step is None:
        return ""
    fill = session.course().facts.of(scene.case.id).fill
    block = step.block
    if block is None:
        return scene.unit.title
    part = f"（{step.page}/{step.pages}）" if step.pages > 1 else ""
    if isinstance(block, ExerciseBlock):
        asked = scene.asks(step)
        found = session.course().exercise(*asked) if asked else None
        return f"{t(TITLES[found.kind])}：{fill(found.prompt)}" if found else ""
    if isinstance(block, Discuss):
        return t("讨论：{words}", words=fill(block.discuss))
    text = fill(str(getattr(block, "title", "") or getattr(block, block.NAME, "")))
    return set_right(text if len(text) < 60 or not isinstance(block, Prose) else text[:58] + "…") + part


# ---- driving -----------------------------------------------------------------------------------------------------------


def turning(scene: Scene, class_id: int) -> None:
    """Back and on, and what covers the stage."""
    who, store, course = session.who(), session.store(), session.course()
    row = scene.row
    with st.container(key="remote-turn", horizontal=True):
        if st.button(t("上一步"), key="back", icon=":material/arrow_back:", width="stretch"):
            staging.turn(who, store, course, class_id, "back", seen=row.rev)
            session.again()
        if st.button(
            t("下一步"),
            key="next",
            type="primary",
            icon=":material/arrow_forward:",
            icon_position="right",
            width="stretch",
        ):
            staging.turn(who, store, course, class_id, "next", seen=row.rev)
            session.again()
    with st.container(key="remote-cover", horizontal=True):
        if st.button(t("恢复") if row.cover == "blank" else t("黑屏"), key="blank", width="stretch"):
            staging.cover(who, store, class_id, "blank")
            session.again()
        if st.button(t("收起加入码") if row.cover == "code" else t("加入码"), key="code", width="stretch"):
            staging.cover(who, store, class_id, "code")
            session.again()
        with st.popover(t("计时"), width="stretch"):
            for minutes in projection.MINUTES:
                label = t("{n} 分钟", n=minutes) if minutes else t("取消计时")
                if st.button(label, key=f"timer-{minutes}", width="stretch"):
                    staging.time(who, store, class_id, minutes)
                    session.again()
    to = st.selectbox(
        t("跳到"), range(len(scene.steps)), index=min(row.step, len(scene.steps) - 1), key=f"jump-{row.rev}",
        format_func=lambda n: f"{n + 1}　{words(scene, scene.steps[n])}", filter_mode=None,
    )  # fmt: skip
    if to is not None and to != min(row.step, len(scene.steps) - 1):
        staging.show(who, store, course, class_id, row.case_id, row.unit, to)
        session.again()


def starting(scene: Scene, class_id: int) -> None:
    """Put the step's question to the vote, anonymously or by name; or show its key."""
    who, store, course = session.who(), session.store(), session.course()
    asked = staging.question(course, scene)
    if asked is None:
        return
    with st.container(key="remote-start", gap="xsmall"):
        named = st.radio(
            t("怎样投票"),
            [False, True],
            format_func=lambda x: t("记名") if x else t("匿名"),
            horizontal=True,
            key="named",
        )
        with st.container(horizontal=True):
            if st.button(t("宣布投票"), key="begin", type="primary"):
                with suppress(Stale):  # the projector was quicker; what is drawn next shows it
                    rounds.begin(who, store, course, class_id, asked[0], f"{asked[0]}:{asked[1]}", named=bool(named))
                session.again()
            label = t("收起答案") if scene.row.revealed else t("直接揭晓答案")
            if st.button(label, key="uncover"):
                staging.reveal(who, store, class_id)
                session.again()


def voting(here: RoundRow, class_id: int) -> None:
    """What can be done with the round now; the hint; the counts, which only this screen shows."""
    who, store, course = session.who(), session.store(), session.course()
    labels = {
        "open": t("开投") if here.vote == 0 else t("再投一次"),
        "lock": t("锁定"),
        "discuss": t("讨论"),
        "reveal": t("揭晓"),
        "reopen": t("重新开放"),
        "reset": t("作废重投"),
        "end": t("结束"),
    }
    found = None
    if here.phase in ("vote", "locked", "discuss", "revealed"):
        with suppress(KeyError, FormulaError):  # taken out of the course, or broken, meanwhile: it can still be ended
            found = rounds.result(who, store, course, here, ahead=True)
    if found is not None and found.hint is not None and here.phase == "locked":
        st.markdown(f":blue[:material/lightbulb: {advice(found.hint)}]")
    with st.container(key="remote-round", horizontal=True):
        for n, deed in enumerate(OFFERED.get(here.phase, ())):
            kind = "primary" if n == 0 else "secondary"
            if st.button(labels[deed], key=f"deed-{deed}", type=kind, help=meaning(deed)):  # type: ignore[arg-type]
                with suppress(Stale):  # somebody was quicker; what is drawn next shows it
                    rounds.do(who, store, here.id, deed, vote=here.vote)
                session.again()
    if found is not None:
        counts(found, class_id)


def meaning(deed: str) -> str | None:
    """What a deed does, where its name does not say it."""
    return {
        "reset": t("这一次投的都作废，从头再投；作废的票仍然留着"),
        "reopen": t("同一次投票接着收票"),
        "end": t("投票收起，回到这一节；票都留着"),
    }.get(deed)


def advice(hint: Hint) -> str:
    """The hint after a first vote, in words."""
    return {
        "few": t("不足 {n} 票，不作建议", n=FEW),
        "explain": t("答对的不到三成：先讲，再投"),
        "discuss": t("分歧正好：让他们讨论，再投一次"),
        "on": t("多数一致：揭晓，往下走"),
    }[hint]


def counts(found: Result, class_id: int) -> None:
    """What was voted so far, behind a switch: a remote may lie open on a desk."""
    if not st.toggle(t("看票数（只有你看得到）"), key="counts"):
        return
    if found.round.phase == "revealed":
        reveal.draw(found, big=False, key="remote")
        return
    for n, (vote, tally) in enumerate(zip(found.votes, found.tallies, strict=True)):
        st.caption(t("第 {n} 次投票　{people} 人", n=n + 1, people=tally.n))
        TWINS[found.exercise.kind].show(
            found.exercise, tally, big=False, reveal=found.exercise.keyed, key=f"ahead-{class_id}-{vote.n}"
        )


def notes(scene: Scene) -> None:
    """What only the lecturer sees of the step: the key with its evidence, or what a good answer contains."""
    step = scene.here
    if step is None or scene.case is None:
        return
    asked = staging.question(session.course(), scene)
    with st.container(key="remote-notes", gap="xsmall"):
        if asked is not None:
            st.caption(t("答案（只有你看得到）"))
            projection.key(asked[0], asked[2], place="remote")
        elif isinstance(step.block, Discuss) and step.block.expect:
            fill = session.course().facts.of(scene.case.id).fill
            st.caption(t("好回答里有什么（只有你看得到）"))
            st.markdown("\n".join(f"- {set_right(fill(e))}" for e in step.block.expect))
        elif step.block is not None and step.block.evidence:
            lines = [evidence.fact_line(session.course(), scene.case.id, ref) for ref in step.block.evidence]
            st.markdown("\n".join(f"- {set_right(line)}" for line in lines if line))
