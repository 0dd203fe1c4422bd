"""The craft rules: chance is reckoned exactly, and every example of the documentation does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from casecourse.checks import check
from casecourse.checks.craft import FEWEST, tail
from casecourse.diagnostics import CODES
from tests.conftest import ROOT
from tests.writing import course

PAGE = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
EXAMPLES = {
    m[1]: (m[2], m[3])
    for m in re.finditer(
        r"^## `([a-z-]+)`.*?```yaml\n# 坏.*?\n(.*?)```.*?```yaml\n# 好.*?\n(.*?)```", PAGE, re.M | re.S
    )
}
WRITING = ("longest-key", "key-position", "options-equal", "distractor-why", "no-question", "typed-figure")
OWN = ("allow-reason", "allow-unused")


def codes(folder: Path, bank: str) -> list[str]:
    """What is said of a bank, its exercises placed in the demo's unit."""
    return [d.code for d in check(course(folder, bank_yaml=bank))]


def test_every_rule_of_craft_has_its_examples() -> None:
    """The page has a bad and a good example for each."""
    assert set(EXAMPLES) == {*WRITING, *OWN}


@pytest.mark.parametrize("code", [*WRITING, *OWN])
def test_the_examples_do_what_they_say(code: str, tmp_path: Path) -> None:
    """The bad example is told by its code and by no error; the good one by nothing at all."""
    bad, good = EXAMPLES[code]
    found = codes(tmp_path / "bad", bad)
    assert code in found
    assert set(found) <= {code, *(("distractor-why",) if code == "allow-reason" else ())}
    assert CODES[code] == "warning"
    assert codes(tmp_path / "good", good) == []


def test_chance_is_reckoned_as_one_would_by_hand() -> None:
    """The tail of independent hits with odds of their own; beyond two hundred questions a bound that is never below it."""
    assert tail([1 / 2, 1 / 2], 2) == pytest.approx(1 / 4)
    assert tail([1 / 2, 1 / 3], 1) == pytest.approx(2 / 3)
    assert tail([1 / 3] * 3, 0) == pytest.approx(1)
    assert tail([], 0) == 1
    assert tail([1 / 4] * 4, 4) == pytest.approx(1 / 256)
    assert tail([1 / 4] * 4, 5) == 0
    for hits in (40, 60, 80):
        assert tail([1 / 4] * 200, hits) <= tail([1 / 4] * 201, hits)
    assert tail([1 / 4] * 10_000, 5_000) < 1e-9


def question(n: int, *, longest: bool, place: int = 0, shuffle: bool = True) -> str:
    """A question whose key is the longest option or is not, at a place among four."""
    options = [f"    - {{wrong: 第{n}{x}错, why: 错。}}\n" for x in "甲乙丙"]
    options.insert(place, "    - {right: 这一项对的}\n" if longest else "    - {right: 对}\n")
    fixed = "" if shuffle else "  shuffle: false\n"
    return f"q{n}:\n  kind: choice\n  prompt: 哪一项？\n{fixed}  options:\n{''.join(options)}  assumed: 自拟\n  explain: 略\n"


@pytest.mark.parametrize(
    ("longest", "of", "expected"), [(4, 4, True), (3, 4, False), (4, 6, True), (3, 6, False), (3, 3, False)]
)
def test_a_bank_is_told_when_the_longest_is_the_key_too_often(
    longest: int, of: int, expected: bool, tmp_path: Path
) -> None:
    """Four of four and four of six are no chance with four options; three of four are, and fewer than four say nothing."""
    bank = "".join(question(n, longest=n < longest) for n in range(of))
    assert codes(tmp_path, bank) == (["longest-key"] if expected else [])


@pytest.mark.parametrize(
    ("places", "shuffle", "expected"),
    [
        ([1, 1, 1, 1], False, True),
        ([1, 1, 1, 1], True, False),
        ([1, 1, 1, 2, 0], False, False),
        ([3, 3, 3, 3, 3, 0], False, True),
        ([2] * (FEWEST - 1), False, False),
        ([0, 1, 2, 3, 0, 1], False, False),
    ],
)
def test_a_bank_is_told_when_unshuffled_keys_stand_in_one_place(
    places: list[int], shuffle: bool, expected: bool, tmp_path: Path
) -> None:
    """Only where the author fixed the order, and only beyond what chance would bring."""
    bank = "".join(question(n, longest=False, place=p, shuffle=shuffle) for n, p in enumerate(places))
    assert codes(tmp_path, bank) == (["key-position"] if expected else [])


FIGURES = [
    ("共 2139 人下沉", True),
    ("共2139人", True),
    ("共 ２１３９ 人", True),
    ("共 2139 多人", True),
    ("投入 3074 万元", True),
    ("办结率 98.0％", True),
    ("办结率 98.0%", True),
    ("共 12139 人", False),
    ("共 2139.5 人", False),
    ("共 2139 个", False),
    ("共 {{forces}}", False),
    ("占 40％", False),  # two digits are chance
    ("10 家里的 40 家", False),
    ("2013 年开始", False),
    ("每格应有 6 人", False),
    ("第 2139 页", False),
]


@pytest.mark.parametrize(("text", "expected"), FIGURES)
def test_a_typed_figure_is_told_only_where_it_is_no_chance(text: str, expected: bool, tmp_path: Path) -> None:
    """Digits and unit as the fact prints them, in any width and with 多 between; never a part of another number."""
    bank = f"q:\n  kind: open\n  prompt: 说说，{text}，为什么？\n  evidence: levels\n"
    assert codes(tmp_path, bank) == (["typed-figure"] if expected else [])


def test_what_a_student_may_type_is_not_told(tmp_path: Path) -> None:
    """Accepted answers and expected mistakes hold figures by right."""
    bank = (
        "q:\n  kind: text\n  prompt: 一共来了多少人？\n  accept: 2139 人 | 2139人\n"
        "  mistakes: [{answer: 1467 人, why: 这只是部门的。}]\n  evidence: forces\n  explain: 全部来人。\n"
    )
    assert codes(tmp_path, bank) == []
