"""The box of evidence below a key: what it is called, and how often."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.loading import Content
from casecourse.model import Course
from casecourse.ui import evidence
from tests.writing import UNIT, course

SECOND = """
title: 办完以后
minutes: 20
objectives: {tell: {understand: 说出办完以后做什么}}
blocks:
  - prose: 办完要核查。
    id: p1
  - table: 谁来核查
    id: t-who
    columns: [谁]
    rows: {核查: [街镇]}
"""


def shown(taught: Course, refs: tuple[str, ...], case: str = "demo") -> AppTest:
    """The passages that the references name, in front of a reader of the case."""

    def box(taught, refs, case):  # type: ignore[no-untyped-def]  # its source runs alone: no name of this module is known there
        from casecourse.ui import evidence

        evidence.passages(taught, case, refs, "q")

    app = AppTest.from_function(box, args=(taught, refs, case)).run()
    assert not app.exception
    return app


@pytest.fixture
def taught(tmp_path: Path) -> Course:
    """The demo course with a second unit."""
    course(tmp_path)
    (tmp_path / UNIT).with_name("02-second.yaml").write_text(SECOND, encoding="utf-8")
    found = course(tmp_path)
    assert found.diagnostics == []
    return found.course


@pytest.mark.parametrize(
    ("refs", "heads"),
    [
        (("first#p1", "first#p2"), ["依据　“谁来办”一节"]),
        (("first#p1", "second#p1", "first#p2"), ["依据　“谁来办”一节", "依据　“办完以后”一节", "依据　“谁来办”一节"]),
        (("second#p1", "second#t-who"), ["依据　“办完以后”一节", "谁来核查"]),
        (("second#t-who", "second#p1"), ["依据　“办完以后”一节　谁来核查"]),
        (("first#p1", "first#gone", "first#p2"), ["依据　“谁来办”一节"]),
    ],
)
def test_passages_of_one_unit_stand_under_one_name(taught: Course, refs: tuple[str, ...], heads: list[str]) -> None:
    """A unit is named where it begins and not again before another comes between; a table keeps its title; all are quoted."""
    app = shown(taught, refs)
    assert [str(c.value) for c in app.caption] == heads
    assert sum(str(m.value).startswith("> ") for m in app.markdown) == len([r for r in refs if r != "first#gone"])


@pytest.mark.parametrize(
    ("ref", "begins"),
    [
        ("jiaxing:special-new", "嘉兴：特殊人群"),
        ("haidian:trinity", "海淀“三位一体”"),
        ("xuanwu:cadres", "源文未载　玄武：下放了多少干部"),
        ("city-money", "青禾新区"),
        ("same-money", "源文未载　四份材料里"),
    ],
)
def test_a_fact_of_another_case_says_whose_it_is(content: Content, ref: str, begins: str) -> None:
    """Its case's name stands before its label, once, and before what is not said; a fact of the case itself needs none."""
    assert evidence.fact_line(content.course, "cross", ref).startswith(begins)


def test_a_unit_of_another_case_says_whose_it_is(content: Content) -> None:
    """Above a passage its unit's name follows the name of its case."""
    app = shown(content.course, ("jiaxing:methods#special", "levers#limits"), "cross")
    assert [str(c.value) for c in app.caption] == [
        "依据　“嘉兴：专业方法与柔性治理”一节",
        "依据　“四根杠杆，换一座城”一节",
    ]


def test_the_apparatus_says_whose_a_fact_is(content: Content) -> None:
    """At the end of a unit that cites four cases, a place in the source belongs to one of them."""

    def foot(taught):  # type: ignore[no-untyped-def]  # its source runs alone: no name of this module is known there
        from casecourse.ui import apparatus

        case = taught.case("cross")
        apparatus.draw(taught, case, case.unit("synthesis"))

    told = "\n".join(str(m.value) for m in AppTest.from_function(foot, args=(content.course,)).run().markdown)
    assert "嘉兴：特殊人群服务尝试的新办法" in told
