"""The name of a cell, read by ear on a laptop and shown to the eye on a phone; a key that the answer has said is not said again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.kinds.graph import Graph
from casecourse.kinds.table import FilledTable
from casecourse.kinds.text import Text
from casecourse.loading import Content
from casecourse.ui.components import answer_box
from casecourse.ui.kinds import graph, text
from casecourse.ui.kinds.table import _head
from casecourse.ui.look import CSS


def test_a_phone_shows_the_name_of_every_typed_cell() -> None:
    """Below the phone's width, the look answers every question that the box's hidden label asks of the page."""
    box = Path(answer_box.__file__).with_suffix(".css").read_text(encoding="utf-8")
    hidden = next(line for line in box.splitlines() if line.startswith(".label.hidden"))
    asked = set(re.findall(r"var\((--label-[a-z]+),", hidden))
    phone = CSS.read_text(encoding="utf-8").split("@media (max-width", 1)[1]
    cells = re.search(r'\[class\*="st-key-fill-"\] \{ (--label[^}]*)\}', phone)
    assert cells is not None
    assert asked
    assert set(re.findall(r"(--label-[a-z]+):", cells[1])) == asked


def test_a_column_names_a_unit_only_where_its_cells_share_one() -> None:
    """One unit stands over the column; cells counted in several units are not all headed by the first."""
    fields = {"kind": "table", "prompt": "算一算", "assumed": "教师设定", "columns": ["总数", "各数"]}
    rows = {
        "甲": [{"answer": "1", "unit": "家"}, {"answer": "1", "unit": "家"}],
        "乙": [{"answer": "2", "unit": "家"}, {"answer": "2", "unit": "％"}],
        "丙": ["源文未载", "源文未载"],
    }
    table = FilledTable.model_validate({**fields, "rows": rows})
    assert [_head(table, column) for column in table.columns] == ["总数（家）", "各数"]


def test_the_accepted_words_are_not_told_twice(monkeypatch: pytest.MonkeyPatch, content: Content) -> None:
    """Beside an answer in just these words they would stand a second time; beside any other they are given."""
    told: list[str] = []
    monkeypatch.setattr(text.marks, "notes", lambda *_: None)
    monkeypatch.setattr(text.marks, "row", lambda key, *_: told.append(key))
    asked = next(c for c in content.course.cases if c.id == "jiaxing").exercises["post-total"]
    assert isinstance(asked, Text)
    for words, rows in (("源文未载", []), ("2147", ["k-key"])):
        told.clear()
        text.review(asked, [words], asked.grade([words]), reveal=True, key="k")
        assert told == rows


def _given() -> None:
    """A table with one given column, asked."""

    from casecourse.kinds.table import FilledTable
    from casecourse.model.case import Case
    from casecourse.model.facts import Facts
    from casecourse.ui.kinds.table import ask

    fields = {"kind": "table", "prompt": "算一算", "assumed": "教师设定", "options": ["多", "少"]}
    columns = [{"text": "2013 年底", "given": True}, "比一比"]
    table = FilledTable.model_validate({**fields, "columns": columns, "rows": {"社团": ["3789", "多"]}})
    scope = Facts({"demo": Case(title="案", abstract="要")}).of("demo")
    ask(table.bound(scope), key="t", big=False, locked=False)


def test_a_given_cell_carries_its_column_to_the_phone() -> None:
    """Its column's name stands small before its value; the look hides it under a head and shows it in a phone's card."""
    app = AppTest.from_function(_given).run()
    assert not app.exception
    assert ":small[2013 年底] 3789" in [m.value for m in app.markdown]
    assert [s.label for s in app.selectbox] == ["社团：比一比"]
    wide, phone = CSS.read_text(encoding="utf-8").split("@media (max-width", 1)
    rule = r'\[class\*="st-key-fill-"\] p > span\[style\*="font-size"\] \{ display: ([a-z-]+);'
    assert re.findall(rule, wide) == ["none"]
    assert re.findall(rule, phone) == ["inline-block"]


@pytest.mark.parametrize(("reveal", "told"), [(False, "谁分管"), (True, "正确：副市长　谁分管")])
def test_a_wrong_box_says_why(monkeypatch: pytest.MonkeyPatch, content: Content, reveal: bool, told: str) -> None:
    """Beside the wrong filling stands the reason; what belongs there only after release."""
    rows: list[str] = []
    monkeypatch.setattr(graph.marks, "row", lambda _key, _state, _label, why, _badge: rows.append(why))
    monkeypatch.setattr(graph, "_marked", lambda *_: None)
    chart = next(c for c in content.course.cases if c.id == "jiaxing").exercises["seat-chart"]
    assert isinstance(chart, Graph)
    nodes = tuple(b.model_copy(update={"why": "谁分管"}) if b.text == "副书记" else b for b in chart.nodes)
    asked = chart.model_copy(update={"nodes": nodes})
    answer = asked.read({"fills": {"副书记": "市长"}})
    graph.review(asked, answer, asked.grade(answer), reveal=reveal, key="k")
    assert rows[asked.boxes.index("副书记")] == told
