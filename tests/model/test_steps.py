"""Steps: a unit cut for the projector loses nothing, keeps its order, and cuts only between paragraphs and rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from casecourse.loading import Content, load
from casecourse.model import Unit
from casecourse.model.blocks import Block, Prose, Table
from casecourse.model.steps import ROWS, Step, steps
from tests.writing import course

ROOT = Path(__file__).parents[2]
UNITS = [pytest.param(unit, id=f"{case.id}-{unit.id}") for case, unit in load(ROOT).course.units()]


def cut(folder: Path, blocks: str) -> list[Step]:
    """The steps of a unit with these blocks, without its title."""
    unit = f"title: 一节\nminutes: 5\nobjectives:\n  see: {{understand: 看懂}}\nblocks:\n{blocks}"
    content = course(folder, unit_yaml=unit)
    assert content.diagnostics == []
    (found,) = content.course.cases[0].units
    title, *rest = steps(found)
    assert title.block is None
    return rest


def texts(found: list[Step]) -> list[str]:
    """What the passages say."""
    return [step.block.prose for step in found if isinstance(step.block, Prose)]


def test_a_passage_is_cut_into_its_paragraphs(tmp_path: Path) -> None:
    """An empty line ends a paragraph, also one with blanks in it; a mere line break does not."""
    found = cut(tmp_path, "  - prose: |\n      第一段\n      还是第一段\n\n      第二段\n      \n\n\n      第三段\n")
    assert texts(found) == ["第一段\n还是第一段", "第二段", "第三段"]
    assert [(s.place, s.page, s.pages) for s in found] == [(0, 1, 3), (0, 2, 3), (0, 3, 3)]


@pytest.mark.parametrize(
    "whole",
    ["- 甲\n\n- 乙\n\n- 丙", "1. 甲\n\n2. 乙\n\n10. 丙", "* 甲\n\n* 乙", "> 甲\n\n> 乙", "- 甲\n\n  - 子\n\n- 乙"],
)
def test_a_list_and_a_quotation_stay_whole(tmp_path: Path, whole: str) -> None:
    """However much air its author leaves between the items; the sentence before leads into it on the same step."""
    lines = "".join(f"      {line}\n" for line in f"前面的话：\n\n{whole}\n\n后面的话".split("\n"))
    assert texts(cut(tmp_path, f"  - prose: |\n{lines}")) == [f"前面的话：\n\n{whole}", "后面的话"]


def test_a_number_at_the_start_of_a_paragraph_is_no_list(tmp_path: Path) -> None:
    """2013年 and a dash without a blank begin a paragraph like any other word."""
    found = cut(tmp_path, "  - prose: |\n      第一段\n\n      2013年开始\n\n      —— 又一段\n\n      -x 再一段\n")
    assert texts(found) == ["第一段", "2013年开始", "—— 又一段", "-x 再一段"]


def test_what_is_said_of_a_passage_is_said_under_its_last_paragraph(tmp_path: Path) -> None:
    """An assumption is told once, at the end."""
    found = cut(tmp_path, "  - prose: |\n      第一段\n\n      第二段\n    assumed: 课堂设定\n")
    assert [step.block.assumed for step in found if step.block] == ["", "课堂设定"]


@pytest.mark.parametrize(("rows", "pages"), [(1, [1]), (8, [8]), (9, [8, 1]), (17, [8, 8, 1])])
def test_a_table_is_cut_into_pages_of_eight_rows(tmp_path: Path, rows: int, pages: list[int]) -> None:
    """Every row once, in order, under the same title and columns."""
    body = "".join(f"      行{n}: [甲, 乙]\n" for n in range(rows))
    found = cut(tmp_path, f"  - table: 一张表\n    columns: [栏一, 栏二]\n    rows:\n{body}")
    tables = [step.block for step in found if isinstance(step.block, Table)]
    assert [len(t.rows) for t in tables] == pages
    assert [name for t in tables for name in t.rows] == [f"行{n}" for n in range(rows)]
    assert {(t.table, len(t.columns)) for t in tables} == {("一张表", 2)}


@pytest.mark.parametrize("unit", UNITS)
def test_every_block_of_the_shipped_units_appears(unit: Unit) -> None:
    """The title, then every block in order, whole: put together again the steps are the unit."""
    title, *rest = steps(unit)
    assert (title.place, title.block) == (-1, None)
    again: dict[int, list[Step]] = {}
    for step in rest:
        again.setdefault(step.place, []).append(step)
    assert list(again) == list(range(len(unit.blocks)))
    assert [s.place for s in rest] == sorted(s.place for s in rest)
    for place, block in enumerate(unit.blocks):
        pieces = again[place]
        assert [(s.page, s.pages) for s in pieces] == [(n, len(pieces)) for n in range(1, len(pieces) + 1)]
        assert whole([s.block for s in pieces if s.block]) == whole([block])
        assert all(len(s.block.rows) <= ROWS for s in pieces if isinstance(s.block, Table))


def whole(pieces: list[Block]) -> object:
    """What a block says, however it is cut: words without the air between them, rows in order."""
    last = pieces[-1]
    if isinstance(last, Prose):
        words = "".join("".join(p.prose.split()) for p in pieces if isinstance(p, Prose))
        return last.model_copy(update={"prose": words})
    if isinstance(last, Table):
        rows = [row for p in pieces if isinstance(p, Table) for row in p.rows.items()]
        return last.model_copy(update={"rows": {}}), rows
    (only,) = pieces
    return only


def test_the_shipped_course_has_passages_to_cut(content: Content) -> None:
    """There are passages of several paragraphs, else the test above looks at nothing."""
    assert any(isinstance(s.block, Prose) and s.pages > 1 for _, unit in content.course.units() for s in steps(unit))
