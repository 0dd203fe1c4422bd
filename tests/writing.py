"""Writing a course for a test: YAML texts laid into a folder around the small valid course of tests/content/demo."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from textwrap import dedent

from casecourse.checks import check
from casecourse.grading import ExerciseBase
from casecourse.loading import Content, load

CONTENT = Path(__file__).parent / "content"
DEMO = CONTENT / "demo"
CASE = "cases/demo/case.yaml"
UNIT = "cases/demo/units/01-first.yaml"
BANK = "exercises/demo/bank.yaml"
COURSE = "cases/course.yaml"
NOTE = "cases/demo/note.yaml"

_EXERCISE = re.compile(r"^([a-z][a-z0-9-]*):", re.MULTILINE)


def course(folder: Path, case_yaml: str = "", unit_yaml: str = "", bank_yaml: str = "") -> Content:
    """Load the demo course with the given texts in the place of its case, its unit and its bank.

    Where a bank but no unit is given, the demo's unit places every exercise of that bank.
    """
    shutil.copytree(DEMO, folder, dirs_exist_ok=True)
    for file, text in ((CASE, case_yaml), (UNIT, unit_yaml), (BANK, bank_yaml)):
        if text:
            (folder / file).write_text(dedent(text), encoding="utf-8")
    if bank_yaml and not unit_yaml:
        place(folder, dedent(bank_yaml))
    return load(folder)


def place(folder: Path, bank: str) -> None:
    """Let the demo's unit below `folder` place the exercises of `bank`, and no others."""
    unit = (DEMO / UNIT).read_text(encoding="utf-8").replace("  - exercise: seen\n", "")
    blocks = "".join(f"  - exercise: {name}\n" for name in dict.fromkeys(_EXERCISE.findall(bank)))
    (folder / UNIT).write_text(unit + blocks, encoding="utf-8")


def exercise(folder: Path, text: str, name: str = "q") -> ExerciseBase:
    """The exercise `name` of the demo course whose fields are `text`, bound to the demo's facts.

    Raises AssertionError with what loading found, where the text is not valid.
    """
    content = course(
        folder, bank_yaml=f"{name}:\n" + "".join(f"  {line}\n" for line in dedent(text).strip().split("\n"))
    )
    assert content.diagnostics == []
    return content.course.cases[0].exercises[name]


def codes(content: Content) -> list[str]:
    """The codes of everything that is wrong with it, in the order of files and places."""
    return [d.code for d in check(content)]
