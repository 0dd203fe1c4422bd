"""The box of evidence below a key: what it is called, and how often."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.model import Course
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


def shown(taught: Course, refs: tuple[str, ...]) -> AppTest:
    """The passages that the references name, in front of a reader."""

    def box(taught, refs):  # type: ignore[no-untyped-def]  # its source runs alone: no name of this module is known there
        from casecourse.ui import evidence

        evidence.passages(taught, "demo", refs, "q")

    app = AppTest.from_function(box, args=(taught, refs)).run()
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
