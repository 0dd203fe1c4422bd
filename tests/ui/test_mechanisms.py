"""The index of mechanisms in every role, run as Streamlit runs it, on the shipped course."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.access import ANONYMOUS, Forbidden, Who
from casecourse.actions import joining, mechanisms, operating, teaching
from casecourse.kinds import TITLES
from casecourse.loading import Content
from casecourse.store import Store, people
from tests.conftest import ROOT
from tests.writing import CONTENT

MAIN = ROOT / "src" / "casecourse" / "ui" / "main.py"
TEACHER = Who("instructor", name="教师", instructor="i")
Visit = Callable[[Who], AppTest]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the screens use; the course is the shipped one unless a test says otherwise."""
    monkeypatch.setenv("CASECOURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CASECOURSE_CONTENT", str(ROOT))
    monkeypatch.delenv("CASECOURSE_STORE", raising=False)
    store = operating.store()
    yield store
    store.close()


@pytest.fixture
def student(opened: Store) -> Who:
    """Somebody in the class."""
    return joining.as_student(people.join(opened, people.list_classes(opened)[0].id, "王芳"))


@pytest.fixture
def visit(opened: Store) -> Visit:
    """Open the index as somebody."""

    def go(who: Who) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=30)
        app.session_state["who"] = who
        app.run()
        app.switch_page("screens/mechanisms.py")
        app.run()
        assert not app.exception
        assert "这一页出了错" not in words(app)
        return app

    return go


def words(app: AppTest) -> str:
    """Everything that the screen says."""
    return "\n".join(str(p.value) for p in (*app.title, *app.header, *app.subheader, *app.markdown, *app.caption))


def names(app: AppTest) -> list[str]:
    """The mechanisms that stand there, in order."""
    return [str(h.value) for h in app.subheader]


def links(app: AppTest) -> list[tuple[str, dict[str, list[str]]]]:
    """Label and query of every link into a unit."""
    found = [e.proto for e in app.get("page_link")]
    return [(p.label, parse_qs(p.query_string)) for p in found if p.query_string]


def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None]) -> None:
    """Serve a copy of the shipped course after `spoil` has changed it."""
    root = tmp_path / "course"
    for folder in ("cases", "exercises"):
        shutil.copytree(ROOT / folder, root / folder)
    spoil(root)
    monkeypatch.setenv("CASECOURSE_CONTENT", str(root))


def test_every_mechanism_stands_there_with_its_purpose_and_the_way_to_try_it(
    visit: Visit, student: Who, content: Content
) -> None:
    """Student and instructor read all mechanisms of all cases, each with purpose and parts, and each link leads to a unit."""
    for who in (student, TEACHER):
        app = visit(who)
        told = words(app)
        for case in content.course.cases:
            assert case.mechanisms
            for mechanism in case.mechanisms.values():
                assert mechanism.name in names(app)
                assert mechanism.purpose in told
                assert "、".join(mechanism.parts) in told
        assert len(names(app)) == sum(len(c.mechanisms) for c in content.course.cases)
        tried = sum(len(m.tries) for c in content.course.cases for m in c.mechanisms.values())
        assert len(links(app)) == tried
        for label, query in links(app):
            found = content.course.case(query["case"][0])
            unit = found.unit(query["unit"][0]) if found else None
            assert unit is not None
            if label in ("讨论", "推演"):
                assert unit.block(query["at"][0])
            else:
                number = unit.exercise_refs.index(query["at"][0]) + 1
                exercise = found.exercises[query["at"][0]] if found else None
                assert exercise is not None
                assert label == f"{TITLES[exercise.kind]}　第 {number} 题"


def test_the_index_tells_no_key(visit: Visit, student: Who, content: Content) -> None:
    """Evidence is named by its place in the source; no explanation of an exercise stands in what was sent."""
    app = visit(student)
    told = words(app) + str([e.proto.help for e in app.get("page_link")])
    assert "出处　" in told
    for case in content.course.cases:
        for exercise in case.exercises.values():
            assert not exercise.explain or exercise.scope.fill(exercise.explain) not in told


def test_whoever_has_not_joined_does_not_find_the_index(opened: Store, content: Content) -> None:
    """The page is not among an anonymous visitor's, and the action behind it refuses."""
    app = AppTest.from_file(str(MAIN), default_timeout=30)
    app.session_state["who"] = ANONYMOUS
    app.run()
    assert "机制索引" not in [e.proto.label for e in app.get("page_link")]
    with pytest.raises(Forbidden):
        mechanisms.index(ANONYMOUS, opened, content.course)


def test_case_kind_and_word_narrow_the_index(visit: Visit, student: Who, content: Content) -> None:
    """A chosen case leaves its own, a chosen kind the theme alone, a word what speaks of it; nothing left is said so."""
    app = visit(student)
    app.pills(key="mech-case").set_value(["haidian"]).run()
    haidian = content.course.case("haidian")
    assert haidian is not None
    assert sorted(names(app)) == sorted(m.name for m in haidian.mechanisms.values())
    app.pills(key="mech-group").set_value(["review"]).run()
    assert names(app) == [m.name for m in haidian.mechanisms.values() if m.group == "review"]
    app.text_input(key="mech-word").input("第三方").run()
    assert "第三方与居民的评价" in names(app)
    app.text_input(key="mech-word").input("居民议事厅").run()
    assert names(app) == []
    assert "没有找到“居民议事厅”" in words(app)
    app.text_input(key="mech-word").input("").run()
    app.pills(key="mech-group").set_value(["figures"]).run()
    assert "没有这样的机制" in words(app)


def test_a_case_that_is_not_open_yet_is_not_in_it(
    visit: Visit, student: Who, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Students find the mechanisms of opened cases only; the instructor finds all."""

    def shut(root: Path) -> None:
        file = root / "cases" / "course.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("  - haidian", "  - {case: haidian, opens: 2999-01-01}"), encoding="utf-8")

    elsewhere(tmp_path, monkeypatch, shut)
    assert "四类力量下沉" not in names(visit(student))
    assert "三类社工机构并行" in names(visit(student))
    assert "四类力量下沉" in names(visit(TEACHER))


def test_a_course_without_mechanisms_says_so(
    visit: Visit, student: Who, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing to list is a sentence, and no empty fields to search in."""

    def without(root: Path) -> None:
        for file in (root / "cases").glob("*/case.yaml"):
            text = file.read_text(encoding="utf-8")
            file.write_text(text.partition("\nmechanisms:")[0] + "\n", encoding="utf-8")

    elsewhere(tmp_path, monkeypatch, without)
    app = visit(student)
    assert "还没有机制" in words(app)
    assert not app.text_input


def test_no_screen_of_a_student_tells_the_note(
    opened: Store, student: Who, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a note in the course, nothing of it stands on the library, in the unit, in the index or on her own page."""
    sentence = "这句话只有教师能看"

    def annotate(root: Path) -> None:
        text = (CONTENT / "teaching" / "cases" / "demo" / "note.yaml").read_text(encoding="utf-8")
        note = text.replace("为什么先交给最近的一级？", sentence).replace("导入, ", f"{sentence}, ")
        (root / "cases" / "haidian" / "note.yaml").write_text(note, encoding="utf-8")

    elsewhere(tmp_path, monkeypatch, annotate)
    assert sentence in str(teaching.note(TEACHER, operating.course(), "haidian"))
    for screen in ("library", "unit", "mechanisms", "me"):
        app = AppTest.from_file(str(MAIN), default_timeout=30)
        app.session_state["who"] = student
        app.run()
        app.query_params["case"], app.query_params["unit"] = "haidian", "staffing"
        app.switch_page(f"screens/{screen}.py")
        app.run()
        assert words(app)
        assert sentence not in str(app.main) + str(app.sidebar)


def test_the_teaching_note_is_for_instructors(content: Content, student: Who) -> None:
    """A student or a visitor who asks for a note is refused; an instructor gets what there is."""
    for who in (student, ANONYMOUS):
        with pytest.raises(Forbidden):
            teaching.note(who, content.course, "haidian")
    assert teaching.note(TEACHER, content.course, "haidian") is content.course.notes.get("haidian")
