"""Loading: a folder of YAML becomes a course; the smallest broken piece is left out and the rest lives."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from casecourse.checks import check
from casecourse.diagnostics import errors
from casecourse.grading import grade
from casecourse.loading import Content, load, root_of
from tests.writing import BANK, CASE, COURSE, DEMO, UNIT, codes, course


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A copy of the demo course to spoil."""
    return Path(shutil.copytree(DEMO, tmp_path / "demo"))


def edit(folder: Path, file: str, old: str, new: str) -> Content:
    """Load the course after `old` became `new` in `file`."""
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return load(folder)


# ---- what becomes of a good folder ---------------------------------------------------------------------------------------


def test_the_shipped_course_has_no_error(content: Content) -> None:
    """What is shipped loads whole and passes its own rules."""
    assert errors(check(content)) == []
    assert content.broken == set()
    assert all(case.units and case.exercises and case.facts for case in content.course.cases)


def test_a_course_is_put_together_from_its_folders(demo: Path) -> None:
    """The folder is the case's id, the file's name without its number the unit's; exercises know their case's facts."""
    loaded = load(demo)
    case = loaded.course.case("demo")
    assert check(loaded) == []
    assert case is not None
    assert (loaded.course.title, case.id, case.title) == ("一门很小的课", "demo", "白鹭街的网格")
    assert [(u.id, u.number) for u in case.units] == [("first", 1)]
    assert case.units[0].exercise_refs == ("seen",)
    assert grade(case.exercises["seen"], ["微循环"])[1].right
    assert loaded.texts.keys() == {COURSE, CASE, UNIT, BANK}


def test_units_stand_in_the_order_of_their_file_names(demo: Path) -> None:
    """02-b comes before 10-a, whatever their ids."""
    unit = (demo / UNIT).read_text("utf-8").replace("  - exercise: seen\n", "")
    for name in ("10-alpha", "02-beta"):
        text = unit.replace("see:", f"see-{name}:").replace("count:", f"count-{name}:")
        (demo / "cases/demo/units" / f"{name}.yaml").write_text(text, encoding="utf-8")
    loaded = load(demo)
    assert [u.id for u in loaded.course.cases[0].units] == ["first", "beta", "alpha"]
    assert check(loaded) == []


def test_cases_stand_in_the_order_of_the_course(demo: Path) -> None:
    """course.yaml says the order; without it the folders are read by name."""
    shutil.copytree(demo / "cases/demo", demo / "cases/arbour")
    listed = edit(demo, COURSE, "cases: [demo]", "cases: [demo, arbour]")
    assert [c.id for c in listed.course.cases] == ["demo", "arbour"]
    (demo / COURSE).unlink()
    assert [c.id for c in load(demo).course.cases] == ["arbour", "demo"]


def test_banks_of_a_case_are_one(demo: Path) -> None:
    """Exercises may be spread over several files; an id that occurs in two is told once, at the second."""
    text = (demo / BANK).read_text("utf-8")
    (demo / "exercises/demo/more.yaml").write_text(text + text.replace("seen:", "again:"), encoding="utf-8")
    loaded = load(demo)
    (found,) = loaded.diagnostics
    assert (found.code, found.span.file, found.span.line) == ("duplicate-id", "exercises/demo/more.yaml", 1)
    assert [(s.file, s.line) for s in found.also] == [(BANK, 1)]
    assert set(loaded.course.cases[0].exercises) == {"seen", "again"}


def test_an_unknown_day_of_opening_is_empty_and_a_known_one_kept(demo: Path) -> None:
    """A case may open on a day; others are open."""
    assert load(demo).course.opens == {}
    assert edit(demo, COURSE, "[demo]", "[{case: demo, opens: 2025-03-01}]").course.opens == {"demo": "2025-03-01"}


def test_the_revision_follows_the_bytes(demo: Path) -> None:
    """The same files have the same revision, any change another one."""
    first = load(demo).course.revision
    assert load(demo).course.revision == first
    assert edit(demo, UNIT, "微循环", "微循环 ").course.revision != first


# ---- the smallest broken piece --------------------------------------------------------------------------------------------


def test_a_broken_fact_is_left_out_alone(demo: Path) -> None:
    """A fact without its origin is told; its case, its fellows and what refers to it live, and no follow-up is told."""
    loaded = edit(
        demo,
        CASE,
        "forces: {label: 下沉力量, value: 2139, unit: 人, at: 一（一）}",
        "forces: {label: 下沉力量, value: 2139}",
    )
    case = loaded.course.cases[0]
    assert codes(loaded) == ["origin"]
    assert "forces" not in case.facts
    assert "grids" in case.facts
    assert len(case.units[0].blocks) == 4
    assert ("fact", "demo", "forces") in loaded.broken


def test_a_broken_block_is_left_out_alone(demo: Path) -> None:
    """A block that cannot be read leaves the page; what cites it stays silent."""
    edit(demo, BANK, "evidence: levels", "evidence: [levels, first#p1]")
    loaded = edit(demo, UNIT, "    id: p1\n", "    id: p1\n    extra: vielleicht\n")
    unit = loaded.course.cases[0].units[0]
    assert codes(loaded) == ["wrong-type"]
    assert [b.id for b in unit.blocks] == ["p2", "keep-one", ""]


def test_places_after_a_broken_block_are_those_of_the_file(demo: Path) -> None:
    """What is told of a later block stands at its own line, though one before it was left out."""
    edit(demo, UNIT, "    id: p1\n", "    id: p1\n    extra: vielleicht\n")
    loaded = edit(demo, UNIT, "exercise: seen", "exercise: sene")
    lines = (demo / UNIT).read_text("utf-8").splitlines()
    found = next(d for d in check(loaded) if d.code == "unknown-reference")
    assert "sene" in lines[found.span.line - 1]


def test_a_broken_entry_inside_a_block_costs_the_block_not_the_unit(demo: Path) -> None:
    """A timeline whose only event is broken leaves out the timeline."""
    loaded = edit(demo, UNIT, "blocks:\n", "blocks:\n  - timeline: 大事\n    events: [{when: 2013}]\n")
    assert codes(loaded) == ["wrong-value"]
    assert len(loaded.course.cases[0].units[0].blocks) == 4


def test_a_broken_exercise_is_left_out_alone(demo: Path) -> None:
    """An exercise that cannot be read is told once; the unit that places it lives and says nothing."""
    edit(demo, BANK, "  explain:", "  points: viel\n  explain:")
    text = (demo / BANK).read_text("utf-8")
    other = "\nother:\n  kind: open\n  prompt: 说说。\n  assumed: 自拟\n"
    (demo / BANK).write_text(text + other, encoding="utf-8")
    loaded = edit(demo, UNIT, "  - exercise: seen\n", "  - exercise: seen\n  - exercise: other\n")
    assert codes(loaded) == ["wrong-type"]
    assert list(loaded.course.cases[0].exercises) == ["other"]
    assert len(loaded.course.cases[0].units[0].blocks) == 5


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (CASE, "value: 2139,", "value: 2139, note: 略,"),
        (UNIT, "    id: p1\n", "    id: p1\n    note: 略\n"),
        (UNIT, "minutes: 200\n", "minutes: 200\nnote: 略\n"),
        (BANK, "  serves: see\n", "  serves: see\n  note: 略\n"),
        (BANK, "      why:", "      note: 略\n      why:"),
        (COURSE, "cases: [demo]", "cases: [demo]\nnote: 略"),
    ],
)
def test_an_unknown_field_costs_nothing_but_itself(demo: Path, file: str, old: str, new: str) -> None:
    """A misspelt field is told and dropped; everything around it lives as if it were not there."""
    before = load(demo).course
    loaded = edit(demo, file, old, new)
    assert codes(loaded) == ["unknown-field"]
    assert loaded.broken == set()
    assert loaded.course.cases[0].model_dump() == before.cases[0].model_dump()
    assert loaded.course.cases[0].exercises["seen"].model_dump() == before.cases[0].exercises["seen"].model_dump()
    assert [u.model_dump() for u in loaded.course.cases[0].units] == [u.model_dump() for u in before.cases[0].units]


@pytest.mark.parametrize(
    ("file", "line"), [(CASE, "title: 白鹭街的网格\n"), (UNIT, "minutes: 200\n"), (COURSE, "title: 一门很小的课\n")]
)
def test_a_file_without_what_it_needs_is_one_finding(demo: Path, file: str, line: str) -> None:
    """A whole file that is broken is told once; nothing that refers into it is."""
    assert codes(edit(demo, file, line, "")) == ["missing-field"]


def test_a_broken_unit_leaves_its_case(demo: Path) -> None:
    """The case without the broken unit still has its facts and exercises."""
    loaded = edit(demo, UNIT, "minutes: 200\n", "")
    case = loaded.course.cases[0]
    assert (case.units, len(case.exercises), len(case.facts)) == ((), 1, 15)
    assert ("unit", "demo", "first") in loaded.broken


def test_a_broken_case_leaves_the_others(demo: Path) -> None:
    """A case that cannot be read is missing from the course, which lives; references into it stay silent."""
    shutil.copytree(demo / "cases/demo", demo / "cases/other")
    shutil.copytree(demo / "exercises/demo", demo / "exercises/other")
    edit(demo, COURSE, "cases: [demo]", "cases: [demo, other]")
    edit(demo, BANK, "evidence: levels", "evidence: [levels, other:forces, other:first#p1]")
    loaded = edit(demo, "cases/other/case.yaml", "abstract:", "abstrakt:")
    assert [c.id for c in loaded.course.cases] == ["demo"]
    assert set(codes(loaded)) == {"missing-field", "unknown-field"}
    assert {d.span.file for d in check(loaded)} == {"cases/other/case.yaml"}


def test_a_bank_that_cannot_be_read_silences_what_it_would_hold(demo: Path) -> None:
    """Where a bank is unreadable, nobody can say which exercises are missing."""
    (demo / BANK).write_bytes(b"\xff\xfe\x00")
    assert codes(load(demo)) == ["encoding"]


def test_what_stands_beside_a_yaml_fault_lives(demo: Path) -> None:
    """A line that YAML cannot read is told with its cure, and the rest of the file is still the course."""
    loaded = edit(demo, UNIT, "街上共有 {{forces}}", "{{forces}} 人")
    assert codes(loaded) == ["yaml-braces"]
    assert len(loaded.course.cases[0].units[0].blocks) == 4


# ---- what is not there ------------------------------------------------------------------------------------------------------


def test_a_missing_case_is_told_where_it_is_listed(demo: Path) -> None:
    """A case that course.yaml names and no folder holds is told there, with the nearest name."""
    loaded = edit(demo, COURSE, "cases: [demo]", "cases: [demo, demos]")
    (found,) = check(loaded)
    assert (found.code, found.span.file, found.span.line, found.span.column) == ("missing-file", COURSE, 2, 15)
    assert "'demo'" in found.help
    assert [c.id for c in loaded.course.cases] == ["demo"]


def test_a_folder_without_a_course_file_is_a_course(demo: Path) -> None:
    """Without course.yaml all cases are taught under the folder's name; the rubric is what is missing then."""
    (demo / COURSE).unlink()
    loaded = load(demo)
    assert (loaded.course.title, loaded.course.language) == ("demo", "zh")
    assert check(loaded) == []


@pytest.mark.parametrize("file", [BANK, UNIT, CASE, COURSE])
@pytest.mark.parametrize("text", ["", "# nichts\n", "- 一\n", "一句话\n", "{}\n", "~\n"])
def test_empty_and_odd_files_do_no_harm(demo: Path, file: str, text: str) -> None:
    """A file that is empty, a comment, a list or one line never raises and leaves a course."""
    (demo / file).write_text(text, encoding="utf-8")
    loaded = load(demo)
    check(loaded)
    assert loaded.course.title


@pytest.mark.parametrize(
    ("name", "said"),
    [("一.yaml", "bad-id"), ("02_x.yaml", "bad-id"), ("Two.yaml", "bad-id"), ("1234-x.yaml", "bad-id")],
)
def test_unit_files_have_names_that_are_ids(demo: Path, name: str, said: str) -> None:
    """A unit file whose name cannot be an id is told and left out."""
    shutil.copy(demo / UNIT, demo / "cases/demo/units" / name)
    loaded = load(demo)
    assert [d.code for d in loaded.diagnostics] == [said]
    assert [u.id for u in loaded.course.cases[0].units] == ["first"]


def test_two_units_of_one_id_are_told(demo: Path) -> None:
    """01-first and 02-first are the same unit; the second is left out."""
    shutil.copy(demo / UNIT, demo / "cases/demo/units/02-first.yaml")
    loaded = load(demo)
    assert [d.code for d in loaded.diagnostics] == ["duplicate-id"]
    assert [u.number for u in loaded.course.cases[0].units] == [1]


def test_a_case_folder_that_is_no_id_is_told(demo: Path) -> None:
    """A folder whose name cannot be an id is told and left out."""
    shutil.copytree(demo / "cases/demo", demo / "cases/Zwei")
    (demo / COURSE).unlink()
    loaded = load(demo)
    assert [d.code for d in loaded.diagnostics] == ["bad-id"]
    assert [c.id for c in loaded.course.cases] == ["demo"]


# ---- the content folder -------------------------------------------------------------------------------------------------------


def test_the_content_folder_is_found_from_anywhere_below_it(demo: Path) -> None:
    """The folder that holds cases/ is the root, seen from itself, from a file in it, and not from outside."""
    assert root_of(demo) == demo
    assert root_of(demo / UNIT) == demo
    assert root_of(demo / "exercises" / "demo") == demo
    assert root_of(demo.parent) is None


def test_an_empty_folder_is_an_empty_course(tmp_path: Path) -> None:
    """A cases/ folder with nothing in it loads as a course without cases."""
    (tmp_path / "cases").mkdir()
    loaded = load(tmp_path)
    assert (loaded.course.cases, check(loaded)) == ((), [])


def test_a_course_written_for_a_test_is_the_demo_around_it(tmp_path: Path) -> None:
    """A bank alone is placed in the demo's unit, so that it has no finding of its own."""
    assert codes(course(tmp_path, bank_yaml="q:\n  kind: open\n  prompt: 说说。\n  assumed: 自拟\n")) == []
