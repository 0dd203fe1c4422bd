"""graph: lines and boxes, what a drawing is worth, grids, sorts of lines, and what stays hidden."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from casecourse.grading import Unreadable, grade
from casecourse.kinds.graph import Graph
from tests.writing import CONTENT, course


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Graph]:
    """The good examples."""
    text = (CONTENT / "good" / "graph.yaml").read_text("utf-8")
    found = course(tmp_path_factory.mktemp("graph"), bank_yaml=text).course.cases[0].exercises
    return {name: ex for name, ex in found.items() if isinstance(ex, Graph)}


def share(ex: Graph, **raw: Any) -> Decimal | None:
    """What a drawing earns."""
    return grade(ex, raw)[1].share


def test_drawing_everything_does_not_pay(good: dict[str, Graph]) -> None:
    """Right lines over required and other lines; a line the wrong way round counts as another."""
    flow = good["flow"]
    key = [["居民代表", "网格"], ["网格", "街镇"], ["街镇", "部门"]]
    assert share(flow, edges=key) == 1
    assert share(flow, edges=key[:2]) == Decimal(2) / 3
    assert share(flow, edges=[*key, ["部门", "街镇"]]) == Decimal(3) / 4
    assert share(flow, edges=[["部门", "街镇"]]) == 0
    names = ("居民代表", "网格", "街镇", "部门")
    assert share(flow, edges=[[a, b] for a in names for b in names if a != b]) == Decimal(3) / 12
    _, verdict = grade(flow, {"edges": [["部门", "街镇"], ["居民代表", "网格"]]})
    assert [(n.state, n.why) for n in verdict.notes] == [("wrong", "方向反了。"), ("right", "")]


def test_sorts_of_lines_and_lines_without_direction(good: dict[str, Graph]) -> None:
    """The sort must be right where the key has one; given and allowed lines count neither way; direction may not matter."""
    ties = good["ties"]
    right = [["社会组织", "政府", "出资"], ["居民", "社会组织", "协商"]]
    assert share(ties, edges=right) == 1
    assert share(ties, edges=[*right, ["居民", "企业", "出资"], ["政府", "居民", "协商"]]) == 1
    assert share(ties, edges=[["政府", "社会组织", "协商"], right[1]]) == Decimal(1) / 3
    with pytest.raises(Unreadable, match="还没有选种类"):
        ties.read({"edges": [["政府", "企业"]]})
    with pytest.raises(Unreadable, match="画了两次"):
        ties.read({"edges": [["政府", "企业", "出资"], ["企业", "政府", "出资"]]})


def test_boxes_are_filled_from_what_is_offered(good: dict[str, Graph]) -> None:
    """A chart asks for boxes alone; an empty box is a miss; lines are refused where they are given."""
    chart = good["chart"]
    assert not chart.draws
    assert sorted(chart.fills) == sorted(["市委常委", "{{started}}年的副市长", "市长", "局长"])
    assert share(chart, fills={"书记": "市委常委"}) == Decimal(1) / 2
    assert share(chart, fills={"书记": "市长", "副书记": "局长"}) == 0
    with pytest.raises(Unreadable, match="只要填框"):
        chart.read({"edges": [["书记", "办公室"]]})
    with pytest.raises(Unreadable, match="没有要填的框"):
        chart.read({"fills": {"办公室": "市长"}})


def test_a_grid_is_ticked(good: dict[str, Graph]) -> None:
    """Rows and columns: a line runs from a row to a column and not back; a given cell counts neither way."""
    sites = good["sites"]
    assert share(sites, edges=[["屋里厢", "延吉"], ["新途", "延吉"], ["新途", "外滩"], ["屋里厢", "三林"]]) == 1
    assert share(sites, edges=[["屋里厢", "外滩"]]) == 0
    with pytest.raises(Unreadable, match="没有这个节点"):
        sites.read({"edges": [["延吉", "屋里厢"]]})


def test_a_box_that_is_filled_wrong_says_why(good: dict[str, Graph]) -> None:
    """The reason stands beside a wrong filling only; students' copies do not hold it, and old answers keep their fingerprint."""
    chart = good["chart"]
    nodes = tuple(b.model_copy(update={"why": "先看谁分管。"}) if b.fill else b for b in chart.nodes)
    told = chart.model_copy(update={"nodes": nodes})
    notes = told.grade(told.read({"fills": {"书记": "市委常委", "副书记": "市长"}})).notes
    assert [(n.state, n.why) for n in notes] == [("right", ""), ("wrong", "先看谁分管。")]
    assert not any(b.why for b in told.public().nodes)
    assert told.fingerprint() == chart.fingerprint()
    idle = chart.model_copy(
        update={"nodes": (*chart.nodes, chart.nodes[0].model_copy(update={"fill": "", "text": "旁观", "why": "无用"}))}
    )
    assert ("nodes", len(chart.nodes), "why") in [f.path for f in idle.flaws()]


def test_the_public_copy_asks_the_same_and_tells_nothing(good: dict[str, Graph]) -> None:
    """What is asked for, offered and given stays; required, allowed and wrong lines and what belongs where do not."""
    for ex in good.values():
        public = ex.public()
        assert (public.boxes, public.fills, public.draws, public.ends) == (ex.boxes, ex.fills, ex.draws, ex.ends)
        assert public.key("given") == [(edge, "") for edge, _ in ex.key("given")]
        assert (public.edges, public.allow, public.wrong) == ((), (), ())
        assert not any(b.fill for b in public.nodes)


def test_a_class_s_lines_and_boxes_are_counted(good: dict[str, Graph]) -> None:
    """Lines without direction are one whichever way they were drawn; each box has its answers."""
    ties, chart = good["ties"], good["chart"]
    rows = [ties.read({"edges": [e]}) for e in (["政府", "企业", "出资"], ["企业", "政府", "出资"])]
    assert ties.tally(rows).slots == {"": {"政府 — 企业（出资）": 2}}
    found = chart.tally([chart.read({"fills": {"书记": "市长"}})])
    assert found.slots == {"书记": {"市长": 1}, "副书记": {}}
    assert good["causes"].read({"edges": [["老龄化", "服务需求", "强"]]})
    assert not good["causes"].keyed


def test_on_paper_there_is_room_for_the_lines(good: dict[str, Graph]) -> None:
    """Where lines are asked for, there is a place to write them, with or without direction; a chart to fill and a grid have their own."""
    last = {name: [line.text for line in ex.paper() if line.role == "blank"] for name, ex in good.items()}
    assert last["flow"] == ["我连的线（从 → 到）"]
    assert last["ties"] == ["我连的线（一头 — 另一头）"]
    assert last["chart"] == ["书记", "副书记"]
    assert last["sites"] == ["屋里厢", "新途"]
