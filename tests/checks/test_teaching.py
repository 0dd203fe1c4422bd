"""What surrounds exercises: the teaching note and its plan, the course's tests, mechanisms, minutes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from casecourse.checks import check
from casecourse.checks.minutes import asked, budget
from casecourse.diagnostics import Diagnostic
from casecourse.kinds import KINDS
from casecourse.loading import Content, load
from tests.test_loading import edit
from tests.writing import BANK, CONTENT, COURSE, DEMO, NOTE, UNIT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demo course with a teaching note, and tests whose questions stand in no unit."""
    shutil.copytree(DEMO, tmp_path, dirs_exist_ok=True)
    shutil.copytree(CONTENT / "teaching", tmp_path, dirs_exist_ok=True)
    return tmp_path


def told(content: Content) -> list[tuple[str, str, int]]:
    """Code, file and line of everything that is found."""
    return [(d.code, Path(d.span.file).name, d.span.line) for d in check(content)]


def first(content: Content) -> Diagnostic:
    """The only thing that is found."""
    (found,) = check(content)
    return found


def test_a_note_is_loaded_for_its_case(folder: Path) -> None:
    """Questions, plan and board are there in the author's order; nothing is wrong with a good note and good tests."""
    content = load(folder)
    assert check(content) == []
    note = content.course.notes["demo"]
    assert list(note.questions) == ["q-near", "q-cost"]
    assert [s.minutes for s in note.segments()] == [5, 5, 10, 15, 10]
    assert note.essentials == ("先近后远，近处要有权",)
    assert content.course.tests.before == ("demo:which-level", "demo:steps-count")


def test_the_smallest_broken_piece_of_a_note_is_left_out(folder: Path) -> None:
    """A broken segment costs itself: the lesson and the note are there, and the places behind it stay right."""
    content = edit(folder, NOTE, "mode: plenary}", "mode: standing}")
    assert [s.do for s in content.course.notes["demo"].segments()] == ["读材料", "投票两轮", "讨论只留一级", "收一句话"]
    assert told(content) == [("wrong-value", "note.yaml", 20)]
    content = edit(folder, NOTE, "discuss: first#keep-one", "discuss: first#keep-two")
    assert told(content)[-1] == ("unknown-reference", "note.yaml", 24)
    content = edit(folder, NOTE, "exercise: seen", "exercise: sene")
    assert ("unknown-reference", "note.yaml", 22) in told(content)


def test_a_note_that_cannot_be_read_costs_the_note_alone(folder: Path) -> None:
    """The case is taught; exercises that only its plan may use are not called unused."""
    content = edit(folder, NOTE, "analysis: [先看谁近, 再看谁有权]", "analysis: []")
    assert content.course.notes == {}
    assert content.course.case("demo") is not None
    (folder / BANK).write_text(
        (folder / BANK).read_text("utf-8") + "spare:\n  kind: open\n  prompt: 说说。\n  evidence: levels\n", "utf-8"
    )
    assert told(load(folder)) == [("wrong-value", "note.yaml", 12)]


def test_a_planned_exercise_is_in_use(folder: Path) -> None:
    """An exercise that stands in a lesson's plan or a test only is not called unused."""
    extra = "spare:\n  kind: open\n  prompt: 说说。\n  evidence: levels\n"
    content = edit(folder, BANK, "seen:\n", extra + "seen:\n")
    assert told(content) == [("unused-exercise", "bank.yaml", 1)]
    assert told(edit(folder, NOTE, "exercise: seen", "exercise: [seen, spare]")) == []


def test_minutes_of_the_plan_must_add_up(folder: Path) -> None:
    """The sum is told with each lesson's part, at the declared minutes."""
    found = first(edit(folder, NOTE, "minutes: 45", "minutes: 60"))
    assert (found.code, found.span.line, found.severity) == ("plan-minutes", 17, "error")
    assert "45" in found.message
    assert "第一次课 20，第二次课 25" in found.message


def test_a_segment_must_hold_what_it_names(folder: Path) -> None:
    """A kind's declared minutes, a prompt's own and the reading of a unit count against the segment's minutes."""
    content = load(folder)
    case, note = content.course.cases[0], content.course.notes["demo"]
    needed = [asked(content, case, s) for s in note.segments()]
    reading = budget(content, case, case.units[0])[0]
    assert needed == [0, reading, KINDS["choice"].MINUTES, 5, 0]
    content = edit(folder, NOTE, "minutes: 15, mode: groups", "minutes: 4, mode: groups")
    assert ("minutes", "note.yaml", 24) in told(content)


def test_a_unit_must_hold_its_core(folder: Path) -> None:
    """Reading, exercises by kind and prompts count; what is marked extra does not."""
    core = sum(budget(load(folder), load(folder).course.cases[0], load(folder).course.cases[0].units[0]))
    content = edit(folder, UNIT, "minutes: 200", f"minutes: {core}")
    assert check(content) == []
    content = edit(folder, UNIT, f"minutes: {core}", f"minutes: {core - 1}")
    assert told(content) == [("minutes", "01-first.yaml", 2)]
    content = edit(folder, UNIT, "    id: keep-one", "    id: keep-one\n    extra: true")
    assert check(content) == []


def test_every_kind_declares_its_minutes() -> None:
    """Each kind says how long one such question takes in class, within a lesson."""
    assert {k: c.MINUTES for k, c in KINDS.items() if not 1 <= c.MINUTES <= 30} == {}


def test_what_is_merely_broken_is_not_reported_again(folder: Path) -> None:
    """Tests, plans and mechanisms that name a broken exercise, and exercises with a broken rubric, stay silent."""
    content = edit(folder, "exercises/demo/test.yaml", "kind: number", "kind: nummer")
    assert told(content) == [("unknown-kind", "test.yaml", 12)]
    content = edit(folder, BANK, "kind: choice", "kind: choise")
    assert ("unknown-reference", "note.yaml", 22) not in told(content)
    shutil.copy(CONTENT / "teaching" / "exercises" / "demo" / "test.yaml", folder / "exercises" / "demo" / "test.yaml")
    (folder / BANK).write_text((DEMO / BANK).read_text("utf-8"), "utf-8")
    talk = "talk:\n  kind: open\n  prompt: 说说。\n  rubric: short\n  evidence: levels\n"
    edit(folder, BANK, "seen:\n", talk + "seen:\n")
    content = edit(folder, COURSE, "levels: [2, 1, 0.5]", "levels: [0.5, 1, 2]")
    assert told(content) == [("wrong-value", "course.yaml", 8), ("unused-exercise", "bank.yaml", 1)]


def test_a_fact_of_the_same_name_does_not_hide_an_exercise(folder: Path) -> None:
    """Where a question can stand the question is meant, though a fact has its id."""
    content = edit(folder, "exercises/demo/test.yaml", "steps-count:", "steps:")
    assert ("unknown-reference", "course.yaml", 4) in told(content)
    text = (folder / COURSE).read_text("utf-8").replace("steps-count", "steps")
    (folder / COURSE).write_text(text, "utf-8")
    assert check(load(folder)) == []
