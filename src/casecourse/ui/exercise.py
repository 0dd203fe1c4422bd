"""The frame around a question: prompt, the twin's widgets, 提交, save state, attempts, verdict, evidence, the class's result."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from casecourse.access import Forbidden
from casecourse.actions import answering, drafting
from casecourse.actions.answering import Standing
from casecourse.formula import FormulaError, plain
from casecourse.grading import JSON, ExerciseBase, Unreadable
from casecourse.kinds import TITLES
from casecourse.model import full_id
from casecourse.store.errors import Conflict, Spent, StoreDown
from casecourse.texts import t
from casecourse.ui import assessment, drafts, evidence, passages, session, trouble
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.components.save_state import save_state
from casecourse.ui.kinds import TWINS


def clock(moment: datetime) -> str:
    """A time as people read it."""
    return drafting.face(session.store(), moment)


@trouble.fragment
def exercise(case: str, ref: str, number: int, whole: bool = False) -> None:
    """One question; answering it reruns nothing else, or the `whole` page where that counts what is answered."""
    owner, name = full_id(case, ref)
    try:
        now = standing(owner, name)
    except KeyError:
        return  # a broken exercise is left out; the instructor's page names it
    key = f"{owner}-{name}"
    with st.container(key=f"exercise-{key}", gap="small"):
        st.caption(headline(now, number))
        st.header(set_right(now.exercise.scope.fill(now.exercise.prompt)), anchor=False)
        if now.veiled:
            voting()
            return
        try:
            if now.over or (now.attempts and not session.kept(f"again-{key}") and not drafts.begun(now, key)):
                answered(owner, name, key, now)
            else:
                asking(owner, name, key, now, whole)
        except FormulaError:
            st.caption(t("这道题的答案算不出来，老师已收到提示。"))


def voting() -> None:
    """The class is voting on this question: it is answered there, and nothing of it shows here."""
    st.caption(t("全班正在就这道题投票；揭晓以前在“课堂”里作答。"))
    if st.button(t("去投票"), key="here-to-vote", type="primary"):
        st.switch_page("screens/live.py")


def standing(owner: str, name: str) -> Standing:
    """How this person stands: an instructor sees her own preview."""
    who = session.who()
    preview = session.kept(f"preview-{owner}-{name}")
    if who.role == "instructor" and preview is not None:
        return answering.try_out(who, session.course(), owner, name, *preview)
    return answering.standing(session.course(), owner, name, drafts.mine(owner))


def headline(now: Standing, number: int) -> str:
    """Number, kind and points; attempts where they are limited."""
    ex = now.exercise
    parts = [t("练习 {n}", n=number), t(TITLES[ex.kind])]
    parts.append(t("{n} 分", n=plain(ex.points)) if now.scored else t("不计分"))
    if ex.extra:
        parts.append(t("选做"))
    if now.left is not None and not now.over:
        parts.append(t("还可答 {n} 次", n=now.left))
    return "　".join(parts)


# ---- asking ----------------------------------------------------------------------------------------------------------


def asking(owner: str, name: str, key: str, now: Standing, whole: bool) -> None:
    """The twin's widgets, the save state, 提交."""
    drafts.filled(key)
    restoring = drafts.restore(key, now)
    with drafts.fields(owner, name, key, now.fields, restoring=restoring):
        raw = TWINS[now.exercise.kind].ask(now.exercise, key=key, big=False, locked=now.closed)
    cites = passages.ask(now.passages, key=key, locked=now.closed) if now.passages else ()
    if now.exercise.hint:
        with st.expander(t("提示"), type="compact"):
            st.markdown(set_right(now.exercise.scope.fill(now.exercise.hint)))
    student = session.who().role == "student"
    state, at = drafts.keep(owner, name, key, raw, now, cites) if student else ("rest", "")
    if state == "differ":
        drafts.choose(owner, name, key, raw, now, cites)
    with st.container(key=f"act-{key}", horizontal=True, vertical_alignment="center"):
        pressed = st.button(t("提交"), key=f"submit-{key}", type="primary")
        save_state(f"{owner}/{name}", state, at, key=key, rest="" if student else t("预览：不保存"), keep=student)
    if pressed:
        submit(owner, name, key, raw, cites, whole)


def submit(owner: str, name: str, key: str, raw: JSON | None, cites: tuple[str, ...], whole: bool) -> None:
    """Send the answer with the passages that it cites; say plainly when it could not be stored, and lose nothing."""
    who = session.who()
    if raw is None:
        st.markdown(f":orange[{t('还没有作答，填好再提交。')}]")
        return
    try:
        if who.role == "instructor":
            answering.try_out(who, session.course(), owner, name, raw, cites)
            session.keep(f"preview-{owner}-{name}", (raw, cites))
        else:
            answering.submit(who, session.store(), session.course(), owner, name, raw, session.client_id(key), cites)
            drafts.mine(owner, fresh=True)
    except Unreadable as e:
        st.markdown(f":orange[:material/error: {e}]")
        return
    except Spent:
        drafts.mine(owner, fresh=True)
    except Conflict:
        session.used_up(key)
        st.markdown(f":orange[:material/error: {t('这一份没有交上：请再按一次提交。')}]")
        return
    except StoreDown:
        st.markdown(f":orange[:material/error: {t('未能保存，请保持页面打开，稍后再按一次提交。')}]")
        return
    except Forbidden:
        drafts.mine(owner, fresh=True)
        st.markdown(f":orange[:material/error: {t('这道题已经收了，不能再交；写下的内容还在上面。')}]")
        return
    session.used_up(key)
    session.drop(f"again-{key}")
    if whole:
        st.rerun()
    session.again()


# ---- answered ----------------------------------------------------------------------------------------------------------


def answered(owner: str, name: str, key: str, now: Standing) -> None:
    """What was answered and how it stands; the key with its evidence once it is released; what can be done next."""
    twin = TWINS[now.exercise.kind]
    if now.last is None and not now.preview:
        st.caption(t("这道题已经收了。"))
    with st.container(key=f"result-{key}", horizontal=True, horizontal_alignment="distribute"):
        st.markdown(result(now))
    if now.answer is not None:
        twin.review(now.exercise, now.answer, now.verdict, reveal=now.released, key=key)
    elif now.last is not None:
        st.caption(t("你答的是这道题的旧题面，仍然保存着。"))
    passages.review(now.passages, now.cites, now.exercise, released=now.released, key=key)
    if now.released:
        released(owner, now.exercise, key)
    assessment.draw(owner, name, key, now)
    class_result(owner, name, key)
    actions(owner, name, key, now)


def result(now: Standing) -> str:
    """The verdict in one line, with attempt and time."""
    when = ""
    if now.preview:
        when = t("预览：不保存")
    elif now.last is not None:
        when = t("第 {n} 次作答　已提交 {time}", n=now.attempts, time=clock(now.last.at))
    verdict = now.verdict
    if verdict is None or verdict.share is None or verdict.score is None:
        word = t("已提交") if now.last is not None or now.preview else ""
    elif verdict.right:
        word = t("答对了，{score} / {points} 分", score=plain(verdict.score), points=plain(verdict.points))
    elif verdict.wrong:
        word = t("还不对，{score} / {points} 分", score=plain(verdict.score), points=plain(verdict.points))
    else:
        word = t("部分对，{score} / {points} 分", score=plain(verdict.score), points=plain(verdict.points))
    return f"**{word}**　:small[:gray[{when}]]" if word else ""


def released(owner: str, exercise: ExerciseBase, key: str) -> None:
    """The author's explanation, then the passage and the facts that the key rests on."""
    if exercise.explain:
        with st.container(key=f"explain-{key}"):
            st.markdown(set_right(exercise.scope.fill(exercise.explain)))
    evidence.draw(session.course(), owner, exercise, key, exercise.facts_told())


def class_result(owner: str, name: str, key: str) -> None:
    """After a question without a key, or one whose runs are compared, what the class answered."""
    who = session.who()
    if who.class_id is None:
        return
    found = answering.class_tally(who, session.store(), session.course(), owner, name)
    if found and found[1].n:
        with st.container(key=f"class-{key}", gap="small"):
            st.caption(t("全班 {n} 人作答", n=found[1].n))
            twin, released = TWINS[found[0].kind], found[0].keyed  # a key is in it only where it is released
            twin.show(found[0], found[1], big=False, reveal=released, key=f"class-{key}")
            passages.show(session.course().citable(owner, name), found[1], key=f"class-{key}")


def actions(owner: str, name: str, key: str, now: Standing) -> None:
    """再答一次, 看答案."""
    who = session.who()
    with st.container(key=f"act-{key}", horizontal=True, vertical_alignment="center"):
        if now.preview:
            if st.button(t("再试一次"), key=f"again-{key}", icon=":material/replay:"):
                session.drop(f"preview-{owner}-{name}")
                session.again()
            return
        if now.over:
            return
        label = t("修改后再交") if not now.scored else t("再答一次")
        if st.button(label, key=f"again-{key}", icon=":material/replay:"):
            session.keep(f"again-{key}", True)
            if now.last is not None:  # begin from what was sent, so that one correction is one edit
                drafts.fill(key, drafts.values(now, now.last.raw, now.last.cites, key=key))
            session.again()
        if (
            now.scored
            and now.exercise.feedback == "now"
            and not now.released
            and st.button(t("看答案"), key=f"reveal-{key}", type="tertiary", help=t("看了答案就不能再答这道题"))
        ):
            answering.show_key(who, session.store(), session.course(), owner, name)
            drafts.mine(owner, fresh=True)
            session.again()
