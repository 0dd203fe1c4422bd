"""Grading arguments: what the instructor gets to see of whom, what the student sees when, and that each choice is kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.access import ANONYMOUS, HOST, Forbidden, Who
from casecourse.actions import answering, assessing, exporting, joining, operating
from casecourse.actions.assessing import Own
from casecourse.grading import Unreadable
from casecourse.model import Course
from casecourse.store import Store, grades, people
from tests.ui.test_screens import MAIN, words

TEACHER = Who("instructor", name="教师", instructor="i")
SECOND = Who("instructor", name="李老师", instructor="j")
CASE, NAME, UNIT = "gallery", "report", "judge"
TOP = {"证据": "3", "推理": "3", "边界": "3"}
MIXED = {"证据": "3", "推理": "2", "边界": "1"}
LEVEL = "有事实而口径不全"  # the rubric's words, which nobody sees before she has sent
Visit = Callable[..., AppTest]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the screens use, with the gallery as its course."""
    monkeypatch.setenv("CASECOURSE_DATA", str(tmp_path))
    monkeypatch.setenv("CASECOURSE_CONTENT", str(MAIN.parents[3] / "docs" / "gallery"))
    monkeypatch.delenv("CASECOURSE_STORE", raising=False)
    store = operating.store()
    yield store
    store.close()


@pytest.fixture
def course(opened: Store) -> Course:
    """The gallery."""
    del opened
    return operating.course()


@pytest.fixture
def wang(opened: Store) -> Who:
    """Somebody in the class."""
    return joining.as_student(people.join(opened, 1, "王芳"))


@pytest.fixture
def li(opened: Store) -> Who:
    """Somebody else."""
    return joining.as_student(people.join(opened, 1, "李强"))


def write(store: Store, course: Course, who: Who, answer: str, text: str = "先写分母。") -> str:
    """Hand in an argument; returns the answer's id."""
    return answering.submit(who, store, course, CASE, NAME, {"text": text}, answer).id


def seen(store: Store, course: Course, who: Who) -> Own | None:
    """What a student sees of how she was graded."""
    now = answering.standing(course, CASE, NAME, answering.mine(who, store, CASE))
    return assessing.own_grade(who, store, course, CASE, NAME, now)


def visit(who: Who, screen: str, **query: str) -> AppTest:
    """Open a screen as somebody."""
    app = AppTest.from_file(str(MAIN), default_timeout=30)
    app.session_state["who"] = who
    app.run()
    for key, value in query.items():
        app.query_params[key] = value
    app.switch_page(f"screens/{screen}.py")
    app.run()
    assert not app.exception
    assert "这一页出了错" not in words(app)
    return app


# ---- the actions -----------------------------------------------------------------------------------------------------


def test_the_desk_has_texts_and_no_names_until_release(opened: Store, course: Course, wang: Who, li: Who) -> None:
    """Everybody's last argument is there without its name; a grade that is finished waits, a release names its writer."""
    write(opened, course, wang, "a1", "旧稿")
    write(opened, course, wang, "a2", "新稿")
    write(opened, course, li, "a3", "另一份")
    desk = assessing.desk(TEACHER, opened, course, 1, CASE, NAME)
    assert {(s.text, s.name) for s in desk.sheets} == {("新稿", ""), ("另一份", "")}
    assert (desk.waiting, desk.ready, desk.tally.n) == (2, (), 0)
    assessing.grade(TEACHER, opened, course, "a2", MIXED, "口径？", "g1")
    assessing.grade(TEACHER, opened, course, "a3", {"证据": "3"}, "", "g2")
    desk = assessing.desk(TEACHER, opened, course, 1, CASE, NAME)
    assert (desk.waiting, [s.answer for s in desk.ready]) == (1, ["a2"])
    assert {s.name for s in desk.sheets} == {""}
    assert assessing.release(TEACHER, opened, course, 1, CASE, NAME) == 1
    desk = assessing.desk(TEACHER, opened, course, 1, CASE, NAME)
    assert {(s.answer, s.name, s.released) for s in desk.sheets} == {("a2", "王芳", True), ("a3", "", False)}
    assert desk.tally.slots["推理"] == {"3": 0, "2": 1, "1": 0}
    assert assessing.release(TEACHER, opened, course, 1, CASE, NAME) == 0


def test_a_later_answer_lies_beside_the_grade_of_the_earlier(opened: Store, course: Course, wang: Who) -> None:
    """Whoever answers again after she was graded is graded anew, with one's own earlier grade in sight until then."""
    write(opened, course, wang, "a1", "旧稿")
    assessing.grade(TEACHER, opened, course, "a1", MIXED, "口径？", "g1")
    assert [s.before for s in assessing.desk(TEACHER, opened, course, 1, CASE, NAME).sheets] == [None]
    write(opened, course, wang, "a2", "新稿")
    (sheet,) = assessing.desk(TEACHER, opened, course, 1, CASE, NAME).sheets
    assert (sheet.text, sheet.graded) == ("新稿", False)
    assert sheet.before is not None
    assert (sheet.before.answer_id, sheet.before.comment) == ("a1", "口径？")
    assert [s.before for s in assessing.desk(SECOND, opened, course, 1, CASE, NAME).sheets] == [None]
    app = visit(TEACHER, "grading")
    found = words(app)
    assert "这位学员又答了一次；先前那份你评过：2.67 / 4 分" in [fold.label for fold in app.expander]
    assert "口径？" in found
    assert "王芳" not in found
    assessing.grade(TEACHER, opened, course, "a2", TOP, "", "g2")
    assert [s.before for s in assessing.desk(TEACHER, opened, course, 1, CASE, NAME).sheets] == [None]


def test_two_instructors_grade_apart(opened: Store, course: Course, wang: Who) -> None:
    """Neither sees nor releases the other's grade; the student sees both once both are released."""
    write(opened, course, wang, "a1")
    assessing.grade(TEACHER, opened, course, "a1", TOP, "", "g1")
    assert assessing.desk(SECOND, opened, course, 1, CASE, NAME).waiting == 1
    assert assessing.release(SECOND, opened, course, 1, CASE, NAME) == 0
    assessing.grade(SECOND, opened, course, "a1", MIXED, "", "g2")
    assessing.release(TEACHER, opened, course, 1, CASE, NAME)
    assessing.release(SECOND, opened, course, 1, CASE, NAME)
    own = seen(opened, course, wang)
    assert own is not None
    assert [m.grade.levels for m in own.marks] == [TOP, MIXED]


def test_a_grade_shows_after_release_and_stays_while_it_is_changed(opened: Store, course: Course, wang: Who) -> None:
    """Before release there is no grade to see; what is changed afterwards waits for its own release."""
    assert seen(opened, course, wang) is None
    write(opened, course, wang, "a1")
    assessing.grade(TEACHER, opened, course, "a1", MIXED, "口径？", "g1")
    own = seen(opened, course, wang)
    assert own is not None
    assert own.marks == ()
    assessing.release(TEACHER, opened, course, 1, CASE, NAME)
    assessing.grade(TEACHER, opened, course, "a1", TOP, "看懂了", "g2")
    own = seen(opened, course, wang)
    assert own is not None
    assert [(str(m.grade.score), m.grade.comment, m.older) for m in own.marks] == [("2.67", "口径？", False)]
    assessing.release(TEACHER, opened, course, 1, CASE, NAME)
    write(opened, course, wang, "a2", "再写一稿")
    own = seen(opened, course, wang)
    assert own is not None
    assert [(str(m.grade.score), m.grade.comment, m.older) for m in own.marks] == [("4.00", "看懂了", True)]


def test_a_self_grade_is_one_s_own_at_once(opened: Store, course: Course, wang: Who, li: Who) -> None:
    """It is stored with its score, seen by its writer, and nobody grades another's argument as her own."""
    write(opened, course, wang, "a1")
    assessing.self_grade(wang, opened, course, "a1", MIXED, "s1")
    own = seen(opened, course, wang)
    assert own is not None
    assert own.mine is not None
    assert (own.mine.levels, str(own.mine.score)) == (MIXED, "2.67")
    with pytest.raises(Forbidden):
        assessing.self_grade(li, opened, course, "a1", TOP, "s2")
    assert assessing.desk(TEACHER, opened, course, 1, CASE, NAME).waiting == 1, "it is no instructor's grade"


@pytest.mark.parametrize("who", [ANONYMOUS, HOST, "student"])
def test_only_an_instructor_is_at_the_desk(opened: Store, course: Course, wang: Who, who: Who | str) -> None:
    """Looking, grading and releasing are refused to everybody else, and nothing is stored."""
    write(opened, course, wang, "a1")
    other = wang if isinstance(who, str) else who
    for deed in (
        lambda: assessing.questions(other, course),
        lambda: assessing.desk(other, opened, course, 1, CASE, NAME),
        lambda: assessing.grade(other, opened, course, "a1", TOP, "", "g1"),
        lambda: assessing.release(other, opened, course, 1, CASE, NAME),
    ):
        with pytest.raises(Forbidden):
            deed()
    assert grades.grades_of(opened, wang.person or "") == []


@pytest.mark.parametrize("who", [ANONYMOUS, HOST, TEACHER])
def test_only_a_student_grades_herself(opened: Store, course: Course, wang: Who, who: Who) -> None:
    """A self-grade is refused to everybody who is no student."""
    write(opened, course, wang, "a1")
    with pytest.raises(Forbidden):
        assessing.self_grade(who, opened, course, "a1", TOP, "s1")
    assert grades.grades_of(opened, wang.person or "") == []


def test_what_is_no_grade_is_refused(opened: Store, course: Course, wang: Who) -> None:
    """Levels that the rubric does not have, unknown answers and questions that nobody grades."""
    write(opened, course, wang, "a1")
    answering.submit(wang, opened, course, CASE, "rule", {"text": "一条规则"}, "a2")
    with pytest.raises(Unreadable):
        assessing.grade(TEACHER, opened, course, "a1", {"证据": "9"}, "", "g1")
    with pytest.raises(LookupError):
        assessing.grade(TEACHER, opened, course, "a9", TOP, "", "g1")
    with pytest.raises(LookupError):
        assessing.grade(TEACHER, opened, course, "a2", {}, "", "g1")
    with pytest.raises(LookupError):
        assessing.self_grade(wang, opened, course, "a2", {}, "g1")
    assert grades.grades_of(opened, wang.person or "") == []


def test_grades_are_taken_away_with_the_answers(opened: Store, course: Course, wang: Who) -> None:
    """The class's CSV has score, levels, grader and whether it is released; a student's own file what is released."""
    write(opened, course, wang, "a1")
    assessing.grade(TEACHER, opened, course, "a1", MIXED, "=口径？", "g1")
    assessing.self_grade(wang, opened, course, "a1", TOP, "s1")
    assert "教师评" not in exporting.my_answers(opened, course, wang)[1].decode()
    rows = list(csv.DictReader(io.StringIO(exporting.class_csv(opened, course, TEACHER, {})[1].decode("utf-8-sig"))))
    assert [rows[0][h] for h in ("教师评分", "教师评的各档", "公布", "自评", "自评的各档")] == [
        "2.67", "证据 3、推理 2、边界 1", "未公布", "4", "证据 3、推理 3、边界 3",
    ]  # fmt: skip
    assert rows[0]["评语"] == "'=口径？", "a comment must not become a formula"
    assessing.release(TEACHER, opened, course, 1, CASE, NAME)
    mine = exporting.my_answers(opened, course, wang)[1].decode()
    assert "教师评 2.67 / 4 分" in mine
    assert "自评 4 / 4 分" in mine


# ---- the screens -----------------------------------------------------------------------------------------------------


def test_the_rubric_comes_with_the_answer_and_each_choice_is_kept(opened: Store, course: Course, wang: Who) -> None:
    """Before sending nothing of it is on the page; afterwards a level is chosen per row, stored at once, found again."""
    app = visit(wang, "unit", case=CASE, unit=UNIT)
    assert LEVEL not in str(app.main)
    write(opened, course, wang, "a1")
    app = visit(wang, "unit", case=CASE, unit=UNIT)
    assert any(LEVEL in option for radio in app.radio for option in radio.options)
    key = f"w-{CASE}-{NAME}-a1"
    app.radio(key=f"{key}-0").set_value("3").run()
    assert "还有 2 个准则没有选" in words(app)
    assert [g.levels for g in grades.grades_of(opened, wang.person or "")] == [{"证据": "3"}]
    app.radio(key=f"{key}-1").set_value("2").run()
    app.radio(key=f"{key}-2").set_value("1").run()
    assert "自评 **2.67 / 4 分**" in words(app)
    again = visit(wang, "unit", case=CASE, unit=UNIT)
    assert [again.radio(key=f"{key}-{n}").value for n in range(3)] == ["3", "2", "1"]
    assert len(grades.grades_of(opened, wang.person or "")) == 3, "looking stores nothing"


def test_an_instructor_grades_one_after_another(opened: Store, course: Course, wang: Who, li: Who) -> None:
    """No name on the desk; each choice counts, the next waits, all are released at once, and the spread is shown."""
    write(opened, course, wang, "a1", "王的一份")
    write(opened, course, li, "a2", "李的一份")
    app = visit(TEACHER, "grading")
    for _ in range(2):
        assert "王芳" not in words(app)
        assert "李强" not in words(app)
        for n, radio in enumerate(list(app.radio)):
            app.radio(key=str(radio.key)).set_value(str(3 - n)).run()
        if not app.button(key=f"wait-1-{CASE}-{NAME}").disabled:
            app.button(key=f"wait-1-{CASE}-{NAME}").click().run()
    assert "待评 0　已评未公布 2　已公布 0" in words(app)
    assert "各准则各档有几份（已评 2 份）" in words(app)
    app.button(key=f"release-1-{CASE}-{NAME}").click().run()
    assert "已公布 2" in words(app)
    found = words(visit(wang, "unit", case=CASE, unit=UNIT))
    assert "教师评分　2.67 / 4 分" in found
    assert "教师评 2.67 / 4 分" in words(visit(wang, "me"))


def test_what_cannot_be_stored_is_said_and_tried_again(opened: Store, course: Course, wang: Who) -> None:
    """While the store is away a choice is called not kept; with the store back the next run keeps it."""
    write(opened, course, wang, "a1")
    app = visit(wang, "unit", case=CASE, unit=UNIT)
    file = operating.store_file()
    assert file is not None
    aside = file.with_suffix(".aside")
    file.rename(aside)
    app.radio(key=f"w-{CASE}-{NAME}-a1-0").set_value("3").run()
    assert not app.exception
    assert "现在写不进或读不出" in words(app)
    aside.rename(file)
    app.run()
    assert [g.levels for g in grades.grades_of(opened, wang.person or "")] == [{"证据": "3"}]


def test_without_anything_to_grade_the_desk_says_so(opened: Store, course: Course) -> None:
    """An empty class has no sheets, and the screen says it."""
    del opened, course
    assert "还没有人作答" in words(visit(TEACHER, "grading"))


def test_what_is_written_on_the_desk_outlives_a_store_that_is_away(opened: Store, course: Course, wang: Who) -> None:
    """A level and a comment given while nothing can be stored are stored by the next run that can."""
    write(opened, course, wang, "a1")
    app = visit(TEACHER, "grading")
    file = operating.store_file()
    assert file is not None
    aside = file.with_suffix(".aside")
    file.rename(aside)
    app.session_state["w-grade-a1-comment"] = "口径写得不全"
    app.radio(key="w-grade-a1-0").set_value("3").run()
    assert not app.exception
    aside.rename(file)
    app.run()
    kept = grades.grades_of(opened, wang.person or "")
    assert [(g.levels, g.comment) for g in kept] == [({"证据": "3"}, "口径写得不全")]
