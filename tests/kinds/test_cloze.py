"""cloze: how gaps in a running text are found, asked for, judged, counted and checked."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from casecourse.checks import check
from casecourse.grading import JSON, ExerciseBase, Unreadable, grade
from casecourse.kinds.cloze import Cloze
from tests.writing import codes, course, exercise

LOOP = """
    kind: cloze
    prompt: 补全。
    points: 5
    text: |
      微循环在[[micro]]，办不了的上交[[small]]；
      共 {{forces}}，每格约[[per]]人。

      走访哪九类人？[[nine]]，我们街上是[[own]]。
    options: [社区, 街道, 区]
    gaps:
      micro: 社区
      small: {accept: 街道, why: 先数清有几级。, mistakes: [{answer: 区, why: 隔了一级。, credit: 0.5}]}
      per: {answer: forces / grids, decimals: 1, unit: 人, options: []}
      nine: 源文未载
      own: {accept: 自填, options: []}
    assumed: 自拟
    explain: 略
    """
FULL = {"micro": "社区", "small": "街道", "per": "5.8", "nine": "源文未载", "own": "随便"}


def loop(folder: Path, text: str = LOOP) -> Cloze:
    """The exercise, as its kind."""
    found = exercise(folder, text)
    assert isinstance(found, Cloze)
    return found


def share(found: ExerciseBase, raw: JSON) -> Decimal | None:
    """The share that an answer earns."""
    return grade(found, raw)[1].share


def test_the_whole_text_earns_everything(tmp_path: Path) -> None:
    """Dropdown, formula and 源文未载 all right: share 1, score the points, and each gap is named as hit."""
    verdict = grade(loop(tmp_path), FULL)[1]
    assert (verdict.share, verdict.score) == (Decimal(1), Decimal("5.00"))
    assert verdict.matched == ("micro", "small", "per", "nine")


@pytest.mark.parametrize(
    ("gap", "typed", "earned"),
    [
        ("micro", "", "0.75"),
        ("micro", "区", "0.75"),
        ("micro", "源文未载", "0.75"),
        ("small", "区", "0.875"),
        ("per", "5.79 人", "1"),
        ("per", "五点八", "1"),
        ("per", "6", "0.75"),
        ("per", "源文未载", "0.75"),
        ("nine", "街道", "0.75"),
        ("own", "", "1"),
    ],
)
def test_the_share_is_the_mean_of_the_gaps(tmp_path: Path, gap: str, typed: str, earned: str) -> None:
    """Each of four scored gaps is a quarter; an empty one is 0, a mistake its credit, a free one is not counted."""
    assert share(loop(tmp_path), {**FULL, gap: typed}) == Decimal(earned)


def test_reasons_stand_at_what_was_answered(tmp_path: Path) -> None:
    """A mistake's reason comes before the gap's own, which another wrong answer gets; a right or empty gap gets none."""
    found = loop(tmp_path)
    first = {n.about: (n.state, n.why) for n in grade(found, {"micro": "社区", "small": "区"})[1].notes}
    assert first == {"micro": ("right", ""), "small": ("part", "隔了一级。")}
    assert [n.why for n in grade(found, {"small": "社区"})[1].notes] == ["先数清有几级。"]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"third": "区"}, "没有这个空"),
        ({"micro": "镇"}, "没有这个选项"),
        ({"micro": ""}, "还没有填"),
        ({}, "还没有填"),
        ({"micro": ["社区"]}, "形状"),
        ([], "形状"),
        (None, "形状"),
    ],
)
def test_what_fills_no_gap(tmp_path: Path, raw: JSON, said: str) -> None:
    """Unknown gaps and options, nothing at all and other shapes are unreadable."""
    with pytest.raises(Unreadable, match=said):
        loop(tmp_path).read(raw)


def test_source_silent_is_always_offered_and_an_empty_list_switches_the_dropdown_off(tmp_path: Path) -> None:
    """A gap has the shared dropdown with 源文未载 added, its own, or none where it writes `[]`."""
    found = loop(tmp_path)
    assert {name: found.gap(name).choices for name in found.gaps} == {
        "micro": ("社区", "街道", "区", "源文未载"),
        "small": ("社区", "街道", "区", "源文未载"),
        "per": (),
        "nine": ("社区", "街道", "区", "源文未载"),
        "own": (),
    }


def test_gaps_come_in_the_order_of_the_text_with_the_words_around_them(tmp_path: Path) -> None:
    """An answer is read in reading order, and each gap is told from the others by the words beside it."""
    found = loop(tmp_path)
    assert list(found.read(dict(reversed(FULL.items())))) == ["micro", "small", "per", "nine", "own"]
    assert found.around("micro") == "微循环在＿＿，办不了的上交…"
    assert found.around("per") == "…2139 人，每格约＿＿人"
    assert found.written({"micro": "社区", "per": "6"}) == "微循环在【社区】，办不了的上交…；…2139 人，每格约【6】人"


def test_tally_counts_by_gap(tmp_path: Path) -> None:
    """Figures and words that read the same count together, gap by gap."""
    answers: list[dict[str, str]] = [{"per": "5.8", "micro": "区"}, {"per": "5.80 人"}, {"per": "6"}]
    counted = loop(tmp_path).tally(answers)
    assert counted.n == 3
    assert counted.slots == {"micro": {"区": 1}, "small": {}, "per": {"5.8": 2, "6": 1}, "nine": {}, "own": {}}


def test_public_is_the_same_whatever_the_key(tmp_path: Path) -> None:
    """Before release a gap shows only its dropdown, unit and decimals."""
    other = LOOP.replace("micro: 社区", "micro: 区").replace("forces / grids", "forces - grids")
    other = (
        other.replace("nine: 源文未载", "nine: 街道")
        .replace("accept: 街道", "accept: 区")
        .replace("answer: 区", "answer: 社区")
    )
    assert loop(tmp_path / "1").public().model_dump() == loop(tmp_path / "2", other).public().model_dump()


@pytest.mark.parametrize(
    ("text", "gaps", "found"),
    [
        ("甲在[[a]]，乙在[[b]]。", "{a: 一}", [("unknown-gap", 4, 19, 24)]),
        ("甲在[[a]]，又在[[a]]。", "{a: 一}", [("duplicate-id", 4, 19, 24)]),
        ("甲在[[a]]。", "{a: 一, b: 二}", [("unused-gap", 5, 16, 17)]),
        ("甲在[[a]]，乙在[[b。", "{a: 一}", [("wrong-value", 4, 19, 21)]),
        ("甲在[[a]]，乙在[[]]。", "{a: 一}", [("unknown-gap", 4, 19, 23)]),
    ],
)
def test_text_and_entries_fit(tmp_path: Path, text: str, gaps: str, found: list[tuple[str, int, int, int]]) -> None:
    """A gap without an entry, twice or left open, and an entry without a gap, are told where they stand."""
    bank = f"q:\n  kind: cloze\n  prompt: 填\n  text: {text}\n  gaps: {gaps}\n  assumed: 自拟\n  explain: 略\n"
    told = [(d.code, d.span.line, d.span.column, d.span.end_column) for d in check(course(tmp_path, bank_yaml=bank))]
    assert told == found


def test_an_unquoted_gap_at_the_start_is_told_with_its_cure(tmp_path: Path) -> None:
    """`[[` at the start of a text or in a one-line list needs quotes; the message shows them."""
    bank = (
        "q:\n  kind: cloze\n  prompt: 填\n  text: [[a]]在社区。\n  gaps: {a: 微循环}\n  assumed: 自拟\n  explain: 略\n"
    )
    found = check(course(tmp_path, bank_yaml=bank))
    assert [(d.code, d.span.line, d.span.column) for d in found] == [("yaml-braces", 4, 9)]
    assert '"[[a]]在社区。"' in found[0].help


def test_an_edited_text_keeps_what_still_has_a_place(tmp_path: Path) -> None:
    """A text whose marks do not fit its entries is an error of the author; what students see still holds together."""
    bank = "q:\n  kind: cloze\n  prompt: 填\n  text: 甲[[a]]乙[[a]]丙[[x]]。\n  gaps: {a: 一, b: 二}\n  assumed: 自拟\n  explain: 略\n"
    found = course(tmp_path, bank_yaml=bank)
    assert codes(found) == ["duplicate-id", "unknown-gap", "unused-gap"]
    assert share(found.course.cases[0].exercises["q"], {"a": "一", "b": "二"}) == 1
