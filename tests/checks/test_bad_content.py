"""Bad content is told as its files expect: each file of tests/content/bad carries what must be found as comments.

`# file: …` in the first line says which file of the demo course it replaces. `# error: 9 [code] words` on a guilty line
expects that code at column 9 of the line, with the words in its message or its cure; `# warning: 12:9 [code]` anywhere
names line and column. Everything that is found must be expected, and nothing else may be found.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from casecourse.checks import check
from casecourse.diagnostics import CODES, Diagnostic
from casecourse.loading import load
from tests.writing import BANK, CASE, CONTENT, COURSE, DEMO, NOTE, UNIT, place

BAD = sorted((CONTENT / "bad").glob("*.yaml"))
EXPECTED = re.compile(r"# (error|warning): (?:(\d+):)?(\d+) \[([a-z-]+)\]([^#]*)")


@dataclass(frozen=True, order=True)
class Told:
    """What is said, where: compared as a whole."""

    line: int
    column: int
    code: str
    severity: str


def _expected(text: str) -> dict[Told, str]:
    """What the comments of a file expect, with the words that must occur."""
    return {
        Told(int(m[2] or number), int(m[3]), m[4], m[1]): m[5].strip()
        for number, line in enumerate(text.splitlines(), 1)
        for m in EXPECTED.finditer(line)
    }


def _found(folder: Path, bad: Path) -> list[Diagnostic]:
    text = bad.read_text("utf-8")
    file = text.splitlines()[0].removeprefix("# file: ")
    assert file in (BANK, CASE, COURSE, NOTE, UNIT), f"the first comment of {bad.name} says which file it is"
    shutil.copytree(DEMO, folder, dirs_exist_ok=True)
    (folder / file).write_text(text, encoding="utf-8")
    if file == BANK and "# unplaced" not in text:
        place(folder, text)
    found = check(load(folder))
    assert [d for d in found if d.span.file != file] == [], "the rest of the course is valid and stays silent"
    return found


@pytest.mark.parametrize("bad", BAD, ids=lambda f: f.stem)
def test_bad_content_is_told_at_its_place(bad: Path, tmp_path: Path) -> None:
    """Exactly what a bad file expects is found in it: code, severity, line and column, and the words that it names."""
    expected = _expected(bad.read_text("utf-8"))
    found = _found(tmp_path, bad)
    assert sorted(Told(d.span.line, d.span.column, d.code, d.severity) for d in found) == sorted(expected)
    for d in found:
        words = expected[Told(d.span.line, d.span.column, d.code, d.severity)]
        assert words in f"{d.message} {d.help}"


@pytest.mark.parametrize("bad", BAD, ids=lambda f: f.stem)
def test_every_finding_is_a_sentence_at_a_place_that_exists(bad: Path, tmp_path: Path) -> None:
    """A finding has a Chinese sentence without leftover braces or English, and its place lies inside the file."""
    lines = bad.read_text("utf-8").splitlines()
    for d in _found(tmp_path, bad):
        assert re.search("[一-鿿]", d.message)
        assert "should be" not in d.message + d.help
        assert 1 <= d.span.line <= d.span.end_line <= len(lines) + 1
        assert 1 <= d.span.column <= len(lines[d.span.line - 1]) + 1


def test_ten_faults_are_told_in_one_go(tmp_path: Path) -> None:
    """Ten different faults in one file are ten different findings at ten different lines."""
    found = _found(tmp_path, CONTENT / "bad" / "ten.yaml")
    assert len(found) == len({d.code for d in found}) == len({d.span.line for d in found}) == 10


# ---- faults that no single text file can hold ---------------------------------------------------------------------------------


def _gbk(folder: Path) -> None:
    text = (folder / BANK).read_text("utf-8")
    (folder / BANK).write_bytes(text.encode("gb18030"))


def _utf16(folder: Path) -> None:
    (folder / CASE).write_bytes((folder / CASE).read_text("utf-8").encode("utf-16"))


def _control(folder: Path) -> None:
    text = (folder / UNIT).read_text("utf-8")
    (folder / UNIT).write_text(text.replace("街上共有", "街\u0007上共有"), encoding="utf-8")


def _huge(folder: Path) -> None:
    (folder / BANK).write_text("# " + "长" * 1_000_000, encoding="utf-8")


def _folder_for_file(folder: Path) -> None:
    (folder / UNIT).unlink()
    (folder / UNIT).mkdir()


def _unkeyed_test(folder: Path) -> None:
    bank = (folder / BANK).read_text("utf-8")
    talk = "talk:\n  kind: open\n  prompt: 说说理由。\n  evidence: levels\n"
    (folder / BANK).write_text(bank + talk, encoding="utf-8")
    course = (folder / COURSE).read_text("utf-8")
    (folder / COURSE).write_text(course + "tests: {before: demo:talk}\n", encoding="utf-8")


MADE: list[tuple[Callable[[Path], None], str, str, tuple[int, int]]] = [
    (_gbk, "encoding", BANK, (3, 11)),
    (_utf16, "encoding", CASE, (1, 1)),
    (_control, "character", UNIT, (7, 13)),
    (_huge, "too-large", BANK, (1, 1)),
    (_folder_for_file, "unreadable-file", UNIT, (1, 1)),
    (_unkeyed_test, "test-unkeyed", COURSE, (9, 17)),
]


@pytest.mark.parametrize(("spoil", "code", "file", "at"), MADE)
def test_files_that_are_no_text(
    spoil: Callable[[Path], None], code: str, file: str, at: tuple[int, int], tmp_path: Path
) -> None:
    """Another encoding, a control character, too much, or a folder in a file's place is one finding, without any that follow from it."""
    shutil.copytree(DEMO, tmp_path, dirs_exist_ok=True)
    spoil(tmp_path)
    found = check(load(tmp_path))
    assert [(d.code, d.span.file, (d.span.line, d.span.column)) for d in found] == [(code, file, at)]


def test_every_code_has_an_example() -> None:
    """Each code that there is occurs in a bad file or among the files that are no text."""
    shown = {told.code for bad in BAD for told in _expected(bad.read_text("utf-8"))} | {code for _, code, _, _ in MADE}
    assert sorted(set(CODES) - shown) == []
    assert sorted(shown - set(CODES)) == []
