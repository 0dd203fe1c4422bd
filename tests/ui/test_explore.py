"""Blocks to explore: levers, what follows from them, lines and bars, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.access import Who
from casecourse.actions import joining, operating
from casecourse.checks import check
from casecourse.loading import Content
from casecourse.model.blocks import Explore
from casecourse.model.levers import beside, line, outcomes, range_of, values
from casecourse.store import Store, people
from tests.writing import course

MAIN = Path(__file__).parents[2] / "src" / "casecourse" / "ui" / "main.py"
KEY = "w-explore-demo-first-0"
UNIT = """
title: 算一算
minutes: 60
objectives: {see: {apply: 会算}}
blocks:
  - explore: 一人管几格，{{forces-dept}}够不够？
    id: span
    assumed: 兼管几格由你设定
    inputs:
      span: {label: 兼管, start: 2, min: 1, max: guess * 2, unit: 格}
      rate: {label: 到岗, start: 50, min: 0, max: 100, step: 0.5, unit: ％, by: number}
      who: {label: 算谁, options: {部门: forces-dept, 全部: forces}, start: 全部}
    outputs:
      - {label: 可覆盖, formula: who * span * rate, unit: 个}
      - {label: 每格, formula: who * rate / grids, unit: 人, decimals: 1}
      - {label: 比一, formula: 1 / (span - 3), unit: 个}
    along: span
    note: 共 {{grids}}。
  - explore: 两笔钱
    evidence: budget
    inputs:
      more: {label: 再加, start: 100, min: 0, max: budget, unit: 万元}
    outputs:
      - {label: 加以后, formula: budget + more, unit: 万元}
      - {label: 现在, formula: budget, unit: 万元}
  - exercise: seen
"""


@pytest.fixture
def content(tmp_path: Path) -> Content:
    """The demo course with two blocks to explore."""
    return course(tmp_path / "course", unit_yaml=UNIT)


def block(content: Content, n: int) -> Explore:
    """The nth block."""
    found = content.course.cases[0].units[0].blocks[n]
    assert isinstance(found, Explore)
    return found


def test_levers_take_their_ends_from_formulas_and_their_steps_from_their_extent(content: Content) -> None:
    """A plain number stands in the lever's unit, a formula is converted; steps are fine enough and no finer."""
    number = content.course.facts.of("demo").number
    span = range_of(block(content, 0).inputs["span"], number)
    assert (span.low, span.high, span.start, span.step, span.decimals) == (1, 12, 2, 1, 0)
    rate = range_of(block(content, 0).inputs["rate"], number)
    assert (rate.high, rate.step, rate.decimals) == (100, Decimal("0.5"), 1)
    more = range_of(block(content, 1).inputs["more"], number)
    assert (more.low, more.high, more.step, more.decimals) == (0, 3074, 20, 0)


def test_outputs_follow_from_what_is_set(content: Content) -> None:
    """Units are converted; where a formula has no value there is none, and the others stand."""
    number = content.course.facts.of("demo").number
    found = block(content, 0)
    chosen: dict[str, Decimal | str] = {"span": Decimal(3), "rate": Decimal(50), "who": "部门"}
    assert values(found, chosen, number) == {"span": 3, "rate": Decimal("0.5"), "who": 1467}
    covered, each, none = outcomes(found, chosen, number)
    assert covered == Decimal("2200.5")
    assert each is not None
    assert found.outputs[1].shown(each) == "2.0\u00a0人"
    assert none is None
    assert outcomes(block(content, 1), {"more": Decimal(100)}, number) == [3174, 3074]


def test_a_line_runs_from_end_to_end(content: Content) -> None:
    """The points of a line lie between the ends, and where there is no value the line has a hole."""
    number = content.course.facts.of("demo").number
    found = block(content, 0)
    ends = range_of(found.inputs["span"], number)
    xs, rows = line(found, {"span": Decimal(2), "rate": Decimal(100), "who": "全部"}, number, ends)
    assert (xs[0], xs[-1]) == (1, 12)
    assert [row[0] for row in (rows[0], rows[-1])] == [2139, 2139 * 12]
    assert len(xs) == len(rows) == 12


def test_what_is_set_is_compared(content: Content) -> None:
    """Along a lever: both its ends and where it stands, each once; else every option; without either nothing."""
    number = content.course.facts.of("demo").number
    found = block(content, 0)
    ends = {"span": range_of(found.inputs["span"], number)}
    chosen: dict[str, Decimal | str] = {"span": Decimal(2), "rate": Decimal(100), "who": "全部"}
    along = beside(found, chosen, number, ends)
    assert [(head, row[0]) for head, row in along] == [("1 格", 2139), ("2 格", 4278), ("12 格", 2139 * 12)]
    assert [head for head, _ in beside(found, {**chosen, "span": Decimal(1)}, number, ends)] == ["1 格", "12 格"]
    options = beside(found.model_copy(update={"along": ""}), chosen, number, {})
    assert [(head, row[0]) for head, row in options] == [("部门", 1467 * 2), ("全部", 4278)]
    assert beside(block(content, 1), {"more": Decimal(100)}, number, {}) == []


def test_a_block_to_explore_is_checked_and_counts(content: Content) -> None:
    """It passes the check; its facts count as shown, and it takes minutes of the unit."""
    assert [d for d in check(content) if d.span.file.startswith("cases")] == []
    assert "minutes" in {d.code for d in check(_shorter(content))}


def _shorter(content: Content) -> Content:
    return course(content.root, unit_yaml=UNIT.replace("minutes: 60", "minutes: 4"))


Visit = Callable[[], AppTest]


@pytest.fixture
def opened(content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of that course."""
    monkeypatch.setenv("CASECOURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CASECOURSE_CONTENT", str(content.root))
    monkeypatch.delenv("CASECOURSE_STORE", raising=False)
    store = operating.store()
    yield store
    store.close()


@pytest.fixture
def app(opened: Store) -> AppTest:
    """The unit, opened by a student."""
    who: Who = joining.as_student(people.join(opened, people.list_classes(opened)[0].id, "陈一"))
    app = AppTest.from_file(str(MAIN), default_timeout=30)
    app.session_state["who"] = who
    app.run()
    app.query_params["case"], app.query_params["unit"] = "demo", "first"
    app.switch_page("screens/unit.py").run()
    assert not app.exception
    return app


def metrics(app: AppTest) -> dict[str, str]:
    """Label → figure of every metric on the page."""
    return {m.label: m.value for m in app.metric}


def test_moving_a_lever_changes_what_follows(app: AppTest) -> None:
    """The figures answer to slider, field and choice; a formula without a value shows a dash; nothing is stored."""
    assert metrics(app)["可覆盖"].startswith("2139 ")
    app.slider(key=f"{KEY}-span").set_value(3).run()
    assert metrics(app)["可覆盖"].startswith("3208.5 ")
    assert metrics(app)["比一"] == "—"
    app.number_input(key=f"{KEY}-rate").set_value(100.0).run()
    assert metrics(app)["可覆盖"].startswith("6417 ")
    app.button_group(key=f"{KEY}-who").set_value("部门").run()
    assert metrics(app)["可覆盖"].startswith("4401 ")
    assert not app.exception


def test_the_same_figures_stand_in_a_table(app: AppTest) -> None:
    """One column for each point or option to compare, as printed; a block with neither has no table."""
    (table,) = app.table
    assert list(table.value.columns) == ["1 格", "2 格", "12 格"]
    assert list(table.value.index) == ["可覆盖", "每格", "比一"]
    app.slider(key=f"{KEY}-span").set_value(3).run()
    assert list(app.table[0].value.loc["比一"]) == ["-0.5\u00a0个", "—", "0.11\u00a0个"]


def test_it_says_how_it_is_computed_and_from_what(app: AppTest) -> None:
    """Formulas in words, facts with their origin, what is set by the reader, and the author's assumption."""
    said = "\n".join(str(m.value) for m in [*app.markdown, *app.caption])
    assert "可覆盖 = 算谁 × 兼管 × 到岗" in said
    assert "由你设定：兼管、到岗、算谁" in said
    assert "#from-assumed" in said
    assert "教学设定：兼管几格由你设定" in said
    assert "一人管几格，1467\u00a0人够不够？" in said.replace("\u2060", "")
