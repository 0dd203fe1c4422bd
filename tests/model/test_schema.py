"""The schemas that editors read: fresh, documented, and of one mind with the reader about what may be written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from casecourse.kinds import KINDS
from casecourse.model.blocks import BLOCKS
from casecourse.model.schema import schemas, write

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT, *(ROOT / "tests" / "content" / name for name in ("demo", "teaching")), ROOT / "docs" / "gallery")
SHIPPED = [f for r in FOLDERS for d in ("cases", "exercises") for f in sorted((r / d).rglob("*.yaml"))]


def schema_of(file: Path) -> str:
    """Which schema speaks of a content file."""
    if "exercises" in file.parts:
        return "exercises"
    return file.stem if file.name in ("course.yaml", "case.yaml", "note.yaml") else "unit"


def as_editor(text: str) -> Any:
    """What an editor sees: numbers and truth values typed by YAML, dates and keys as text."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def faults(name: str, data: Any) -> list[str]:
    """What the committed schema has against `data`."""
    schema = json.loads((ROOT / "schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    return [f"{list(e.absolute_path)}: {e.message}" for e in jsonschema.Draft7Validator(schema).iter_errors(data)]


def exercise(text: str) -> Any:
    """A bank with one exercise, from its fields."""
    return as_editor("one: {prompt: 问, " + text + "}")


def block(text: str) -> Any:
    """A unit with one block, from its fields."""
    return as_editor("{title: 题, minutes: 5, objectives: {a: {apply: 做}}, blocks: [{" + text + "}]}")


def fact(text: str) -> Any:
    """A case with one fact, from its fields."""
    return as_editor("{title: 题, abstract: 述, facts: {a: {label: 名, " + text + "}}}")


def test_the_committed_schemas_are_fresh(tmp_path: Path) -> None:
    """`make schema` would change nothing."""
    fresh = {f.name: f.read_text(encoding="utf-8") for f in write(tmp_path)}
    assert {f.name: f.read_text(encoding="utf-8") for f in (ROOT / "schema").iterdir()} == fresh


@pytest.mark.parametrize("file", SHIPPED, ids=lambda f: f.relative_to(ROOT).as_posix())
def test_shipped_content_has_no_red_underline(file: Path) -> None:
    """Every file of the course that comes along validates as an editor reads it."""
    assert faults(schema_of(file), as_editor(file.read_text(encoding="utf-8"))) == []


ACCEPTED = {
    "options that are plain lines": ("exercises", exercise("kind: choice, options: [甲, 乙]")),
    "options that are numbers": ("exercises", exercise("kind: choice, options: [12, 2.5]")),
    "options that are blocks": ("exercises", exercise("kind: choice, options: [{right: 甲}, {wrong: 乙, why: 误}]")),
    "a key that is a number": ("exercises", exercise("kind: number, answer: 3074, unit: 人")),
    "a key that is a formula": ("exercises", exercise("kind: number, answer: a - b, tolerance: 2％")),
    "one accepted answer without a list": ("exercises", exercise("kind: text, accept: 社区")),
    "a note": (
        "note",
        as_editor(
            "{purpose: 用, audience: 甲, questions: {q: {text: 问, serves: a}}, analysis: 想, theory: {论: {use: 释, external: 补}},"
            " essentials: 要点, minutes: 5, plan: {课: [{do: 讲, minutes: 5, mode: plenary}]}}"
        ),
    ),
    "one line where several may stand, however long": (
        "unit",
        block("metrics: forces-dept-per-grid"),
    ),
    "columns as lines and blocks": (
        "exercises",
        exercise("kind: table, columns: [a, {text: b}], rows: {甲: [1, {answer: 2}], 乙: [=x, 源文未载]}"),
    ),
    "points that are a fraction": ("exercises", exercise("kind: open, points: 2.5")),
    "a value that is a number": ("case", fact("value: 3074, at: 第 2 页")),
    "a value that is a list": ("case", fact("value: [甲, 乙], at: 第 2 页")),
    "a value that is a date": ("case", fact("value: 2020-03-09, at: 第 2 页")),
    "a margin that is a number": ("case", fact("value: 3.5, at: 1, margin: 0.5")),
    "cases as lines and blocks": ("course", as_editor("{title: 课, cases: [a, {case: b, opens: 2025-09-01}]}")),
    "a table to read": ("unit", block("table: 表, columns: [a, {text: b}], rows: {甲: [1, 2]}")),
    "an event that is a fact's id": ("unit", block("timeline: 线, events: [a, {when: 2014, text: 事}]")),
    "one metric without a list": ("unit", block("metrics: a")),
    "a switch": ("unit", block("prose: 文, extra: true")),
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_an_editor_accepts_what_the_reader_accepts(what: str) -> None:
    """Short forms, numbers where text is meant, and lists of one are not underlined."""
    name, data = ACCEPTED[what]
    assert faults(name, data) == []


REFUSED = {
    "an unknown field of a course": ("course", as_editor("{title: 课, cases: [a], nonsense: 1}")),
    "an unknown field of a case": ("case", as_editor("{title: 题, abstract: 述, nonsense: 1}")),
    "an unknown field of a fact": ("case", fact("value: 1, at: 1, nonsense: 1")),
    "an unknown field of a block": ("unit", block("prose: 文, nonsense: 1")),
    "an unknown field of a column": ("unit", block("table: 表, columns: [{text: a, nonsense: 1}], rows: {甲: [1]}")),
    "an unknown field of an exercise": ("exercises", exercise("kind: open, nonsense: 1")),
    "an unknown field of an option": ("exercises", exercise("kind: choice, options: [甲, {text: 乙, nonsense: 1}]")),
    "an unknown kind": ("exercises", exercise("kind: nonsense")),
    "an unknown chart": ("unit", block("chart: nonsense, title: 题, facts: [a]")),
    "nine metrics in a row": ("unit", block("metrics: [a, b, c, d, e, f, g, h, i]")),
    "a mode of teaching that there is not": (
        "note",
        as_editor(
            "{purpose: 用, audience: 甲, questions: {q: {text: 问, serves: a}}, analysis: 想, theory: {论: {use: 释, external: 补}},"
            " essentials: 要点, minutes: 5, plan: {课: [{do: 讲, minutes: 5, mode: nonsense}]}}"
        ),
    ),
    "a bad id": ("case", as_editor("{title: 题, abstract: 述, facts: {A b: {label: 名, value: 1, at: 1}}}")),
    "a bad id of an exercise": ("exercises", as_editor("A b: {kind: open, prompt: 问}")),
    "no prompt": ("exercises", as_editor("one: {kind: open}")),
    "minutes in words": ("unit", as_editor("{title: 题, minutes: 很久, objectives: {a: {apply: 做}}, blocks: []}")),
}


@pytest.mark.parametrize("what", REFUSED)
def test_an_editor_underlines_what_is_wrong(what: str) -> None:
    """An unknown field, kind or word and a missing field are seen while typing."""
    name, data = REFUSED[what]
    assert faults(name, data) != []


def described(node: Any, path: str = "") -> Iterator[tuple[str, bool]]:
    """(path, has a description) of every property below a schema's node."""
    if isinstance(node, dict):
        properties = node.get("properties")
        if isinstance(properties, dict):
            yield from ((f"{path}.{name}", "description" in p) for name, p in properties.items())
        for key, below in node.items():
            yield from described(below, f"{path}.{key}")
    elif isinstance(node, list):
        for n, below in enumerate(node):
            yield from described(below, f"{path}[{n}]")


@pytest.mark.parametrize("name", schemas())
def test_every_field_explains_itself_on_hover(name: str) -> None:
    """Whatever an author can write says what it means while she writes it."""
    found = dict(described(schemas()[name]))
    assert found
    assert [path for path, explained in found.items() if not explained] == []


def test_every_kind_and_block_is_completed() -> None:
    """The editor offers each kind of exercise and each block."""
    assert [k for k in KINDS if f'"const": "{k}"' not in json.dumps(schemas()["exercises.schema.json"])] == []
    required = [d.get("required", ()) for d in schemas()["unit.schema.json"]["definitions"].values()]
    assert [b for b in BLOCKS if not any(b in names for names in required)] == []
