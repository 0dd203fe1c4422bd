"""前后测 in every role, run as Streamlit runs it: nothing on right or wrong while a test is open, and an honest gain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.access import ANONYMOUS, Forbidden, Who
from casecourse.actions import answering, exporting, joining, operating, sittings, studying, testing
from casecourse.analytics.gain import FEW, gains
from casecourse.grading import ExerciseBase
from casecourse.loading import Content
from casecourse.model import Course, When, full_id
from casecourse.store import Store, answers, people
from tests.conftest import ROOT

MAIN = ROOT / "src" / "casecourse" / "ui" / "main.py"
TEACHER = Who("instructor", name="教师", instructor="i")
Visit = Callable[[Who], AppTest]


@pytest.fixture
def opened(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the screens use, with the shipped course."""
    monkeypatch.setenv("CASECOURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CASECOURSE_CONTENT", str(ROOT))
    monkeypatch.delenv("CASECOURSE_STORE", raising=False)
    store = operating.store()
    yield store
    store.close()


@pytest.fixture
def course(content: Content) -> Course:
    """The shipped course."""
    return content.course


def joined(store: Store, name: str = "王芳") -> Who:
    """Somebody of the first class."""
    return joining.as_student(people.join(store, people.list_classes(store)[0].id, name))


def step(store: Store, course: Course, when: When, *states: sittings.State) -> list[bool]:
    """Take a test of the first class through states."""
    room = people.list_classes(store)[0].id
    return [sittings.move(TEACHER, store, course, room, when, to) for to in states]


def question(course: Course, ref: str) -> ExerciseBase:
    """A question of a test."""
    found = course.exercise(*full_id("", ref))
    assert found is not None
    return found


def answer(store: Store, course: Course, who: Who, ref: str, expects: str) -> None:
    """Hand in one of the exercise's own answers; where it has none of that sort, none."""
    raw = next((s.raw for s in question(course, ref).samples() if s.expects == expects), None)
    if raw is not None:
        answering.submit(who, store, course, "", ref, raw, f"{who.person}-{ref}-{expects}")


@pytest.fixture
def visit(opened: Store) -> Visit:
    """Open the page of tests as somebody."""

    def go(who: Who) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=60)
        app.session_state["who"] = who
        app.run()
        app.switch_page("screens/tests.py").run()
        assert not app.exception
        assert "这一页出了错" not in words(app)
        return app

    return go


def words(app: AppTest) -> str:
    """Everything that the page says."""
    parts = [*app.title, *app.header, *app.markdown, *app.caption, *app.text]
    return "\n".join(str(p.value) for p in parts) + "".join(str(t.value.to_dict()) for t in app.table)


def test_a_student_sees_no_question_before_a_test_is_open(visit: Visit, opened: Store, course: Course) -> None:
    """Both tests are announced with their length; no prompt is sent, and an answer is refused."""
    student = joined(opened)
    app = visit(student)
    said = words(app)
    assert said.count("老师还没有开") == 2
    for ref in (*course.tests.before, *course.tests.after):
        assert question(course, ref).prompt not in said
    with pytest.raises(Forbidden):
        answer(opened, course, student, course.tests.before[0], "right")


def test_while_a_test_is_open_a_student_reads_nothing_on_right_or_wrong(
    visit: Visit, opened: Store, course: Course
) -> None:
    """She sees what she answered and what remains; no verdict, score, reason or explanation, there or on her own page."""
    student = joined(opened)
    step(opened, course, "before", "open")
    for ref, expects in zip(course.tests.before, ("right", "wrong", "right"), strict=False):
        answer(opened, course, student, ref, expects)
    said = words(visit(student))
    assert "老师还没有开" in said, "the second test is not open"
    assert said.count("**已提交**") == 3
    for told in ("答对了", "还不对", "部分对", "正确答案", "依据"):
        assert told not in said
    for ref in course.tests.before:
        asked = question(course, ref)
        assert asked.scope.fill(asked.explain) not in said
    mine = exporting.my_answers(opened, course, student)[1].decode()
    assert question(course, course.tests.before[0]).prompt in mine
    assert "/ 1 分" not in mine, "the answers that she takes away are not judged either"
    assert studying.my_page(student, opened, course) == []


def test_asking_for_the_key_of_an_open_test_is_refused(opened: Store, course: Course) -> None:
    """Whatever the author wrote for feedback, the key of a test cannot be asked for, and the standing holds it back."""
    student = joined(opened)
    step(opened, course, "before", "open")
    ref = course.tests.before[0]
    answer(opened, course, student, ref, "right")
    with pytest.raises(Forbidden):
        answering.show_key(student, opened, course, "", ref)
    now = answering.standing(course, "", ref, answering.mine(student, opened, "cross"))
    assert now.verdict is None
    assert not now.released
    assert not now.over, "being right does not end her attempts: that would tell her"


def test_the_counter_follows_an_answer(visit: Visit, opened: Store, course: Course) -> None:
    """After 提交 the page counts anew: how many are answered, and the numbers of those that remain."""
    student = joined(opened)
    step(opened, course, "before", "open")
    app = visit(student)
    app.radio[0].set_value(app.radio[0].options[0]).run()
    next(b for b in app.button if b.label == "提交").click().run()
    assert not app.exception
    paper = testing.papers(student, opened, course)[0]
    assert paper.answered == {course.tests.before[0]}
    assert len([b for b in app.button if b.label == "提交"]) == len(course.tests.before) - 1


def test_a_test_goes_one_way_once_its_keys_are_out(visit: Visit, opened: Store, course: Course) -> None:
    """Collected it may be opened again; released it may not, and then the student sees score, key and explanation."""
    student = joined(opened)
    assert step(opened, course, "before", "released", "open", "shut", "open") == [False, True, True, True]
    answer(opened, course, student, course.tests.before[0], "right")
    step(opened, course, "before", "shut")
    said = words(visit(student))
    assert "已经收卷，你答了 1 / 14 题" in said
    assert question(course, course.tests.before[0]).prompt not in said
    with pytest.raises(Forbidden):
        answer(opened, course, student, course.tests.before[1], "right")
    assert step(opened, course, "before", "released", "open") == [True, False]
    said = words(visit(student))
    assert "得分率 **7％**" in said
    assert question(course, course.tests.before[0]).explain in said


def test_only_students_sit_and_only_instructors_run(visit: Visit, opened: Store, course: Course) -> None:
    """A student cannot move a test or read the gains; an instructor has no paper; a stranger has no page."""
    student = joined(opened)
    room = people.list_classes(opened)[0].id
    for deed in (
        lambda: sittings.move(student, opened, course, room, "before", "open"),
        lambda: testing.read_gains(student, opened, course, room),
        lambda: testing.sittings(student, opened, course, room),
        lambda: testing.papers(TEACHER, opened, course),
        lambda: testing.papers(ANONYMOUS, opened, course),
    ):
        with pytest.raises(Forbidden):
            deed()
    app = AppTest.from_file(str(MAIN), default_timeout=30)
    app.session_state["who"] = ANONYMOUS
    app.run()
    with suppress(ValueError):
        app.switch_page("screens/tests.py").run()
    assert "前测" not in words(app)


def test_the_instructor_opens_and_collects_by_buttons(visit: Visit, opened: Store, course: Course) -> None:
    """开考, 收卷, 公布答案: each button takes the test one step on, for this class alone."""
    app = visit(TEACHER)
    assert "人太少：两次都答了的有 0 人" in words(app)
    room = people.list_classes(opened)[0].id
    for key, state in (
        ("move-before-open", "open"),
        ("move-before-shut", "shut"),
        ("move-before-released", "released"),
    ):
        app.button(key=key).click().run()
        assert sittings.state(opened, room, "before") == state
    assert sittings.state(opened, room, "after") == "waiting"
    other = people.add_class(opened, "乙班")
    assert sittings.state(opened, other.id, "before") == "waiting"


def sit(store: Store, course: Course, who: Who, when: When, right: int) -> None:
    """Answer a test whole: the first `right` questions right, the others wrong."""
    for n, ref in enumerate(course.tests.of(when)):
        answer(store, course, who, ref, "right" if n < right else "wrong")


def test_gain_is_told_of_those_who_sat_both_and_only_when_they_are_enough(
    visit: Visit, opened: Store, course: Course
) -> None:
    """Ten with 4 and 11 of 14 right gain 0.7; one more who sat only the first test changes nothing; nine are too few."""
    step(opened, course, "before", "open")
    step(opened, course, "after", "open")
    room = people.list_classes(opened)[0].id
    crowd = [joined(opened, f"学员{n}") for n in range(FEW)]
    for n, who in enumerate(crowd):
        sit(opened, course, who, "before", 4)
        if n == FEW - 1:
            assert testing.read_gains(TEACHER, opened, course, room)[0].few
            assert testing.read_gains(TEACHER, opened, course, room)[0].people == FEW - 1
        sit(opened, course, who, "after", 11)
    sit(opened, course, joined(opened, "只来一次"), "before", 14)
    found = testing.read_gains(TEACHER, opened, course, room)
    assert found[0].people == FEW
    assert found[0].before == Decimal(4) / 14
    assert found[0].after == Decimal(11) / 14
    assert found[0].gain == pytest.approx(Decimal("0.7"))
    objectives = {g.objective: g for g in found[1:]}
    assert len(objectives) == 7
    assert all(g.questions == (2, 2) for g in objectives.values()), "parallel forms: two of each objective in both"
    assert objectives["recall-facts"].gain is None, "nothing was left to gain"
    said = words(visit(TEACHER))
    assert "0.70" in said
    assert "只算两次都答了一半以上的 10 人" in said


def test_a_question_without_an_answer_counts_nothing_but_the_last_answer_counts(opened: Store, course: Course) -> None:
    """The mean is over all questions of the test; an earlier answer to a question is replaced by a later one."""
    step(opened, course, "before", "open")
    step(opened, course, "after", "open")
    half = len(course.tests.before) // 2
    for n in range(FEW):
        who = joined(opened, f"学员{n}")
        for ref in course.tests.before[:half]:
            answer(opened, course, who, ref, "wrong")
            answer(opened, course, who, ref, "right")
        for ref in course.tests.after:
            answer(opened, course, who, ref, "right")
    found = gains(course, answers.class_answers(opened, people.list_classes(opened)[0].id))[0]
    assert found.before == Decimal("0.5")
    assert found.gain == 1


def test_the_library_shows_the_seminars_with_every_unit_once(opened: Store, course: Course) -> None:
    """The suggested order stands on the library's page: every meeting, every unit."""
    order = studying.seminars(joined(opened), opened, course)
    listed = [(case.id, unit.id) for _, units in order for case, unit in units]
    assert sorted(listed) == sorted((case.id, unit.id) for case, unit in course.units())
    app = AppTest.from_file(str(MAIN), default_timeout=30).run()
    assert f"建议的次序　{len(course.seminars)} 次课" in words(app)
