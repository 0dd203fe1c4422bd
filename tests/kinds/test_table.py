"""table: how cells are asked for, judged, counted and shown."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from casecourse.grading import JSON, ExerciseBase, Unreadable, grade
from casecourse.kinds.table import FilledTable
from casecourse.ui.kinds.table import restore
from tests.writing import codes, course, exercise

LEVELS = """
    kind: table
    prompt: 三级各管什么？
    points: 4
    columns:
      - {text: 名称, given: true}
      - {text: 谁来办, options: [社区, 街道, 区]}
      - {text: 每格人数, unit: 人, decimals: 1}
      - 一句话
    rows:
      第一级:
        - 微循环
        - {accept: 社区, why: 最近的一级。, mistakes: [{answer: 街道, why: 那是第二级。, credit: 0.5}]}
        - =forces / grids
        - 自填
      第二级:
        - 小循环
        - 街道
        - 源文未载
        - {accept: [上交 | 转办, 报告…], why: 办不了的往上走。}
    assumed: 自拟
    """
FULL = {
    "第一级": {"谁来办": "社区", "每格人数": "5.8", "一句话": "随便"},
    "第二级": {"谁来办": "街道", "每格人数": "源文未载", "一句话": "转办"},
}


def share(found: ExerciseBase, raw: JSON) -> Decimal | None:
    """The share that an answer earns."""
    return grade(found, raw)[1].share


def test_the_whole_table_earns_everything(tmp_path: Path) -> None:
    """Dropdown, formula, 源文未载 and words all right: share 1, score the points."""
    verdict = grade(exercise(tmp_path, LEVELS), FULL)[1]
    assert (verdict.share, verdict.score) == (Decimal(1), Decimal("4.00"))
    assert verdict.matched == (
        "第一级 · 谁来办", "第一级 · 每格人数", "第二级 · 谁来办", "第二级 · 每格人数", "第二级 · 一句话",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column", "typed", "earned"),
    [
        ("第一级", "谁来办", "", "0.8"),
        ("第一级", "谁来办", "街道", "0.9"),
        ("第一级", "谁来办", "区", "0.8"),
        ("第一级", "谁来办", "源文未载", "0.8"),
        ("第一级", "每格人数", "5.79 人", "1"),
        ("第一级", "每格人数", "五点八", "1"),
        ("第一级", "每格人数", "6", "0.8"),
        ("第一级", "每格人数", "不知道", "0.8"),
        ("第一级", "一句话", "", "1"),
        ("第二级", "每格人数", "5.8", "0.8"),
        ("第二级", "一句话", "上交", "1"),
        ("第二级", "一句话", "报告街道", "1"),
        ("第二级", "一句话", "不管", "0.8"),
    ],
)
def test_the_share_is_the_mean_of_the_cells(tmp_path: Path, row: str, column: str, typed: str, earned: str) -> None:
    """Each of five scored cells is a fifth; an empty one is 0, a mistake its credit, a free one is not counted."""
    answer = {r: dict(cells) for r, cells in FULL.items()} | {row: {**FULL[row], column: typed}}
    assert share(exercise(tmp_path, LEVELS), answer) == Decimal(earned)


def test_rows_left_out_are_empty(tmp_path: Path) -> None:
    """An answer may hold a single cell; all others count 0."""
    assert share(exercise(tmp_path, LEVELS), {"第一级": {"谁来办": "社区"}}) == Decimal("0.2")


def test_reasons_stand_at_what_was_answered(tmp_path: Path) -> None:
    """A mistake's reason comes before the cell's own, which a wrong answer gets; a right or an empty cell gets none."""
    found = exercise(tmp_path, LEVELS)
    answer = {"第一级": {"谁来办": "街道"}, "第二级": {"谁来办": "街道", "一句话": "不管"}}
    notes = {n.about: (n.state, n.why) for n in grade(found, answer)[1].notes}
    assert notes == {
        "第一级 · 谁来办": ("part", "那是第二级。"),
        "第二级 · 谁来办": ("right", ""),
        "第二级 · 一句话": ("wrong", "办不了的往上走。"),
    }


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"第三级": {"谁来办": "区"}}, "没有这一行"),
        ({"第一级": {"没有的栏": "区"}}, "没有这一栏"),
        ({"第一级": {"名称": "微循环"}}, "没有这一栏"),
        ({"第一级": {"谁来办": "镇"}}, "没有这个选项"),
        ({"第一级": {"谁来办": ""}}, "还没有填"),
        ({}, "还没有填"),
        ({"第一级": ["社区"]}, "形状"),
        ({"第一级": {"谁来办": 1}}, "形状"),
        ([], "形状"),
        (None, "形状"),
    ],
)
def test_what_is_no_table(tmp_path: Path, raw: JSON, said: str) -> None:
    """Unknown rows, columns and options, shown columns, nothing at all and other shapes are unreadable."""
    with pytest.raises(Unreadable, match=said):
        exercise(tmp_path, LEVELS).read(raw)


def test_a_column_gives_its_reason_where_a_cell_has_none(tmp_path: Path) -> None:
    """Its own mistake and its own reason come first; a cell without either says the column's, and a right one says nothing."""
    text = LEVELS.replace("options: [社区, 街道, 区]}", "options: [社区, 街道, 区], why: 从最近的一级数起。}")
    table = exercise(tmp_path, text)
    wrong = {"第一级": {"谁来办": "区", "每格人数": "3"}, "第二级": {"谁来办": "区"}}
    notes = {n.about: n.why for n in grade(table, wrong)[1].notes}
    assert notes == {
        "第一级 · 谁来办": "最近的一级。",
        "第一级 · 每格人数": "",
        "第二级 · 谁来办": "从最近的一级数起。",
    }
    assert {n.why for n in grade(table, FULL)[1].notes} == {""}


def test_a_cells_options_stand_before_its_columns_and_the_tables(tmp_path: Path) -> None:
    """The nearest dropdown counts, `[]` switches it off, and 源文未载 is always among what is offered."""
    found = exercise(
        tmp_path,
        """
        kind: table
        prompt: 填
        options: [全表]
        columns: [甲, {text: 乙, options: [一栏]}, 丙, 丁]
        rows:
          行: [全表, {accept: 一格, options: [一格, 另一格]}, {accept: 随便, options: []}, 源文未载]
        assumed: 自拟
        """,
    )
    assert isinstance(found, FilledTable)
    offered = {column.text: found.choices(column, blank) for _, column, blank in found.asked()}
    assert offered == {
        "甲": ("全表", "源文未载"),
        "乙": ("一格", "另一格", "源文未载"),
        "丙": (),
        "丁": ("全表", "源文未载"),
    }
    assert share(found, {"行": {"甲": "全表", "乙": "一格", "丙": "随便", "丁": "源文未载"}}) == 1


def test_a_cells_unit_and_decimals_stand_before_its_columns(tmp_path: Path) -> None:
    """A cell that declares its own unit or decimals is judged by them."""
    found = exercise(
        tmp_path,
        """
        kind: table
        prompt: 填
        columns: [{text: 甲, unit: 元, decimals: 0}]
        rows:
          一: =budget / people
          二: {answer: budget / people, decimals: 2}
          三: {answer: budget, unit: 万元}
          四: {answer: budget, unit: 万元, tolerance: 2％}
        assumed: 自拟
        """,
    )
    cells = {"一": "21", "二": "21.2", "三": "3074", "四": "3100"}
    assert share(found, {row: {"甲": typed} for row, typed in cells.items()}) == 1
    assert share(found, {"二": {"甲": "21"}}) == 0
    assert share(found, {"三": {"甲": "3075"}}) == 0


def test_given_cells_show_their_fact_or_their_computed_value(tmp_path: Path) -> None:
    """A shown column may hold words, facts and formulas; nothing of it is asked."""
    found = exercise(
        tmp_path,
        """
        kind: table
        prompt: 填
        columns: [{text: 数, given: true, unit: 人}, {text: 说法, given: true}, 判断]
        rows:
          行: [=forces, '{{rate}}', 自洽]
        assumed: 自拟
        """,
    )
    assert isinstance(found, FilledTable)
    cells = zip(found.columns, found.rows["行"], strict=True)
    assert [found.cell_key(c, b) for c, b in cells] == ["2139\u00a0人", "98.0％", "自洽"]
    assert [b.accept for b in found.public().rows["行"]] == [("2139\u00a0人",), ("98.0％",), ("自填",)]


def test_an_answer_survives_a_renamed_row_and_column(tmp_path: Path) -> None:
    """What was answered under the earlier names counts under the present ones; a stored answer can be put back."""
    found = exercise(tmp_path, LEVELS.rstrip() + "\n    was: {第一级: 一级, 谁来办: 谁办}")
    assert found.read({"一级": {"谁办": "社区"}}) == {"第一级": {"谁来办": "社区"}}
    assert share(found, {"一级": {"谁来办": "社区"}, "第二级": {"谁办": "街道"}}) == Decimal("0.4")
    assert restore(found, {"一级": {"谁办": "区"}}, key="k") == {"w-k-0-1": "区"}
    with pytest.raises(Unreadable, match="没有这一行"):
        found.read({"零级": {"谁办": "社区"}})


def test_a_table_of_free_cells_has_no_score(tmp_path: Path) -> None:
    """自填 everywhere: gathered, never scored."""
    found = exercise(tmp_path, "kind: table\nprompt: 填\ncolumns: [甲]\nrows: {行: 自填}\nassumed: 自拟")
    assert not found.keyed
    assert grade(found, {"行": {"甲": "我们街"}})[1].share is None


def test_tally_counts_cells_and_merges_the_class(tmp_path: Path) -> None:
    """Figures and words that read the same count together; the merged table holds each cell's most frequent answer."""
    found = exercise(tmp_path, LEVELS)
    answers: list[JSON] = [
        {"第一级": {"每格人数": "5.8", "谁来办": "区"}},
        {"第一级": {"每格人数": "5.80 人"}},
        {"第一级": {"每格人数": "6"}},
    ]
    counted = found.tally(answers)
    assert counted.n == 3
    assert counted.slots["第一级 · 每格人数"] == {"5.8": 2, "6": 1}
    assert counted.slots["第二级 · 谁来办"] == {}
    assert counted.extra["merged"]["第一级 · 每格人数"] == "5.8"
    assert counted.extra["merged"]["第二级 · 谁来办"] == ""


def test_a_class_agrees_on_a_cell_or_splits(tmp_path: Path) -> None:
    """Two thirds of at least two people agree; fewer, or a single voice, is a cell to talk about; an empty cell is neither."""
    found = exercise(tmp_path, LEVELS)
    cells: list[JSON] = [{"第一级": {"每格人数": "5.8", "谁来办": who}} for who in ("区", "街镇")]
    counted = found.tally([*cells, {"第一级": {"每格人数": "6"}}, {"第二级": {"谁来办": "社区"}}])
    assert counted.slots["第一级 · 每格人数"] == {"5.8": 2, "6": 1}
    assert set(counted.extra["split"]) == {"第一级 · 谁来办", "第二级 · 谁来办"}


def test_public_is_the_same_whatever_the_key(tmp_path: Path) -> None:
    """Before release asked cells show only dropdown, unit and decimals, shown ones their text."""
    other = LEVELS.replace("accept: 社区,", "accept: 区,").replace("=forces / grids", "=forces - grids")
    other = other.replace("- 源文未载", "- =grids").replace("上交 | 转办", "不管")
    assert (
        exercise(tmp_path / "1", LEVELS).public().model_dump() == exercise(tmp_path / "2", other).public().model_dump()
    )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("columns: [甲, 乙]\n  rows: {行: 一}", "wrong-value"),
        ("columns: [甲, 甲]\n  rows: {行: [一, 二]}", "wrong-value"),
        ("columns: [{text: 甲, given: true}]\n  rows: {行: 一}", "wrong-value"),
        ("columns: [甲]\n  rows: {行: {accept: 一, answer: forces}}", "wrong-value"),
        ("columns: [甲]\n  rows: {行: {why: 没有答案}}", "wrong-value"),
        ("columns: [甲]\n  rows: {行: =forces /}", "bad-formula"),
    ],
)
def test_tables_that_cannot_be(tmp_path: Path, fields: str, code: str) -> None:
    """Cells that do not match the columns, equal columns, nothing asked, two keys, no key, a formula that cannot be read."""
    text = f"q:\n  kind: table\n  prompt: 填\n  assumed: 自拟\n  explain: 略\n  {fields}\n"
    assert codes(course(tmp_path, bank_yaml=text)) == [code]
