"""docs/kinds.md is fresh, its examples are without fault, and every answer in it earns what stands there; so does the gallery."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from casecourse.checks import check
from casecourse.cli import main
from casecourse.kinds import KINDS
from casecourse.loading import load
from tests import kindbook
from tests.kindbook import GALLERY, MANUAL

SECTION = re.compile(r"^## .+ `([a-z]+)`$", re.MULTILINE)
EXAMPLE = re.compile(r"```yaml\n(.*?)\n```\n\n?((?:- [^\n]*\n)*)", re.DOTALL)
LINE = re.compile(r"- `(?P<raw>.+?)` → (?:份额 )?(?P<share>[\d.]+|不计分|读不出)(?:：(?P<why>.*))?$")


@cache
def page() -> dict[str, list[tuple[str, list[str]]]]:
    """Kind → (the YAML of an example, its lines of answers), as they stand in the committed page."""
    _, *parts = SECTION.split(MANUAL.read_text("utf-8"))
    return {
        kind: [(text, answers.splitlines()) for text, answers in EXAMPLE.findall(body)]
        for kind, body in zip(parts[::2], parts[1::2], strict=True)
    }


def shown(line: str) -> re.Match[str]:
    """A line of the page with an answer, its verdict and the reasons."""
    found = LINE.match(line)
    assert found, line
    return found


def test_the_page_is_fresh() -> None:
    """`make kinds` would change nothing."""
    assert MANUAL.read_text("utf-8") == kindbook.manual()


def test_the_page_speaks_of_every_kind_in_the_registry_s_order() -> None:
    """Each kind has its section with two examples at least, and each example has answers to try."""
    assert list(page()) == list(KINDS)
    assert [k for k, found in page().items() if len(found) < 2] == []
    assert [text for found in page().values() for text, answers in found if not answers] == []


def test_examples_load_without_any_finding(tmp_path: Path) -> None:
    """What stands in the page can be copied: laid into the gallery's case it passes the strictest check."""
    root = Path(shutil.copytree(GALLERY, tmp_path / "gallery"))
    for bank in (root / "exercises").rglob("*.yaml"):
        bank.unlink()
    bank = "\n".join(text for found in page().values() for text, _ in found)
    (root / "exercises/gallery/page.yaml").write_text(bank + "\n", encoding="utf-8")
    content = load(root)
    assert [d.message for d in check(content)] == []
    assert len(content.course.cases[0].exercises) == sum(map(len, page().values()))


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_earns_what_stands_in_the_page(kind: str) -> None:
    """`casecourse try` gives each listed answer the share that is printed, with the reasons that are printed."""
    for text, lines in page()[kind]:
        name = text.partition(":")[0]
        for line in map(shown, lines):
            told = tried(name, line["raw"])
            if "unreadable" in told:
                assert (line["share"], line["why"]) == ("读不出", told["unreadable"])
                continue
            share = "不计分" if told["score"] is None else float(line["share"])
            assert share == (
                "不计分" if told["score"] is None else pytest.approx(told["score"] / told["max"], abs=0.006)
            )
            assert [n["why"] for n in told["notes"] if n["why"] not in (line["why"] or "")] == []


def tried(name: str, raw: str) -> dict[str, Any]:
    """What `casecourse try` says of an answer to an exercise of the gallery."""
    words = ["try", f"gallery:{name}", "--answer", raw, "--path", str(GALLERY), "--format", "json"]
    found = CliRunner().invoke(main, words)
    assert found.exit_code == 0, found.stderr
    told: dict[str, Any] = json.loads(found.stdout)
    return told


# ---- the gallery -----------------------------------------------------------------------------------------------------


def test_the_gallery_shows_every_kind_twice() -> None:
    """Once simple, once with its special powers; and each of its exercises is placed in a unit."""
    (case,) = load(GALLERY).course.cases
    placed = [case.exercises[name].kind for unit in case.units for name in unit.exercise_refs]
    assert [k for k in KINDS if Counter(placed)[k] < 2] == []
    assert {name for unit in case.units for name in unit.exercise_refs} == set(case.exercises)


def test_the_gallery_passes_the_strictest_check() -> None:
    """No error and no reminder."""
    assert [d.message for d in check(load(GALLERY))] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_gallery_s_answers_earn_what_their_author_expects(kind: str) -> None:
    """The answers written beside each exercise of the gallery come out as written there."""
    for example in kindbook.examples(kind):
        found = [(a.raw, kindbook.outcome(example.exercise, a.raw)[0]) for a in example.answers]
        assert found == [(a.raw, a.expects) for a in example.answers], example.name


@pytest.mark.parametrize("kind", KINDS)
def test_the_gallery_tries_right_partly_right_and_what_is_no_answer(kind: str) -> None:
    """Over a kind's examples there is a full share, one in between, none at all, and something that cannot be read."""
    examples = kindbook.examples(kind)
    came = {kindbook.outcome(e.exercise, a.raw)[0] for e in examples for a in e.answers}
    if any(e.exercise.keyed for e in examples):
        assert {"1", "0"} <= came
        assert any(re.fullmatch(r"0\.\d+", c) for c in came)
    else:
        assert "不计分" in came
    assert "读不出" in came
