"""A seminar's screens, run as Streamlit runs them: the stage, the remote and the phones in every phase, and every kind put to the vote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.access import ANONYMOUS, Who
from casecourse.actions import answering, joining, operating, rounds, staging
from casecourse.grading import ExerciseBase, Sample
from casecourse.loading import load
from casecourse.store import Store, people
from casecourse.store import rounds as kept
from casecourse.store.rows import RoundRow
from casecourse.ui.conducting import OFFERED
from casecourse.ui.kinds import TWINS
from tests.kindbook import GALLERY

MAIN = Path(__file__).parents[2] / "src" / "casecourse" / "ui" / "main.py"
TEACHER = Who("instructor", name="教师", instructor="i")
CASE, UNIT, ASKED = "haidian", "staffing", "double-year"
(SHOWN,) = load(GALLERY).course.cases


@dataclass
class Seminar:
    """A class with its people, and the screens that are open in it."""

    store: Store
    room: int
    screens: dict[str, AppTest] = field(default_factory=dict)

    def person(self, name: str) -> Who:
        """Somebody new in the class."""
        return joining.as_student(people.join(self.store, self.room, name))

    def open(self, who: Who, screen: str, **query: str) -> AppTest:
        """Open a screen; it is drawn."""
        app = AppTest.from_file(str(MAIN), default_timeout=30)
        app.session_state["who"] = who
        app.run()
        for name, value in query.items():
            app.query_params[name] = value
        app.switch_page(f"screens/{screen}.py").run()
        return sound(app)

    def stage(self) -> AppTest:
        """The projector."""
        return self.open(TEACHER, "project", room=str(self.room))

    def show(self, case: str, unit: str, step: int = 0) -> None:
        """Put a unit on the stage."""
        staging.show(TEACHER, self.store, operating.course(), self.room, case, unit, step)

    def begin(self, case: str, name: str, *, named: bool = False) -> RoundRow:
        """Announce a vote."""
        return rounds.begin(TEACHER, self.store, operating.course(), self.room, case, name, named=named)

    def on(self, here: RoundRow, deed: rounds.Deed) -> RoundRow:
        """Move the round on."""
        return rounds.do(TEACHER, self.store, here.id, deed)

    def cast(self, who: Who, here: RoundRow, raw: Any, why: str = "") -> None:
        """Send a ballot past the screens."""
        n = len(kept.ballots_of(self.store, here.id))
        rounds.cast(who, self.store, operating.course(), here.id, here.vote, raw, f"b{here.id}-{n}", why)


def sound(app: AppTest) -> AppTest:
    """No exception, and not the page that hides one."""
    assert not app.exception
    assert "这一页出了错" not in words(app)
    return app


def words(app: AppTest) -> str:
    """Everything that the screen says."""
    parts = [*app.title, *app.header, *app.subheader, *app.markdown, *app.caption, *app.text]
    return "\n".join([*(str(p.value) for p in parts), *(b.label for b in app.button)])


def keys(app: AppTest) -> set[str]:
    """The buttons that are there."""
    return {b.key for b in app.button if b.key}


def opened(content: Path, data: Path, patch: pytest.MonkeyPatch) -> Iterator[Seminar]:
    """A seminar over this content."""
    patch.setenv("CASECOURSE_DATA", str(data))
    patch.setenv("CASECOURSE_CONTENT", str(content))
    patch.delenv("CASECOURSE_STORE", raising=False)
    store = operating.store()
    yield Seminar(store, people.list_classes(store)[0].id)
    store.close()


@pytest.fixture
def seminar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seminar]:
    """Over the shipped course."""
    yield from opened(MAIN.parents[3], tmp_path, monkeypatch)


@pytest.fixture
def gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seminar]:
    """Over the gallery."""
    yield from opened(GALLERY, tmp_path, monkeypatch)


# ---- who has which screen ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", ["project", "live", "remote"])
@pytest.mark.parametrize("role", ["anonymous", "student", "instructor"])
def test_a_screen_opens_for_its_role_alone(seminar: Seminar, screen: str, role: str) -> None:
    """课堂 for students, 投影 and 遥控 for instructors; for all others the page does not exist."""
    who = {"anonymous": ANONYMOUS, "student": seminar.person("王芳"), "instructor": TEACHER}[role]
    title = {"project": "投影", "live": "课堂", "remote": "遥控"}[screen]
    may = role == ("student" if screen == "live" else "instructor")
    app = AppTest.from_file(str(MAIN), default_timeout=30)
    app.session_state["who"] = who
    app.run()
    with suppress(ValueError):  # AppTest itself refuses an unlisted page, or the frame falls back to the library
        app.switch_page(f"screens/{screen}.py").run()
    sound(app)
    assert (title in [str(t.value) for t in app.title]) is may


def test_an_instructor_chooses_a_unit_and_it_is_on_the_stage(seminar: Seminar) -> None:
    """What the address names is chosen already; one press, and title and objectives stand there for everybody."""
    app = seminar.open(TEACHER, "project", case=CASE, unit=UNIT)
    app.button(key="stage-start").click().run()
    unit = operating.course().case(CASE).unit(UNIT)  # type: ignore[union-attr]
    assert unit is not None
    objective = next(iter(next(iter(unit.objectives.values())).values()))
    for screen in (app, seminar.stage(), seminar.open(seminar.person("王芳"), "live")):
        assert unit.title in words(sound(screen))
        assert objective in words(screen)
    assert unit.title in words(seminar.open(TEACHER, "remote"))


def test_a_forged_room_leads_to_the_choice(seminar: Seminar) -> None:
    """A number that is no class, or none at all, is no stage."""
    seminar.show(CASE, UNIT)
    for room in ("99", "x", "-1", "1" * 30, "٣"):
        assert "stage-start" in keys(seminar.open(TEACHER, "project", room=room))


def test_before_anything_is_on_the_stage_each_screen_says_so(seminar: Seminar) -> None:
    """The phone waits, the remote says where to begin."""
    assert "还没有开始" in words(seminar.open(seminar.person("王芳"), "live"))
    assert "还没有内容上台" in words(seminar.open(TEACHER, "remote"))


# ---- driving -----------------------------------------------------------------------------------------------------------


def test_every_step_is_drawn_on_stage_phone_and_remote(seminar: Seminar) -> None:
    """Through the whole unit no screen fails, and all are at the same step."""
    seminar.show(CASE, UNIT)
    unit = operating.course().case(CASE).unit(UNIT)  # type: ignore[union-attr]
    stage, phone, remote = (
        seminar.stage(),
        seminar.open(seminar.person("王芳"), "live"),
        seminar.open(TEACHER, "remote"),
    )
    last = len(staging.scene(TEACHER, seminar.store, operating.course(), seminar.room).steps)
    assert unit is not None
    for n in range(1, last + 1):
        assert f"{n} / {last}" in words(stage)
        assert f"{n} / {last}" in words(remote)
        remote.button(key="next").click().run()
        for screen in (stage, phone, remote):
            sound(screen.run())
    assert f"{last} / {last}" in words(stage)
    remote.button(key="back").click().run()
    assert f"{last - 1} / {last}" in words(stage.run())


def test_the_remote_blanks_shows_the_code_times_and_jumps(seminar: Seminar) -> None:
    """Each of its buttons does what it says, on the stage and on the phones."""
    seminar.show(CASE, UNIT)
    stage, phone, remote = (
        seminar.stage(),
        seminar.open(seminar.person("王芳"), "live"),
        seminar.open(TEACHER, "remote"),
    )
    title = str(stage.title[0].value)
    remote.button(key="blank").click().run()
    assert title not in words(sound(stage.run())).split("\n")
    assert "请看讲台" in words(sound(phone.run()))
    remote.button(key="blank").click().run()
    assert title in words(stage.run()).split("\n")
    remote.button(key="code").click().run()
    assert people.list_classes(seminar.store)[0].code in words(sound(stage.run()))
    remote.button(key="code").click().run()
    remote.button(key="timer-3").click().run()
    assert staging.scene(TEACHER, seminar.store, operating.course(), seminar.room).row.timer is not None
    remote.button(key="timer-0").click().run()
    assert staging.scene(TEACHER, seminar.store, operating.course(), seminar.room).row.timer is None
    (jump,) = [s for s in remote.selectbox if s.label == "跳到"]
    jump.select_index(4).run()
    assert staging.scene(TEACHER, seminar.store, operating.course(), seminar.room).row.step == 4


def test_without_a_vote_the_key_is_shown_on_the_stage_alone(seminar: Seminar) -> None:
    """The lecturer's button uncovers it there; the phone's question goes on without, the remote has it from the start."""
    exercise = operating.course().exercise(CASE, ASKED)
    assert exercise is not None
    why = exercise.scope.fill(exercise.explain)
    seminar.show(CASE, UNIT, step_of(seminar, CASE, UNIT, ASKED))
    stage, phone, remote = (
        seminar.stage(),
        seminar.open(seminar.person("王芳"), "live"),
        seminar.open(TEACHER, "remote"),
    )
    assert why not in words(stage) + words(phone)
    assert why in words(remote)
    remote.button(key="uncover").click().run()
    assert why in words(sound(stage.run()))
    assert why not in words(sound(phone.run()))
    remote.button(key="uncover").click().run()
    assert why not in words(stage.run())


def step_of(seminar: Seminar, case: str, unit: str, name: str) -> int:
    """Which step of a unit asks this."""
    seminar.show(case, unit)
    scene = staging.scene(TEACHER, seminar.store, operating.course(), seminar.room)
    return next(n for n, step in enumerate(scene.steps) if scene.asks(step) == (case, name))


# ---- a round -----------------------------------------------------------------------------------------------------------


def test_a_round_is_driven_from_the_remote_and_seen_on_every_screen(seminar: Seminar) -> None:
    """Announced, opened, voted, locked, discussed, voted again, locked, revealed, ended: each phase on phone, stage and remote."""
    seminar.show(CASE, UNIT, step_of(seminar, CASE, UNIT, ASKED))
    exercise = operating.course().exercise(CASE, ASKED)
    assert exercise is not None
    why = exercise.scope.fill(exercise.explain)
    wang = seminar.person("王芳")
    stage, phone, remote = seminar.stage(), seminar.open(wang, "live"), seminar.open(TEACHER, "remote")
    remote.button(key="begin").click().run()
    said = (
        ("", "closed", "还没有开投", "即将投票"),
        ("open", "vote", "正在投票", "投票中"),
        ("lock", "locked", "已经锁定", "已锁定"),
        ("discuss", "discuss", "讨论：", "讨论"),
        ("open", "vote", "再投一次", "第 2 次投票"),
        ("lock", "locked", "已经锁定", "已锁定"),
        ("reveal", "revealed", "你没有投票", "已揭晓"),
    )
    for deed, phase, on_phone, on_stage in said:
        if deed:
            remote.button(key=f"deed-{deed}").click().run()
        here = rounds.current(TEACHER, seminar.store, seminar.room)
        assert here is not None
        assert here.phase == phase
        for screen in (stage, phone, sound(remote)):
            sound(screen.run())
        assert on_phone in words(phone)
        assert f"{on_stage}　匿名" in words(stage)
        assert exercise.prompt in words(stage)
        assert exercise.prompt in words(phone)
        assert (why in words(stage)) is (why in words(phone)) is (phase == "revealed")
        assert {f"deed-{d}" for d in OFFERED[phase]} == {k for k in keys(remote) if k.startswith("deed-")}
    remote.button(key="deed-end").click().run()
    assert "begin" in keys(remote)
    assert "投票" not in {b.label for b in phone.run().button}


def test_a_phone_votes_changes_its_vote_and_says_why(seminar: Seminar) -> None:
    """投票, 改投 until the lock, nothing judged; the second vote asks for a sentence only where it differs; all of it is stored."""
    seminar.show(CASE, UNIT, step_of(seminar, CASE, UNIT, ASKED))
    wang = seminar.person("王芳")
    here = seminar.on(seminar.begin(CASE, ASKED, named=True), "open")
    phone = seminar.open(wang, "live")
    key = f"{CASE}-{ASKED}-vote{here.id}-1"
    assert "记名投票" in words(phone)
    phone.button(key=f"submit-{key}").click().run()
    assert "还没有选" in words(phone)
    (radio,) = phone.radio
    first, second = radio.options[:2]
    radio.set_value(first).run()
    phone.button(key=f"submit-{key}").click().run()
    assert "已投票" in words(phone)
    phone.button(key=f"again-{key}").click().run()
    assert phone.radio[0].value == first
    phone.radio[0].set_value(second).run()
    phone.button(key=f"submit-{key}").click().run()
    here = seminar.on(seminar.on(here, "lock"), "open")
    phone.run()
    assert f"你上一次投的是：{second}" in words(phone)
    key = f"{CASE}-{ASKED}-vote{here.id}-2"
    phone.radio[0].set_value(second).run()
    assert f"w-{key}-because" not in phone.session_state
    phone.radio[0].set_value(first).run()
    assert f"w-{key}-because" in phone.session_state
    phone.session_state[f"w-{key}-because"] = "听了邻座的话"
    phone.run()
    phone.button(key=f"submit-{key}").click().run()
    phone.button(key=f"again-{key}").click().run()
    assert phone.session_state[f"w-{key}-because"] == "听了邻座的话"
    phone.button(key=f"submit-{key}").click().run()
    rows = rounds.by_person(TEACHER, seminar.store, here)[wang.person or ""]
    assert [(r.vote, r.why) for r in rows] == [(1, ""), (1, ""), (2, "听了邻座的话"), (2, "听了邻座的话")]
    first, second, third, _ = (r.raw for r in rows)
    assert first == third != second


def test_what_was_only_chosen_at_the_lock_is_a_late_draft(seminar: Seminar) -> None:
    """It is shown to her and to nobody else, and has not been counted."""
    here = seminar.on(seminar.begin(CASE, ASKED), "open")
    seminar.show(CASE, UNIT)
    phone, other = seminar.open(seminar.person("王芳"), "live"), seminar.open(seminar.person("李强"), "live")
    chosen = phone.radio[0].options[0]
    phone.radio[0].set_value(chosen).run()
    here = seminar.on(here, "lock")
    assert "迟交草稿" in words(sound(phone.run()))
    assert chosen in [t.value for t in phone.text]
    for screen in (other.run(), seminar.stage()):
        assert "迟交草稿" not in words(sound(screen))
    assert rounds.voted(TEACHER, seminar.store, here) == 0


def test_the_unit_page_calls_to_the_vote_and_hides_the_question(seminar: Seminar) -> None:
    """While the class votes the strip is there and the question cannot be answered on its page; afterwards both are as before."""
    wang = seminar.person("王芳")
    seminar.show(CASE, UNIT)
    page = seminar.open(wang, "unit", case=CASE, unit=UNIT)
    submit = f"submit-{CASE}-{ASKED}"
    assert submit in keys(page)
    here = seminar.begin(CASE, ASKED)
    for deed in ("", "open", "lock"):
        here = seminar.on(here, deed) if deed else here  # type: ignore[arg-type]
        page = seminar.open(wang, "unit", case=CASE, unit=UNIT)
        assert ("to-vote" in keys(page)) is (here.phase in ("closed", "vote"))
        assert submit not in keys(page)
    seminar.on(seminar.on(here, "reveal"), "end")
    page = seminar.open(wang, "unit", case=CASE, unit=UNIT)
    assert "to-vote" not in keys(page)
    assert submit in keys(page)


def test_a_question_taken_out_of_the_course_breaks_no_screen(
    seminar: Seminar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round whose exercise is gone can still be ended from the remote."""
    here = kept.add_round(seminar.store, seminar.room, CASE, "gone-from-the-course", named=False)
    seminar.show(CASE, UNIT)
    for _ in range(2):
        sound(seminar.stage())
        assert "读不出来" in words(seminar.open(seminar.person("王芳"), "live"))
        remote = seminar.open(TEACHER, "remote")
        assert "deed-end" in keys(remote)
        here = rounds.do(TEACHER, seminar.store, here.id, "open" if here.phase == "closed" else "lock")
    remote = seminar.open(TEACHER, "remote")
    remote.button(key="deed-end").click().run()
    assert rounds.current(TEACHER, seminar.store, seminar.room) is None


# ---- every kind --------------------------------------------------------------------------------------------------------


def readable(exercise: ExerciseBase) -> list[Sample]:
    """The samples that are answers."""
    return [s for s in exercise.samples() if s.expects != "unreadable"]


def secrets(exercise: ExerciseBase) -> list[str]:
    """Sentences that stand in its key alone."""
    return [
        exercise.scope.fill(s) for s in (exercise.explain, *(o.why for o in exercise.options_shown())) if len(s) > 7
    ]


@pytest.mark.parametrize("name", [name for unit in SHOWN.units for name in unit.exercise_refs])
def test_every_kind_is_put_to_the_vote(gallery: Seminar, name: str) -> None:
    """Its question on the stage, its widgets in the booth, two votes of its own samples, and the reveal of both on every screen."""
    exercise = SHOWN.exercises[name]
    samples = readable(exercise)
    unit = next(u.id for u in SHOWN.units if name in u.exercise_refs)
    gallery.show(SHOWN.id, unit, step_of(gallery, SHOWN.id, unit, name))
    class_ = [gallery.person(f"学生{n}") for n in range(max(6, len(samples)))]
    wang = gallery.person("王芳")
    here = gallery.on(gallery.begin(SHOWN.id, name), "open")
    screens = stage, phone, remote = gallery.stage(), gallery.open(wang, "live"), gallery.open(TEACHER, "remote")
    for vote in (0, 1):
        for n, who in enumerate(class_):
            gallery.cast(who, here, samples[(n + vote) % len(samples)].raw, "想了想" if vote else "")
        by_hand(phone, exercise, samples[vote % len(samples)].raw, f"{SHOWN.id}-{name}-vote{here.id}-{here.vote}")
        sound(stage.run())
        assert not [s for s in secrets(exercise) if s in words(stage) + words(phone)]
        if vote == 0:
            here = gallery.on(gallery.on(here, "lock"), "open")
    sound(remote.run().toggle(key="counts").set_value(True).run())
    here = gallery.on(here, "lock")
    for screen in screens:
        sound(screen.run())
    assert not [s for s in secrets(exercise) if s in words(stage) + words(phone)]
    rows = [b for b in kept.ballots_of(gallery.store, here.id) if b.voter == rounds.voter(here, wang.person or "")]
    assert [exercise.read(r.raw) for r in rows] == [exercise.read(samples[n % len(samples)].raw) for n in (0, 1)]
    here = gallery.on(here, "reveal")
    for screen in screens:
        sound(screen.run())
        if exercise.explain and screen is not remote:
            assert exercise.scope.fill(exercise.explain) in words(screen)
    assert f"两次都投 {len(class_) + 1} 人" in words(stage)
    assert answering.veiled(gallery.store, gallery.room, SHOWN.id) == frozenset()


def by_hand(phone: AppTest, exercise: ExerciseBase, raw: Any, key: str) -> None:
    """Put an answer into the booth's widgets as a draft comes back, and press 投票."""
    phone.run()
    for widget, value in TWINS[exercise.kind].restore(exercise, raw, key=key).items():
        phone.session_state[widget] = value
    phone.run()
    phone.button(key=f"submit-{key}").click().run()
    sound(phone)
    assert "已投票" in words(phone)
