"""Questions that are worked through step by step: every tap is a step and a draft, back and again lose nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.access import Who
from casecourse.actions import answering, joining, operating
from casecourse.grading import Sample, grade
from casecourse.loading import load
from casecourse.store import Store, answers, drafts, people
from casecourse.ui.kinds import TWINS
from tests.writing import CONTENT, course

MAIN = Path(__file__).parents[2] / "src" / "casecourse" / "ui" / "main.py"
Visit = Callable[[Who], AppTest]
RELAY, DESK, DISPATCH = "demo-relay", "demo-desk", "demo-dispatch"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with the good examples of both kinds."""
    root = tmp_path_factory.mktemp("process")
    banks = [(CONTENT / "good" / f"{kind}.yaml").read_text("utf-8") for kind in ("scenario", "route")]
    course(root, bank_yaml="\n".join(banks))
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
        app = AppTest.from_file(str(MAIN), default_timeout=30)
        app.session_state["who"] = who
        app.run()
        app.query_params["case"], app.query_params["unit"] = "demo", "first"
        app.switch_page("screens/unit.py").run()
        assert not app.exception
        return app

    return go


def tap(app: AppTest, key: str, *labels: str) -> None:
    """Press the buttons of a question that bear these labels, one after the other."""
    for label in labels:
        found = [b for b in app.button if str(b.key).startswith(f"move-{key}-") and b.label == label]
        assert len(found) == 1, (label, [b.label for b in app.button])
        found[0].click().run()
        assert not app.exception


def held(app: AppTest, key: str) -> Any:
    """What stands in a question's session, as plain data."""
    return app.session_state[f"w-{key}"]


def draft(store: Store, who: Who, name: str) -> Any:
    """What the store has of a question's draft."""
    return next((d.raw for d in drafts.drafts_of(store, who.person or "", "demo") if d.prompt == name), None)


def words(app: AppTest) -> str:
    """Everything that the screen says."""
    return "\n".join(str(p.value) for p in [*app.markdown, *app.caption, *app.text])


def test_every_tap_is_a_step_and_a_draft(visit: Visit, opened: Store, student: Who) -> None:
    """After each choice the store has the way so far, and another session goes on from there."""
    app = visit(student)
    tap(app, RELAY, "请城管分队今晚到场")
    assert draft(opened, student, "relay") == ["请城管分队今晚到场"]
    tap(app, RELAY, "请网格员深夜回去看一眼")
    assert draft(opened, student, "relay") == ["请城管分队今晚到场", "请网格员深夜回去看一眼"]
    tap(app, DESK, "生活类")
    assert draft(opened, student, "desk") == {"半夜水管爆了": ["生活类"]}
    again = visit(student)
    assert "许可已经过期，责令停工。现在结案？" in words(again)
    tap(again, RELAY, "当场结案")
    tap(again, DESK, "市场服务", "咨询类", "公共服务")
    again.button(key=f"submit-{RELAY}").click().run()
    again.button(key=f"submit-{DESK}").click().run()
    stored = {r.exercise: r.raw for r in answers.answers_of(opened, student.person or "", "demo")}
    assert stored == {
        "relay": ["请城管分队今晚到场", "请网格员深夜回去看一眼", "当场结案"],
        "desk": {"半夜水管爆了": ["生活类", "市场服务"], "想知道老年证在哪里办": ["咨询类", "公共服务"]},
    }


def test_back_and_from_the_start_can_be_taken_back(visit: Visit, opened: Store, student: Who) -> None:
    """后退一步 takes one step, 重新开始 all of them; 回到刚才 brings back what was there, until another way is gone."""
    app = visit(student)
    tap(app, RELAY, "召集联合执法队，明天一起去", "当场结案")
    tap(app, RELAY, "后退一步", "重新开始")
    assert held(app, RELAY) == []
    assert draft(opened, student, "relay") is None
    tap(app, RELAY, "回到刚才")
    assert draft(opened, student, "relay") == ["together", "当场结案"]
    tap(app, RELAY, "后退一步", "后退一步", "召集联合执法队，明天一起去", "回到刚才")
    assert held(app, RELAY) == ["together", "当场结案"]
    tap(app, RELAY, "重新开始", "请城管分队今晚到场")
    assert not [b for b in app.button if str(b.key) == f"move-{RELAY}-redo"]


def test_an_event_is_sent_anew_without_the_others(visit: Visit, opened: Store, student: Who) -> None:
    """改派 asks for that event again and leaves the rest as it was."""
    app = visit(student)
    tap(app, DISPATCH, "小循环", "小循环", "大循环")
    assert "3 件都派完了" in words(app)
    app.button(key=f"move-{DISPATCH}-again-0").click().run()
    assert draft(opened, student, "dispatch") == {"smoke": ["小循环"], "一片违建横跨两个街镇": ["大循环"]}
    tap(app, DISPATCH, "微循环")
    app.button(key=f"submit-{DISPATCH}").click().run()
    (row,) = answers.answers_of(opened, student.person or "", "demo")
    assert row.share == 1


def test_a_choice_that_is_shut_can_be_seen_and_not_taken(visit: Visit, student: Who) -> None:
    """A condition that is not met shows its choice as closed."""
    app = visit(student)
    (shut,) = [b for b in app.button if b.label == "各让一步（此时不可选）"]
    assert shut.disabled
    tap(app, "demo-rounds", "再谈一轮")
    assert not [b for b in app.button if b.label == "各让一步（此时不可选）"]


def test_a_run_that_is_not_over_cannot_be_sent(visit: Visit, opened: Store, student: Who) -> None:
    """提交 before the end says so, and loses nothing."""
    app = visit(student)
    tap(app, RELAY, "请城管分队今晚到场")
    app.button(key=f"submit-{RELAY}").click().run()
    assert "还没有走到结局" in words(app)
    tap(app, DISPATCH, "微循环")
    app.button(key=f"submit-{DISPATCH}").click().run()
    assert "还有 2 件没有派" in words(app)
    assert answers.answers_of(opened, student.person or "") == []
    assert held(app, RELAY) == ["请城管分队今晚到场"]


def test_nothing_of_the_key_is_on_the_page_before_it_is_sent(visit: Visit, student: Who) -> None:
    """While one goes step by step, no reason, no comment, no worth of an end and no statistic is told."""
    app = visit(student)
    tap(app, RELAY, "召集联合执法队，明天一起去", "当场结案")
    tap(app, DISPATCH, "小循环", "微循环", "小循环")
    sent = words(app)
    for secret in (
        "慢一天，换来一次",
        "用时偏长",
        "信任太低",
        "值 50％",
        "居民确认安静了",
        "先劝、先搬",
        "就地解决的比例",
        "最短",
    ):
        assert secret not in sent


def test_a_wrong_run_tells_its_own_reasons_and_not_the_key(visit: Visit, student: Who) -> None:
    """After 提交: what was wrong with its reason and the figures of the run; where it belonged only after release, with the class."""
    app = visit(student)
    tap(app, DISPATCH, "小循环", "微循环", "小循环")
    app.button(key=f"submit-{DISPATCH}").click().run()
    assert "先劝、先搬。" in words(app)
    assert "逐级上交" in words(app)
    assert "应派" not in words(app)
    assert "全班各人的统计" not in words(app)
    app.button(key=f"reveal-{DISPATCH}").click().run()
    assert "应派 微循环" in words(app)
    assert "派低了，逐级上交：微循环 → 小循环" in words(app)
    assert "全班各人的统计" in words(app)


def test_the_class_is_compared_only_after_release(visit: Visit, opened: Store, student: Who) -> None:
    """Others' runs are no help before one's own key is open; the action refuses, not the page."""
    app = visit(student)
    tap(app, RELAY, "召集联合执法队，明天一起去", "当场结案")

    def compared() -> bool:
        return answering.class_tally(student, opened, operating.course(), "demo", "relay") is not None

    assert not compared()
    app.button(key=f"submit-{RELAY}").click().run()
    assert not compared()
    app.button(key=f"reveal-{RELAY}").click().run()
    assert compared()
    assert "走得最多的路" in words(app)
    assert "有这些结局" in words(app)


def _samples(folder: Path) -> dict[str, list[Sample]]:
    found = load(folder).course.cases[0].exercises
    return {name: list(ex.samples()) for name, ex in found.items()}


def test_every_sample_arrives_through_restore(visit: Visit, opened: Store, folder: Path) -> None:
    """Put into the session by restore and submitted, each sample is stored as it reads; what is no answer does no harm."""
    exercises, samples = load(folder).course.cases[0].exercises, _samples(folder)
    room = people.list_classes(opened)[0].id
    for turn in range(max(map(len, samples.values()))):
        who = joining.as_student(people.join(opened, room, f"学员{turn}"))
        app = visit(who)
        asked = {name: found[turn] for name, found in samples.items() if turn < len(found)}
        for name, sample in asked.items():
            twin = TWINS[exercises[name].kind]
            for widget, value in twin.restore(exercises[name], sample.raw, key=f"demo-{name}").items():
                app.session_state[widget] = value
        app.run()
        for name in asked:
            app.button(key=f"submit-demo-{name}").click().run()
            assert not app.exception, (name, asked[name])
        rows = {r.exercise: r for r in answers.answers_of(opened, who.person or "", "demo")}
        for name, sample in asked.items():
            if sample.expects != "unreadable":
                answer, verdict = grade(exercises[name], sample.raw)
                assert exercises[name].read(rows[name].raw) == answer, (name, sample)
                assert rows[name].share == verdict.share
