"""Diagnostics: how what is wrong is ordered and printed for people and for programs."""

from __future__ import annotations

import json

import pytest

from casecourse.diagnostics import CODES, Diagnostic, Span, as_json, as_text, errors, in_order

SOURCE = "title: 白鹭街\nminutes: viel\n"
WRONG = Diagnostic(Span("a.yaml", 2, 10, 2, 14), "wrong-type", "“viel”不是整数", "写成 45 这样的数字")
SILENT = Diagnostic(
    Span("a.yaml", 1, 8, 1, 11), "evidence-silent", "依据里找不到答案", "", (Span("b.yaml", 3, 1, 3, 2),)
)


def test_a_finding_is_printed_with_its_place_its_line_and_its_cure() -> None:
    """File, line and column first, as every editor reads them; below the line itself, marked, with the cure behind the mark."""
    assert as_text([WRONG], {"a.yaml": SOURCE}).splitlines() == [
        "a.yaml:2:10: 错误[wrong-type]: “viel”不是整数",
        "    2 | minutes: viel",
        "      |          ^^^^ 写成 45 这样的数字",
    ]


def test_marks_stand_under_chinese_characters() -> None:
    """A Chinese character is two columns wide on a screen, so marks and the space before them are, too."""
    assert as_text([SILENT], {"a.yaml": SOURCE}).splitlines() == [
        "a.yaml:1:8: 提醒[evidence-silent]: 依据里找不到答案",
        "    1 | title: 白鹭街",
        "      |        ^^^^^^",
        "  另见 b.yaml:3:1",
    ]


def test_without_the_source_the_cure_stands_alone() -> None:
    """A file whose text is not known has no excerpt; the cure is printed all the same."""
    assert as_text([WRONG], {}).splitlines() == [
        "a.yaml:2:10: 错误[wrong-type]: “viel”不是整数",
        "  写成 45 这样的数字",
    ]


def test_a_stretch_over_several_lines_is_marked_to_the_end_of_the_first() -> None:
    """Only the first line is shown."""
    found = Diagnostic(Span("a.yaml", 1, 1, 2, 5), "wrong-type", "一段")
    assert as_text([found], {"a.yaml": "ab\ncd\n"}).splitlines()[1:] == ["    1 | ab", "      | ^^"]


def test_a_very_long_line_is_cut_around_the_place() -> None:
    """What is guilty is inside the excerpt, and marked, however long the line."""
    line = "x" * 5000 + "坏" + "y" * 5000
    text = as_text([Diagnostic(Span("a.yaml", 1, 5001, 1, 5002), "wrong-value", "坏")], {"a.yaml": line})
    head, excerpt, marks = text.splitlines()
    assert head.startswith("a.yaml:1:5001:")
    assert len(excerpt) < 200
    assert excerpt[marks.index("^")] == "坏"


@pytest.mark.parametrize(
    "span", [Span("a.yaml", 99, 1, 99, 2), Span("a.yaml", 1, 500, 1, 501), Span("a.yaml", 0, 0, 0, 0)]
)
def test_places_beyond_the_file_do_no_harm(span: Span) -> None:
    """A place that does not exist is printed without raising."""
    assert as_text([Diagnostic(span, "missing-field", "没有")], {"a.yaml": SOURCE}).startswith("a.yaml:")


def test_findings_stand_by_file_and_place_each_once() -> None:
    """The order is that of files, lines and columns, whoever found them; the same finding twice is one."""
    other = Diagnostic(Span("b.yaml"), "missing-file", "没有")
    assert in_order([other, WRONG, SILENT, WRONG]) == [SILENT, WRONG, other]


def test_severity_follows_from_the_code() -> None:
    """Errors are picked by their codes."""
    assert (WRONG.severity, SILENT.severity) == ("error", "warning")
    assert errors([SILENT, WRONG]) == [WRONG]
    assert set(CODES.values()) == {"error", "warning"}


def test_json_has_every_field_by_name() -> None:
    """A list of flat objects, in order, in which Chinese stands as it is."""
    text = as_json([WRONG, SILENT])
    assert "不是整数" in text
    assert json.loads(text) == [
        {
            "file": "a.yaml", "line": 1, "column": 8, "end_line": 1, "end_column": 11, "severity": "warning",
            "code": "evidence-silent", "message": "依据里找不到答案", "help": "",
        },
        {
            "file": "a.yaml", "line": 2, "column": 10, "end_line": 2, "end_column": 14, "severity": "error",
            "code": "wrong-type", "message": "“viel”不是整数", "help": "写成 45 这样的数字",
        },
    ]  # fmt: skip


def test_nothing_wrong_is_an_empty_list_and_an_empty_text() -> None:
    """No findings print as nothing."""
    assert (json.loads(as_json([])), as_text([], {})) == ([], "")
