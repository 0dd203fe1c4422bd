"""Questions of judgement on the page: what is left in sight, rankings and pictures that answer, what is restored and shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.access import Who
from casecourse.actions import answering, joining, operating
from casecourse.loading import load
from casecourse.store import Store, answers, drafts, people
from casecourse.ui.kinds import TWINS
from tests.ui.question import Desk, arrive
from tests.writing import CONTENT, course

MAIN = Path(__file__).parents[2] / "src" / "casecourse" / "ui" / "main.py"
KINDS = ("allocate", "scorecard", "scale", "graph")
BANKS = "\n".join((CONTENT / "good" / f"{kind}.yaml").read_text("utf-8") for kind in KINDS)
Visit = Callable[[Who], AppTest]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with the good examples of the four kinds."""
    root = tmp_path_factory.mktemp("design")
    course(root, bank_yaml=BANKS)
    return root


@pytest.fixture
def opened(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of that course."""
    monkeypatch.setenv("CASECOURSE_DATA", str(tmp_path))
    monkeypatch.setenv("CASECOURSE_CONTENT", str(folder))
    monkeypatch.delenv("CASECOURSE_STORE", raising=False)
    store = operating.store()
    yield store
    store.close()


@pytest.fixture
def student(opened: Store) -> Who:
    """Somebody in the class."""
    return joining.as_student(people.join(opened, people.list_classes(opened)[0].id, "陈一"))


@pytest.fixture
def visit(opened: Store) -> Visit:
    """Open the unit in a session of its own."""
    del opened

    def go(who: Who) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=60)
        app.session_state["who"] = who
        app.run()
        app.query_params["case"], app.query_params["unit"] = "demo", "first"
        app.switch_page("screens/unit.py").run()
        assert not app.exception
        return app

    return go


def press(app: AppTest, key: str) -> None:
    """Press a button."""
    app.button(key=key).click().run()
    assert not app.exception


def draft(store: Store, who: Who, name: str) -> Any:
    """What the store has of a question's draft."""
    return next((d.raw for d in drafts.drafts_of(store, who.person or "", "demo") if d.prompt == name), None)


def words(app: AppTest) -> str:
    """Everything that the screen says."""
    return "\n".join(str(p.value) for p in [*app.markdown, *app.caption, *app.text]).replace("\u00a0", " ")


def test_what_is_left_is_in_sight_and_can_be_given_to_one(visit: Visit, opened: Store, student: Who) -> None:
    """Sum, given and left change with every field; 补到 gives the rest to one; what must hold is marked; all is a draft."""
    app = visit(student)
    assert "总数 **2139 人**" in words(app).replace(":small[:gray[", "").replace("]]", "")
    app.number_input(key="w-demo-staff-0").set_value(900).run()
    assert "多分了 **161 人**" not in words(app)  # 900 + 1239 start + 200
    assert "多分了 **200 人**" in words(app)
    assert "每格部门人员]] **2.44 人/格**" in words(app)
    press(app, "move-w-demo-staff-1-rest")
    assert app.number_input(key="w-demo-staff-1").value == 1039
    assert "正好分完" in words(app)
    assert draft(opened, student, "staff") == {"items": {"dept": "900", "office": "1039", "home": "200"}}
    again = visit(student)
    assert again.number_input(key="w-demo-staff-1").value == 1039
    press(again, "submit-demo-staff")
    (row,) = answers.answers_of(opened, student.person or "", "demo")
    assert row.share is None


def test_the_real_amounts_and_the_class_come_after_one_s_own(visit: Visit, student: Who) -> None:
    """Before sending nothing tells what is real; afterwards it stands beside one's own and beside the class's."""
    app = visit(student)
    assert "实际" not in words(app)
    app.number_input(key="w-demo-staff-0").set_value(690).run()
    app.number_input(key="w-demo-staff-2").set_value(210).run()
    assert "不到每格两名" in words(app)
    press(app, "submit-demo-staff")
    assert "◆ 实际 1467\xa0人" in str([c.proto for c in app.get("plotly_chart")])
    assert any("实际" in table.value.columns and "1467\xa0人" in list(table.value["实际"]) for table in app.table)
    assert "全班 1 人作答" in words(app)


def test_what_cannot_be_sent_is_said_and_kept(visit: Visit, opened: Store, student: Who) -> None:
    """A sum that is not met, a need that does not hold and an untouched question are refused with a sentence."""
    app = visit(student)
    press(app, "submit-demo-staff")
    assert "还没有作答" in words(app)
    app.number_input(key="w-demo-purse-0").set_value(974.7).run()
    press(app, "submit-demo-purse")
    assert "还不能交：青少年教育不能分文没有" in words(app)
    app.number_input(key="w-demo-purse-2").set_value(100.0).run()
    press(app, "submit-demo-purse")
    assert "多分了 100.0 万元" in words(app)
    assert draft(opened, student, "purse")["items"] == {"build": "974.7", "old": "50", "youth": "100"}


def test_the_ranking_answers_to_the_weights(visit: Visit, opened: Store, student: Who) -> None:
    """Each weight moves the ranking at once, with arrows against equal weights; 100 is needed to send."""
    app = visit(student)
    before = words(app)
    assert "**1**　丙所" in before
    app.number_input(key="w-demo-review-0").set_value(100).run()
    press(app, "submit-demo-review")
    assert "权重加起来是 175" in words(app)
    for n in (1, 2, 3):
        app.number_input(key=f"w-demo-review-{n}").set_value(0).run()
    assert "**1**　甲所　92.0 :small[:gray[↑2]]" in words(app).replace("\u2060", "")
    press(app, "submit-demo-review")
    assert "第一：甲所" in _written(opened, student, "review")


def _written(store: Store, who: Who, name: str) -> str:
    exercise = operating.course().exercise("demo", name)
    (row,) = [r for r in answers.answers_of(store, who.person or "", "demo") if r.exercise == name]
    assert exercise is not None
    return exercise.written(exercise.read(row.raw))


def test_an_untouched_slider_is_no_place(visit: Visit, opened: Store, student: Who) -> None:
    """Only what was moved counts; half a place is a draft and no answer; another session goes on from there."""
    app = visit(student)
    assert "还有 3 项没有放" in words(app)
    app.slider(key="w-demo-degree-0-x").set_value(10).run()
    app.slider(key="w-demo-paths-0-x").set_value(20).run()
    assert draft(opened, student, "degree") == {"place": {"部门": ["10"]}}
    assert draft(opened, student, "paths") == {"place": {"hatch": ["20", ""]}}
    press(app, "submit-demo-paths")
    assert "还有 4 项没有放" in words(app)
    again = visit(student)
    assert again.slider(key="w-demo-degree-0-x").value == 10
    for n in (1, 2):
        again.slider(key=f"w-demo-degree-{n}-x").set_value(40 * n).run()
    press(again, "submit-demo-degree")
    assert _written(opened, student, "degree") == "部门 10、街镇 40、社区 80"


def test_lines_are_added_and_taken_away(visit: Visit, opened: Store, student: Who) -> None:
    """Two lists and 连上; a line that is there cannot be drawn again; each can be taken off, and that taken back."""
    app = visit(student)
    assert app.button(key="move-demo-flow-add").disabled
    _draw(app, "flow", "居民代表", "网格")
    _draw(app, "flow", "部门", "街镇")
    assert draft(opened, student, "flow") == {"edges": [["居民代表", "网格"], ["部门", "街镇"]]}
    app.selectbox(key="w-demo-flow-to").set_value("街镇").run()
    assert app.button(key="move-demo-flow-add").disabled
    assert "这条线已经有了" in words(app)
    press(app, "move-demo-flow-off-1")
    assert draft(opened, student, "flow") == {"edges": [["居民代表", "网格"]]}
    press(app, "move-demo-flow-redo")
    press(app, "submit-demo-flow")
    assert "方向反了。" in words(app)
    assert "网格汇总" not in words(app)
    press(app, "reveal-demo-flow")
    assert "网格汇总以后报到街镇。" in words(app)
    assert "＋ 点线是漏掉的" in words(app)


def _draw(app: AppTest, name: str, start: str, end: str) -> None:
    app.selectbox(key=f"w-demo-{name}-from").set_value(start).run()
    app.selectbox(key=f"w-demo-{name}-to").set_value(end).run()
    press(app, f"move-demo-{name}-add")


def test_nothing_of_the_key_is_on_the_page_before_release(visit: Visit, student: Who) -> None:
    """While one draws, fills, ticks and places, no wanted line, fill or span is told."""
    app = visit(student)
    _draw(app, "flow", "居民代表", "网格")
    app.selectbox(key="w-demo-chart-fill-0").set_value("市长").run()
    app.slider(key="w-demo-paths-0-x").set_value(99).run()
    sent = words(app)
    for secret in ("汇总以后", "购买服务。", "名单里没有", "要时间", "可接受", "漏掉"):
        assert secret not in sent


@pytest.mark.parametrize("kind", KINDS)
def test_every_sample_arrives_through_restore(opened: Store, folder: Path, kind: str) -> None:
    """Put into the session by restore and submitted, each sample is stored as it reads; what is no answer does no harm."""
    desk = Desk(opened)
    for name, exercise in load(folder).course.cases[0].exercises.items():
        if exercise.kind == kind:
            arrive(desk, "demo", name, exercise, exercise.samples())
    assert desk.n > 15, "answers, and what is none"


def test_the_class_is_shown_with_reasons_beside_numbers(visit: Visit, opened: Store, student: Who) -> None:
    """After one's own answer: spreads, first places, agreement, and every reason with the numbers it is for."""
    room = people.list_classes(opened)[0].id
    course_now = operating.course()
    for n, first in enumerate((100, 60, 0)):
        other = joining.as_student(people.join(opened, room, f"同学{n}"))
        weights = dict(zip(("居民评价", "街镇评价", "部门评价", "第三方评价"), map(str, (first, 100 - first, 0, 0)), strict=True))  # fmt: skip
        raw = {"weights": weights, "why": f"理由之{n}"}
        answering.submit(other, opened, course_now, "demo", "review", raw, f"c{n}")
    app = visit(student)
    assert "理由之" not in words(app)
    app.number_input(key="w-demo-review-0").set_value(26).run()
    app.number_input(key="w-demo-review-1").set_value(24).run()
    press(app, "submit-demo-review")
    said = words(app)
    assert "全班 4 人作答" in said
    assert "肯德尔 W" in said
    assert "理由之1" in said
    assert "居民评价 60、街镇评价 40、部门评价 0、第三方评价 0；第一：" in said


def test_a_projector_shows_it_large(tmp_path: Path, opened: Store) -> None:
    """Drawn big, every kind asks and shows under keys that the look sets large, and no reason is thrown on the wall."""
    del opened
    exercises = load(course(tmp_path / "c", bank_yaml=BANKS).root).course.cases[0].exercises

    def page(exercise, raw, twins):  # type: ignore[no-untyped-def]  # it becomes a script without our imports
        twin = twins[exercise.kind]
        twin.ask(exercise, key="q", big=True, locked=True)
        twin.show(exercise, exercise.tally([exercise.read(raw)] * 3), big=True, reveal=True, key="wall")

    for name in ("staff", "review", "paths", "degree", "flow", "sites", "chart"):
        raw = next(s.raw for s in exercises[name].samples() if s.expects in ("right", "unscored"))
        kwargs = {"exercise": exercises[name], "raw": raw, "twins": TWINS}
        app = AppTest.from_function(page, kwargs=kwargs, default_timeout=60).run()
        assert not app.exception, name
        assert "看理由" not in str([e.label for e in app.expander]), name
        assert all(field.disabled for field in [*app.number_input, *app.slider, *app.selectbox, *app.button]), name
