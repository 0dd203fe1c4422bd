"""Following: a phone that shows what the stage shows, or votes; and the strip that calls there from any other page."""

from __future__ import annotations

import streamlit as st

from casecourse.actions import rounds, staging
from casecourse.actions.staging import Scene
from casecourse.formula import FormulaError
from casecourse.model import Case, Unit
from casecourse.model.blocks import Discuss, ExerciseBlock
from casecourse.model.steps import Step
from casecourse.texts import t
from casecourse.ui import booth, drafts, session, trouble
from casecourse.ui.blocks import DRAW
from casecourse.ui.components.live import live
from casecourse.ui.discussion import discussion
from casecourse.ui.exercise import exercise


@trouble.fragment
def follow(class_id: int) -> None:
    """The round under way, else the step that is on the stage, at the size of a phone."""
    who, store, course = session.who(), session.store(), session.course()
    scene = staging.scene(who, store, course, class_id)
    scened(scene)
    line(scene, class_id, "follow")


def scened(scene: Scene) -> None:
    """What the stage has for this phone."""
    if scene.round is not None:
        drafts.mine(scene.round.case_id, fresh=True)
        try:
            booth.draw(scene.round)
        except (KeyError, FormulaError):
            st.caption(t("正在投票的题读不出来，老师已收到提示。"))
        return
    if scene.on is None or scene.row.cover == "blank":
        st.markdown(f"**{t('还没有开始') if scene.on is None else t('请看讲台')}**")
        st.caption(t("老师投影或开投时，这里会自己变。"))
        return
    case, unit, here = scene.on
    drafts.mine(case.id, fresh=True)
    step(case, unit, here)
    if st.button(t("自己看这一节"), key="browse", type="tertiary", icon=":material/menu_book:"):
        st.switch_page("screens/unit.py", query_params={"case": case.id, "unit": unit.id})


def line(scene: Scene, class_id: int, key: str) -> None:
    """The line that follows the class: no counts, the clock where one is set."""
    timer = scene.row.timer
    left = max(0.0, (timer - session.store().clock()).total_seconds()) if timer else 0.0
    live(class_id, scene.row.rev, key=key, timer=timer.isoformat() if timer else "", left=left)


def step(case: Case, unit: Unit, here: Step) -> None:
    """The step as a page shows it; a question can be answered where it stands."""
    block = here.block
    st.caption(f"{case.title}　{unit.title}")
    if block is None:
        st.title(unit.title, anchor=False)
        st.markdown("\n".join(f"- {next(iter(o.values()))}" for o in unit.objectives.values()))
    elif isinstance(block, ExerciseBlock):
        exercise(case.id, block.exercise, unit.exercise_refs.index(block.exercise) + 1)
    elif isinstance(block, Discuss):
        discussion(case.id, unit.id, block)
    else:
        DRAW[block.NAME](block, session.course().facts.of(case.id), f"follow-{here.place}-{here.page}", {})


@trouble.fragment
def strip() -> None:
    """On any page of a student's: the class is voting, and the way there."""
    who, store = session.who(), session.store()
    if who.role != "student" or who.class_id is None:
        return
    row = staging.scene(who, store, session.course(), who.class_id).row
    live(who.class_id, row.rev, key="strip")
    here = rounds.current(who, store, who.class_id)
    if here is not None and here.phase in ("closed", "vote"):
        with st.container(key="strip", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{t('课堂正在投票')}**", width="content")
            if st.button(t("去投票"), key="to-vote", type="primary"):
                st.switch_page("screens/live.py")
