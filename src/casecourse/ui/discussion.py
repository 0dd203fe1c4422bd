"""A discussion prompt: what is written saves itself as a draft, is handed in once, and nobody is scored."""

from __future__ import annotations

import streamlit as st

from casecourse.access import Forbidden
from casecourse.actions import answering
from casecourse.grading import JSON, Unreadable
from casecourse.model.blocks import Discuss
from casecourse.store.errors import StoreDown
from casecourse.texts import t
from casecourse.ui import drafts, session, trouble
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.components.answer_box import answer_box
from casecourse.ui.components.save_state import save_state
from casecourse.ui.exercise import clock


@trouble.fragment
def discussion(case: str, unit: str, block: Discuss) -> None:
    """The question, a field, and the state of what stands in it."""
    prompt = f"{unit}#{block.id}"
    key = f"{case}-{unit}-{block.id}"
    who = session.who()
    with st.container(key=f"discuss-{key}", gap="small"):
        st.caption(t("讨论　约 {n} 分钟", n=block.minutes))
        st.header(set_right(session.course().facts.of(case).fill(block.discuss)), anchor=False)
        if who.role != "student":
            expected(block, case, key)
            return
        rows = drafts.mine(case).answers.get(prompt, [])
        if rows and not session.kept(f"again-{key}") and not begun(case, prompt, rows[-1].raw):
            handed_in(key, str(rows[-1].raw.get("text", "")), clock(rows[-1].at))
        else:
            writing(case, prompt, key)


def expected(block: Discuss, case: str, key: str) -> None:
    """For instructors: what a good answer contains."""
    if not block.expect:
        return
    fill = session.course().facts.of(case).fill
    with st.container(key=f"expect-{key}", gap="xsmall"):
        st.caption(t("好回答里有什么（只有教师看得到）"))
        st.markdown("\n".join(f"- {set_right(fill(e))}" for e in block.expect))


def begun(case: str, prompt: str, said: JSON) -> bool:
    """True where the field holds something else than what was handed in."""
    row = drafts.mine(case).fields(prompt).get("text")
    return row is not None and str(row.raw).strip() not in ("", said.get("text"))


def handed_in(key: str, text: str, when: str) -> None:
    """What was handed in, and the way back to it."""
    st.text(text)
    with st.container(key=f"act-{key}", horizontal=True, vertical_alignment="center"):
        st.caption(f":green[:material/check: {t('已提交 {time}', time=when)}]　{t('老师看得到')}", width="content")
        if st.button(t("修改后再交"), key=f"again-{key}", icon=":material/replay:"):
            session.keep(f"again-{key}", True)
            drafts.fill(key, {f"w-{key}": text})
            session.again()


def writing(case: str, prompt: str, key: str) -> None:
    """The field, which keeps itself, and the way to hand it in."""
    stored = drafts.mine(case).fields(prompt)
    with drafts.fields(case, prompt, key, stored, restoring=drafts.fresh(key)):
        text = answer_box(
            t("你的看法"), key=f"w-{key}", lines=4, max_chars=4000, hide_label=True,
            placeholder=t("先写一句判断，再写一条理由"),
        )  # fmt: skip
    kept = stored.get("text")
    with st.container(key=f"act-{key}", horizontal=True, vertical_alignment="center"):
        pressed = st.button(t("交给课堂"), key=f"submit-{key}")
        at = clock(kept.at) if kept and kept.raw else ""
        save_state(f"{case}/{prompt}", "kept" if at else "rest", at, key=key, rest=t("写下的内容会自动存草稿"))
    if pressed:
        hand_in(case, prompt, key, text)


def hand_in(case: str, prompt: str, key: str, text: str) -> None:
    """Send the contribution; say plainly when it could not be stored."""
    try:
        answering.say(session.who(), session.store(), case, prompt, text, session.client_id(key))
    except Unreadable as e:
        st.markdown(f":orange[:material/error: {e}]")
        return
    except (StoreDown, Forbidden):
        st.markdown(f":orange[:material/error: {t('未能保存，请保持页面打开，稍后再按一次提交。')}]")
        return
    session.used_up(key)
    session.drop(f"again-{key}")
    drafts.mine(case, fresh=True)
    session.again()
