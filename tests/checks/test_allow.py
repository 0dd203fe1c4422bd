"""Silencing a warning at its line: what counts as a comment, which line it speaks for, and what --strict makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from casecourse.checks import check
from casecourse.checks.allow import allowed
from casecourse.cli import main
from casecourse.yamlsource import read
from tests.writing import DEMO, course

HEAD = "q:\n  kind: choice\n  prompt: 哪一级最近？\n  options:\n    - {right: 微循环}\n"
TAIL = "  evidence: levels\n  explain: 微循环在社区（村）网格。\n"


def codes(folder: Path, middle: str) -> list[str]:
    """What is said of a question with these lines among its options."""
    return [d.code for d in check(course(folder, bank_yaml=HEAD + middle + TAIL))]


@pytest.mark.parametrize(
    "middle",
    [
        "    - wrong: 小循环  # 允许: distractor-why 留给讨论\n",
        "    - wrong: 小循环  # 允许：distractor-why 留给讨论\n",
        "    - wrong: 小循环 # allow[distractor-why]: left for the discussion\n",
        "    # 允许: distractor-why 留给讨论\n    - wrong: 小循环\n",
        "    # 允许: distractor-why 留给讨论\n    # 又一句\n    - wrong: 小循环\n",
        "    # 允许: distractor-why 留给讨论\n    - {wrong: 小循环}\n",
        '    - wrong: "小#循环"  # 允许: distractor-why 留给讨论\n',
        "    - wrong: 小循环  # 先记着 # 允许: distractor-why 留给讨论\n",
    ],
)
def test_a_reason_at_the_line_or_above_silences(middle: str, tmp_path: Path) -> None:
    """At the end of the guilty line or in the comments right above it, in Chinese or English."""
    assert codes(tmp_path, middle) == []


@pytest.mark.parametrize(
    ("middle", "expected"),
    [
        ("    - wrong: 小循环  # 允许: distractor-why\n", ["distractor-why", "allow-reason"]),
        ("    - wrong: 小循环  # allow[distractor-why]:\n", ["distractor-why", "allow-reason"]),
        ("    # 允许: distractor-why 隔了一行\n    - {wrong: 大, why: 远。}\n    - wrong: 小循环\n",
         ["allow-unused", "distractor-why"]),
        ("    - wrong: 小循环  # 允许: no-question 说错了\n", ["distractor-why", "allow-unused"]),
        ('    - wrong: "小 # 允许: distractor-why 在文字里"\n', ["distractor-why"]),
        ("    - wrong: |\n        小循环\n        # 允许: distractor-why 在文字里\n", ["distractor-why"]),
        ("    - wrong: 小循环# 允许：distractor-why 没有空格就是文字\n", ["distractor-why"]),
    ],
)  # fmt: skip
def test_what_silences_nothing_is_told(middle: str, expected: list[str], tmp_path: Path) -> None:
    """No reason, another line, another code; the same words inside a text are no comment at all."""
    assert codes(tmp_path, middle) == expected


def test_a_comment_behind_a_block_text_is_one(tmp_path: Path) -> None:
    """`prompt: |  # 允许` speaks for the text below it, whose own lines can hold no comment."""
    bank = "q:\n  kind: open\n  prompt: |  # 允许: typed-figure 照抄原题\n    共 2139 人，\n    为什么？\n  evidence: levels\n"
    assert check(course(tmp_path, bank_yaml=bank)) == []
    after = (
        "q:\n  kind: open\n  prompt: |\n    共 2139 人，为什么？\n  # 允许: typed-figure 写在后面\n  evidence: levels\n"
    )
    assert [d.code for d in check(course(tmp_path, bank_yaml=after))] == ["typed-figure", "allow-unused"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_ends_them(end: str) -> None:
    """The comment is found at its line and column in files of any system."""
    text = f"a: 甲{end}b: 乙  # 允许: minutes 说明{end}# allow[minutes]: more{end}{end}c: 丙{end}"
    loaded = read("x.yaml", text.encode())
    found = list(allowed(loaded.text, loaded.map))
    assert [(a.span.line, a.span.column, a.line, a.code, a.reason) for a in found] == [
        (2, 7, 2, "minutes", "说明"),
        (3, 1, 4, "minutes", "more"),
    ]


def test_strict_counts_what_is_not_silenced(tmp_path: Path) -> None:
    """--strict passes a silenced warning and fails one without a reason."""
    for reason, status in (("留给讨论", 0), ("", 1)):
        course(tmp_path, bank_yaml=HEAD + f"    - wrong: 小循环  # 允许: distractor-why {reason}\n" + TAIL)
        done = CliRunner().invoke(main, ["check", "--strict", str(tmp_path)])
        assert done.exit_code == status, done.output
    assert CliRunner().invoke(main, ["check", "--strict", str(DEMO)]).exit_code == 0
