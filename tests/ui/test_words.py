"""What is said once and in full: facts in timelines, labels of lines and arrows, the facts of an audit, the personal code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.access import ANONYMOUS
from casecourse.actions import joining, operating
from casecourse.checks import check
from casecourse.loading import Content
from casecourse.model.blocks import Chart
from casecourse.model.case import Case
from casecourse.model.facts import Facts, shown_in
from casecourse.store import Store, people
from casecourse.ui.blocks import chart, network
from casecourse.ui.blocks.diagram import dot, wrapped
from casecourse.ui.blocks.network import Link
from casecourse.ui.blocks.passage import single
from casecourse.ui.blocks.table import form
from casecourse.ui.evidence import origins
from casecourse.ui.kinds import TWINS
from casecourse.ui.look.curves import APART, HEIGHT, Curve, Point, curves, plane, raises
from tests.ui.test_screens import MAIN, Open, words
from tests.ui.test_screens import opened as shipped
from tests.ui.test_screens import visit as visiting
from tests.writing import course

__all__ = ["shipped", "visiting"]
UNIT = """
title: 一条街
minutes: 60
objectives: {see: {understand: 看懂}}
blocks:
  - timeline: 从{{started}}说起
    events:
      - {when: '{{started}}年春', text: '来了{{forces}}'}
      - started
  - diagram: 怎样办
    edges:
      - {from: 网格, to: 街镇, label: 一个人办不了的事，先由网格长核实再报到街镇分中心}
  - exercise: sum
  - exercise: unknown
"""
BANK = """
sum:
  kind: audit
  prompt: 部门之外还有多少人？
  compute: forces - forces-dept
  stated: forces
  unit: 人
  verdict: scope
  why: {scope: 口径不同}
  question: 怎样算的？
  serves: see
  evidence: [forces, rate]
  explain: 差在口径。
unknown:
  kind: audit
  prompt: 有几类人？
  verdict: unknowable
  why: {unknowable: 源文没有写}
  question: 是哪几类？
  serves: see
  evidence: [nine, forces]
  explain: 没有写。
"""


@pytest.fixture
def content(tmp_path: Path) -> Content:
    """The demo course with a timeline, a diagram and two audits."""
    return course(tmp_path / "course", unit_yaml=UNIT, bank_yaml=BANK)


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
def unit(opened: Store) -> AppTest:
    """The unit, open before a student."""
    app = AppTest.from_file(str(MAIN), default_timeout=30)
    app.session_state["who"] = joining.as_student(people.join(opened, people.list_classes(opened)[0].id, "王芳"))
    app.run()
    app.query_params["case"], app.query_params["unit"] = "demo", "first"
    app.switch_page("screens/unit.py").run()
    assert not app.exception
    return app


def test_a_timeline_s_title_and_times_show_their_facts(unit: AppTest, content: Content) -> None:
    """`{{fact}}` in `when`, text and title is filled in, and the apparatus says where each comes from."""
    table = unit.table[0].value
    assert table.index[0] == "2013年春"
    assert "2139" in str(table.iloc[0, 0])
    assert "**从2013说起**" in words(unit)
    assert "{{" not in words(unit) + str(table)
    assert list(shown_in(content.course.cases[0].units[0].blocks[0])) == ["started", "forces", "started"]


def test_a_timeline_s_time_that_names_no_fact_is_reported(tmp_path: Path) -> None:
    """The place is the event's `when`."""
    wrong = course(tmp_path, unit_yaml=UNIT.replace("'{{started}}年春'", "'{{starte}}年春'"), bank_yaml=BANK)
    found = [d for d in check(wrong) if d.code == "unknown-reference"]
    assert [(d.span.line, "started" in d.help) for d in found] == [(8, True)]


def test_a_long_label_of_an_arrow_stands_in_several_lines(content: Content) -> None:
    """Nothing is lost, no line is longer than a phone takes, none begins with a mark that ends something; it begins beside its arrow."""
    text = "一个人办不了的事，先由网格长核实再报到街镇分中心"
    lines = wrapped(text).split("\n")
    assert "".join(lines) == text
    assert max(map(len, lines)) <= 11
    assert wrapped("购买服务") == "购买服务"
    assert wrapped("一二三四五六七八九十？一") == "一二三四五六七八九十？\n一"
    assert "hotline" in wrapped("打开 96345 hotline 以后再转接给办的人")
    diagram = content.course.cases[0].units[0].blocks[1]
    drawn = dot(diagram)  # type: ignore[arg-type]
    assert [words.strip("\u00a0") for words in re.findall(r"label=\"(.*?)\"", drawn)[0].split("\\l")] == [*lines, ""]


def test_what_an_author_assumed_is_told_with_its_figures(content: Content) -> None:
    """A fact that a reason names stands there as its value, as everywhere."""
    case = content.course.cases[0]
    exercise = next(iter(case.exercises.values())).model_copy(
        update={"assumed": "从 {{started}} 年算起", "external": "补充"}
    )
    assert origins(content.course, case.id, exercise)[-2:] == [
        ":yellow-badge[教学设定] 从 2013 年算起", ":yellow-badge[外部] 补充"
    ]  # fmt: skip


def test_a_title_in_quotation_marks_has_single_ones_inside() -> None:
    """“三社凭什么‘互动’”, never two pairs of the same."""
    assert single("三社凭什么“互动”") == "三社凭什么‘互动’"


def test_only_a_total_is_drawn_as_one() -> None:
    """The last row of figures stands out where its name says that it sums up, never because it is the last."""
    assert form({"甲": ["95", "80"], "乙": ["52", "源文未载"]}) == "numtable"
    assert form({"甲": ["95 个"], "合计（源文的数）": ["95 个"]}) == "numtable-total"
    assert form({"甲": ["九十五，还要再看看"], "合计": ["95"]}) == "texttable"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (("old", "new"), "源文　导论；据源文计算　期初 + 1"),
        (("old", "new", "next", "last"), "源文　导论；据源文计算"),
        (("old + 1", "old + 2", "new"), "据源文计算；源文　导论"),
    ],
)
def test_many_computed_numbers_are_told_by_one_word(facts: tuple[str, ...], said: str) -> None:
    """Where a figure has more than two of them, computed here or where their facts are written, no formula is spelled out."""
    old: dict[str, Any] = {"old": {"label": "期初", "value": "3", "unit": "家", "at": "导论"}}
    new = {
        n: {"label": "期末", "formula": f"old + {k}", "unit": "家"} for k, n in enumerate(("new", "next", "last"), 1)
    }
    case = Case.model_validate({"title": "案", "abstract": "要", "facts": old | new})
    block = Chart.model_validate({"chart": "bar", "title": "图", "facts": facts})
    assert chart.sources(block, Facts({"demo": case}).of("demo")) == said


@pytest.mark.parametrize(("given", "way"), [(4, "TB"), (5, "LR")])
def test_too_many_boxes_side_by_side_are_drawn_sideways(given: int, way: str) -> None:
    """Five boxes side by side, in a fan or free, are too small on a phone; the lines that one draws do not turn the picture."""
    names = {f"第{n}所": f"第{n}所" for n in range(given)} | {"局": "局"}
    stood = [Link("局", f"第{n}所", "从前", "given") for n in range(given)]
    drawn = [Link("局", f"第{n}所", "如今") for n in range(given)]
    for links in (stood, stood + drawn, [Link(x.to, x.origin, x.label, x.stroke) for x in stood]):
        assert f"rankdir={way};" in network.dot(names, links, directed=True)
    free = {name: name for name in list(names)[:given]}
    for links in ([], [Link("第0所", "第1所", "如今")]):
        assert f"rankdir={way};" in network.dot(free, links, directed=True)


@pytest.mark.parametrize("values", [(10, 10.1, 10.2), (10, 10, 10), (0, 5, 5.2), (1, 60, 100)])
@pytest.mark.parametrize("at", [1.0, 9.0])
def test_the_labels_of_close_lines_do_not_lie_on_each_other(values: tuple[float, ...], at: float) -> None:
    """Wherever the lines lie, the words of two are a line of text apart."""
    lines = tuple(Curve(f"第{n}条", (0.0, v * 1.1), v, str(v)) for n, v in enumerate(values))
    figure = curves((0.0, 10.0), at, ("0", str(at), "10"), lines)
    low, high = figure.layout.yaxis.range
    scale = HEIGHT / (high - low)
    places = sorted(a.y * scale + a.yshift for a in figure.layout.annotations)
    assert len(places) == len(values)
    assert min(b - a for a, b in pairwise(places)) >= APART - 0.01


def test_the_facts_of_an_audit_are_told_once(unit: AppTest, content: Content) -> None:
    """What the steps of the calculation say is not said again below; other facts and gaps are, and all of them where there are no steps."""
    exercises = content.course.cases[0].exercises
    for name, raw in (
        ("sum", {"value": "672", "verdict": "scope", "question": ""}),
        ("unknown", {"value": "源文未载", "verdict": "unknowable", "question": ""}),
    ):
        for widget, value in TWINS["audit"].restore(exercises[name], raw, key=f"demo-{name}").items():
            unit.session_state[widget] = value
        unit.run()
        unit.button(key=f"submit-demo-{name}").click().run()
    told = words(unit).replace("\u2060", "")
    steps, below = told.count("1. 下沉力量　**2139"), told.count("- 下沉力量　**2139")
    assert (steps, below) == (1, 1), "in the steps of the one, below the other"
    assert told.count("部门下沉　**1467") == 1
    assert told.count("办结率　**98.0") == 1


def test_whoever_joins_at_the_door_is_shown_her_code_once(visiting: Open, shipped: Store) -> None:
    """After /join the library greets with the personal code as long as she stays there; elsewhere, and when she comes back, it is gone."""
    app = visiting(ANONYMOUS, "join")
    room = people.list_classes(shipped)[0]
    app.text_input(key="join-name").input("李雷")
    app.text_input(key="join-code").input(room.code)
    next(b for b in app.button if b.label == "进入").click().run()
    assert not app.exception
    (person,) = people.people_of(shipped, room.id)
    assert f"你好，李雷。你的个人码：**{person.code}**" in words(app)
    app.run()
    assert "你的个人码" in words(app), "what she reads below does not move"
    app.query_params["case"], app.query_params["unit"] = "haidian", "staffing"
    for screen in ("unit", "library"):
        app.switch_page(f"screens/{screen}.py").run()
        assert "你的个人码" not in words(app)


@pytest.mark.parametrize("at", [50.0, 98.0])
def test_names_of_close_points_do_not_lie_on_each_other(at: float) -> None:
    """Names on the same columns are a line of text apart and led to their points; a name with room stays beside its own."""
    names = ("绿丝带", "青之翼", "乐群")
    close = [Point(name, 38 + 6.0 * n, at) for n, name in enumerate(names)]
    alone = Point("恩派", 70, 10)
    raised = raises((*close, alone), 15)
    assert raised[-1] == 0
    assert min(b - a for a, b in pairwise(sorted(raised[:-1]))) >= 15 * 0.9
    assert min(abs(up) for up in raised[:2]) >= 15 * 0.9, "no name lies on the next point"
    figure = plane((*close, alone), ("帮居民", "帮机构"), ("钱靠政府", "钱靠别处"), 15)
    led = {a.text: a.showarrow for a in figure.layout.annotations if a.text in (*names, "恩派")}
    assert led["恩派"] is False
    assert sum(led.values()) >= 2
