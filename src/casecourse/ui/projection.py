"""Projection: one step of a unit on the stage, with nothing of the interface around it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from casecourse.actions import rounds, staging
from casecourse.actions.staging import Scene
from casecourse.formula import FormulaError
from casecourse.grading import ExerciseBase, Line
from casecourse.kinds import TITLES
from casecourse.model import Case, Unit
from casecourse.model.blocks import Discuss, ExerciseBlock
from casecourse.model.steps import Step
from casecourse.store.errors import Stale
from casecourse.store.rows import Cover
from casecourse.texts import t
from casecourse.ui import evidence, reveal, session, trouble
from casecourse.ui.blocks import DRAW
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.components.live import live
from casecourse.ui.components.qr import qr
from casecourse.ui.components.stage import Heard
from casecourse.ui.components.stage import stage as listen
from casecourse.ui.kinds import TWINS
from casecourse.ui.look import STAGE, figures

USUAL: Final = 36  # pixels of the type, until the stage says how large it is
MINUTES: Final = (1, 3, 5, 10, 0)  # what T sets, one after the other
COVERS: Final[dict[str, Cover]] = {"blank": "blank", "code": "code", "help": "help"}
# what V does in each phase; before a round it announces one
NEXT: Final[dict[str, rounds.Deed]] = {"closed": "open", "vote": "lock", "locked": "discuss", "discuss": "open"}


@trouble.fragment
def stage(class_id: int) -> None:
    """The stage of a class: what is shown, the line at its foot, and the keys."""
    who, store, course = session.who(), session.store(), session.course()
    scene = staging.scene(who, store, course, class_id)
    row = scene.row
    size = type_size(scene)
    st.html(STAGE)
    with st.container(key="stage"):
        top(scene)
        with st.container(key="stage-body"), st.container(key="stage-fit"), figures.sized(size):
            if row.cover:
                covered(scene, class_id)
            else:
                shown(scene)
        foot(scene, class_id)
        heard = listen(row.rev, row.part, row.parts, face=face(scene), size=size, heard=session.kept("stage-heard", 0))
    obey(scene, class_id, heard)


def face(scene: Scene) -> str:
    """What is before the class, however its parts are turned."""
    row, here = scene.row, scene.round
    vote_ = f"{here.id}.{here.phase}" if here else ""
    return f"{row.case_id}/{row.unit}/{row.step}/{vote_}/{row.cover}/{row.revealed}"


def type_size(scene: Scene) -> int:
    """How large the type is for which figures are drawn, as the stage said; smaller where they would not fit."""
    told = session.kept("stage-fit", Heard())
    return (told.size if told.face == face(scene) else told.base) or USUAL


# ---- the keys ----------------------------------------------------------------------------------------------------------


def obey(scene: Scene, class_id: int, heard: Heard) -> None:
    """Do what a key asks for, once; keep in how many parts the step is shown, and at what size."""
    who, store, course = session.who(), session.store(), session.course()
    row = scene.row
    if heard.parts and heard.rev == row.rev and heard.parts != row.parts:
        staging.fitted(who, store, class_id, row.rev, heard.parts)
    before = type_size(scene)
    session.keep("stage-fit", heard)
    if not heard.key:
        if type_size(scene) != before:
            session.again()
        return
    session.keep("stage-heard", heard.n)
    if heard.key in ("next", "back"):
        staging.turn(who, store, course, class_id, "next" if heard.key == "next" else "back", seen=heard.rev)
    elif (what := COVERS.get(heard.key)) is not None:
        staging.cover(who, store, class_id, what)
    elif heard.key == "plain" and row.cover:
        staging.cover(who, store, class_id, row.cover)
    elif heard.key == "timer":
        after = [m for m in MINUTES if m > minutes_set(scene)] if row.timer else []
        staging.time(who, store, class_id, after[0] if after else 0 if row.timer else MINUTES[0])
    elif heard.key == "vote":
        vote(scene, class_id)
    elif heard.key == "reveal":
        uncover(scene, class_id)
    session.again()


def minutes_set(scene: Scene) -> float:
    """How many minutes the clock still has, rounded up to what T sets."""
    left = seconds_left(scene) / 60
    return next((m for m in MINUTES if m and m >= left), 0) if left > 0 else max(MINUTES)


def seconds_left(scene: Scene) -> float:
    """Seconds until the clock is over; 0 without one."""
    return max(0.0, (scene.row.timer - session.store().clock()).total_seconds()) if scene.row.timer else 0.0


def vote(scene: Scene, class_id: int) -> None:
    """V: announce a vote on the question that is shown, then open, lock, discuss and open again."""
    who, store, course = session.who(), session.store(), session.course()
    try:
        if scene.round is None:
            if (asked := staging.question(course, scene)) is not None:
                rounds.begin(who, store, course, class_id, asked[0], f"{asked[0]}:{asked[1]}", named=False)
        elif (deed := NEXT.get(scene.round.phase)) is not None:
            rounds.do(who, store, scene.round.id, deed, vote=scene.round.vote)
        else:
            rounds.do(who, store, scene.round.id, "end")
    except Stale:
        return  # somebody was quicker; the stage shows how it stands


def uncover(scene: Scene, class_id: int) -> None:
    """R: reveal a locked round; without a round show the key of the step's question, or hide it again."""
    who, store = session.who(), session.store()
    try:
        if scene.round is None:
            staging.reveal(who, store, class_id)
        elif scene.round.phase in ("locked", "discuss"):
            rounds.do(who, store, scene.round.id, "reveal", vote=scene.round.vote)
    except Stale:
        return


# ---- what is shown -----------------------------------------------------------------------------------------------------


def top(scene: Scene) -> None:
    """Where we are, and what is going on."""
    with st.container(key="stage-top", horizontal=True, horizontal_alignment="distribute"):
        case, unit = scene.case, scene.unit
        st.caption(f"{case.title}　{unit.title}" if case and unit else t("投影"), width="content")
        with st.container(key="stage-part", width="content"):
            st.caption("1 / 1")  # the stage writes which part is shown: only it knows how many there are
        st.caption(state(scene), width="content")


def state(scene: Scene) -> str:
    """The round in a few words, else where in the unit we are."""
    here = scene.round
    if here is None:
        return f"{min(scene.row.step + 1, len(scene.steps))} / {len(scene.steps)}" if scene.steps else ""
    kind = t("记名") if here.named else t("匿名")
    word = {
        "closed": t("即将投票"),
        "vote": t("第 {n} 次投票", n=here.vote) if here.vote > 1 else t("投票中"),
        "locked": t("已锁定"),
        "discuss": t("讨论"),
        "revealed": t("已揭晓"),
        "ended": "",
    }[here.phase]
    return f"{word}　{kind}"


def foot(scene: Scene, class_id: int) -> None:
    """The code while people should come in, the clock, and how many have voted."""
    who, store = session.who(), session.store()
    here, room = scene.round, staging.room(who, store, class_id)
    open_ = here is not None and here.phase in ("closed", "vote")
    counts = here is not None and here.phase in ("vote", "locked", "discuss")
    with st.container(key="stage-foot"):
        live(
            class_id,
            scene.row.rev,
            key="stage",
            code=room.code if room and open_ else "",
            address=session.address().partition("://")[2],
            timer=scene.row.timer.isoformat() if scene.row.timer else "",
            left=seconds_left(scene),
            n=rounds.voted(who, store, here) if here and counts else -1,
            size=staging.size(who, store, class_id) if counts else 0,
            spread=False,
        )


def covered(scene: Scene, class_id: int) -> None:
    """Nothing, the way to join, or the keys."""
    if scene.row.cover == "code":
        room = staging.room(session.who(), session.store(), class_id)
        if room:
            joining(room.code)
    elif scene.row.cover == "help":
        st.title(t("按键"), anchor=False)
        st.markdown("\n".join(f"- **{key}**　{word}" for key, word in keys()))


def joining(code: str) -> None:
    """Address, code and QR to join by."""
    address = session.address()
    with st.container(key="join-big", horizontal=True, gap="large", vertical_alignment="center"):
        qr(f"{address}/j/{code}", key="join", alt=t("扫码加入课堂"))
        with st.container(gap="small"):
            st.caption(t("用手机扫码，或打开"))
            st.title(address.partition("://")[2], anchor=False)
            st.caption(t("班级码"))
            st.title(code, anchor=False)


def keys() -> list[tuple[str, str]]:
    """The keys of the stage with what they do."""
    return [
        ("→　Space　PageDown", t("下一步")),
        ("←　PageUp", t("上一步")),
        ("V", t("宣布投票，再按开投、锁定、讨论、再投")),
        ("R", t("揭晓；没有投票时显示或收起答案")),
        ("T", t("计时 1、3、5、10 分钟")),
        ("J", t("加入课堂的地址与二维码")),
        ("B　.", t("黑屏")),
        ("F", t("全屏")),
        ("+　−", t("放大、缩小")),
    ]


def shown(scene: Scene) -> None:
    """The round's question or result, else the step."""
    who, store, course = session.who(), session.store(), session.course()
    asked = staging.question(course, scene)
    if scene.round is not None and asked is not None:
        found = rounds.result(who, store, course, scene.round)
        if found is not None:
            reveal.draw(found, big=True, key="stage")
        else:
            question(asked[2])
        return
    if scene.on is None:
        st.title(t("还没有内容上台"), anchor=False)
        return
    step(scene, *scene.on)
    if asked is not None and scene.row.revealed:
        key(asked[0], asked[2])


def step(scene: Scene, case: Case, unit: Unit, here: Step) -> None:
    """One step: the title with the objectives, a prompt, a question, or a block as it stands on the page."""
    block = here.block
    facts = session.course().facts.of(case.id)
    if block is None:
        with st.container(key="stage-title"):
            st.title(unit.title, anchor=False)
            for objective in unit.objectives.values():
                st.markdown(f"- {next(iter(objective.values()))}")
    elif isinstance(block, Discuss):
        with st.container(key="stage-prompt"):
            st.caption(t("讨论　{n} 分钟", n=block.minutes))
            st.header(set_right(facts.fill(block.discuss)), anchor=False)
    elif isinstance(block, ExerciseBlock):
        asked = scene.asks(here)
        found = session.course().exercise(*asked) if asked else None
        if found is not None:
            question(found)
    else:
        DRAW[block.NAME](block, facts, f"stage-{here.place}-{here.page}", {})


def question(exercise: ExerciseBase) -> None:
    """A question as it is printed on paper, in the order in which the phones show it; never its key."""
    public = exercise.public()
    twin = TWINS[exercise.kind]
    lines: list[Line] = twin.lines(public) if hasattr(twin, "lines") else public.paper()
    fill = exercise.scope.fill
    with st.container(key="stage-question", gap="small"):
        st.caption(t(TITLES[exercise.kind]))
        for line in lines:
            text = set_right(fill(line.text))
            if line.role == "prompt":
                st.header(text, anchor=False)
            elif line.role == "option":
                st.markdown(f"- {text}")
            elif text.strip("　＿ "):
                st.markdown(text)


def key(case: str, exercise: ExerciseBase, *, place: str = "stage") -> None:
    """The key of a question with its evidence, once the lecturer asks for it."""
    with st.container(key=f"{place}-key", gap="xsmall"):
        try:
            for option in exercise.options_shown():
                if option.right:
                    st.markdown(f":green[:material/check_circle:] **{exercise.scope.fill(option.text)}**")
            if exercise.explain:
                st.markdown(set_right(exercise.scope.fill(exercise.explain)))
            evidence.draw(session.course(), case, exercise, place)
        except FormulaError:
            st.caption(t("这道题的答案算不出来，请看检查的提示。"))
