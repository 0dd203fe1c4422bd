"""The twins of match, classify and order as Streamlit runs them without a browser: plain lists, one answer, every result."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.grading import JSON, ExerciseBase, Unreadable, grade
from casecourse.ui.components.sorter_board import Board, fitting
from casecourse.ui.kinds import TWINS
from tests.writing import CONTENT, course, exercise

STRAYS = "kind: order\nprompt: 排好。\nsteps: [一, 二, 三]\nspare: [杂]\nassumed: 自拟"
LEVELS = "kind: classify\nprompt: 归类。\nbuckets: [左, 右]\ncards: [{text: 甲, in: 左}, {text: 乙, in: 右, ambiguous: 说说看}]\nassumed: 自拟"
BOTH = "kind: classify\nprompt: 归类。\nbuckets: [左, 右]\ncards: [{text: 甲, in: [左, 右]}, {text: 乙, in: 右}]\nassumed: 自拟"
PAIRS = "kind: match\nprompt: 配对。\npairs: [{left: 甲, right: 一}, {left: 乙, right: 二}]\nspare: 三\nassumed: 自拟"
SEVERAL = "kind: match\nprompt: 配对。\npairs: [{left: 甲, right: 一}, {left: 甲, right: 二}, {left: 乙, right: 二}]\nassumed: 自拟"


def every() -> list[tuple[str, str]]:
    """(kind, text of its bank) of the three kinds."""
    return [(k, (CONTENT / "good" / f"{k}.yaml").read_text("utf-8")) for k in ("match", "classify", "order")]


def asking(ex: object, raw: object) -> None:
    """The script of a page that asks one question, with `raw` restored once."""
    import streamlit as st

    from casecourse.ui.kinds import TWINS

    twin = TWINS[ex.kind]
    if "begun" not in st.session_state:
        st.session_state["begun"] = True
        for name, value in twin.restore(ex, raw, key="q").items():
            st.session_state[name] = value
    st.session_state["answer"] = twin.ask(ex, key="q", big=False, locked=False)


def ask(found: ExerciseBase, raw: JSON = None) -> AppTest:
    """A page that asks the question without its key."""
    app = AppTest.from_function(asking, kwargs={"ex": found.public(), "raw": raw}, default_timeout=30).run()
    assert not app.exception
    return app


def answer(app: AppTest) -> JSON:
    """What `ask` returned."""
    return app.session_state["answer"]


@pytest.mark.parametrize(("kind", "bank"), every(), ids=lambda x: x if len(x) < 10 else "")
def test_a_restored_answer_is_the_answer(kind: str, bank: str, tmp_path: Path) -> None:
    """Every readable sample comes back from the widgets as it was stored, partial ones and reasons among them."""
    for name, found in course(tmp_path, bank_yaml=bank).course.cases[0].exercises.items():
        assert found.kind == kind
        for sample in found.samples():
            if sample.expects != "unreadable":
                assert answer(ask(found, sample.raw)) == found.read(sample.raw), name


@pytest.mark.parametrize("text", [STRAYS, LEVELS, BOTH, PAIRS, SEVERAL])
@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {},
        ["没有的"],
        {"in": {"没有的": ["左"], "甲": "左"}, "why": []},
        {"甲": ["没有的"], "丙": ["一"]},
    ],
)
def test_a_stale_answer_restores_what_still_exists(text: str, raw: JSON, tmp_path: Path) -> None:
    """Whatever was stored, the page is drawn, and what cannot be placed is no answer."""
    assert answer(ask(exercise(tmp_path, text), raw)) is None


def test_an_untouched_order_is_no_answer(tmp_path: Path) -> None:
    """The cards have places on the screen, the answer is None until one of them was given another place."""
    found = exercise(tmp_path, STRAYS)
    app = ask(found)
    assert answer(app) is None
    assert sorted(s.value for s in app.selectbox) == [1, 2, 3, 4]
    last = max(app.selectbox, key=lambda s: s.value)
    last.select(1).run()
    placed = answer(app)
    assert placed is not None
    assert placed[0] == last.label
    assert len(placed) == 4


def test_lists_put_in_order_and_leave_out(tmp_path: Path) -> None:
    """A place chosen for one card moves the others along; left outside, it leaves the order."""
    found = exercise(tmp_path, STRAYS)
    app = ask(found)
    for n, name in enumerate(["一", "二", "三"]):
        _named(app.selectbox, name).select(n + 1).run()
    _named(app.selectbox, "杂").select("").run()
    assert answer(app) == ["一", "二", "三"]
    assert grade(found, answer(app))[1].right
    _named(app.selectbox, "杂").select(2).run()
    assert answer(app) == ["一", "杂", "二", "三"]


def test_lists_lay_cards_into_buckets_and_take_them_out(tmp_path: Path) -> None:
    """One bucket by a radio button, back to the tray by its last choice; several by pills; the reason goes along."""
    app = ask(exercise(tmp_path / "1", LEVELS))
    _named(app.radio, "甲").set_value("右").run()
    _named(app.radio, "乙").set_value("右").run()
    app.session_state["w-q-why-1"] = "因为"
    app.run()
    assert answer(app) == {"in": {"甲": ["右"], "乙": ["右"]}, "why": {"乙": "因为"}}
    _named(app.radio, "甲").set_value("").run()
    assert answer(app) == {"in": {"乙": ["右"]}, "why": {"乙": "因为"}}
    app = ask(exercise(tmp_path / "2", BOTH), {"in": {"乙": ["右"]}})
    _named(app.pills, "甲").set_value(["左", "右"]).run()
    assert answer(app) == {"in": {"甲": ["左", "右"], "乙": ["右"]}}


def test_lists_pair(tmp_path: Path) -> None:
    """One right by a dropdown, several by one that takes several; a right may be used twice."""
    app = ask(exercise(tmp_path / "1", PAIRS))
    _named(app.selectbox, "甲").select("三").run()
    _named(app.selectbox, "乙").select("三").run()
    assert answer(app) == {"甲": ["三"], "乙": ["三"]}
    app = ask(exercise(tmp_path / "2", SEVERAL))
    _named(app.multiselect, "甲").set_value(["二", "一"]).run()
    assert set(answer(app)["甲"]) == {"一", "二"}


def _named(fields: Any, label: str) -> Any:
    return next(f for f in fields if f.label == label)


def test_a_value_from_elsewhere_wins_over_the_lists(tmp_path: Path) -> None:
    """再答一次 puts the sent answer under the widget's key while the lists are on the screen: they show it."""
    found = exercise(tmp_path, PAIRS)
    app = ask(found, {"甲": ["一"]})
    for name, value in TWINS["match"].restore(found, {"乙": ["二"]}, key="q").items():
        app.session_state[name] = value
    app.run()
    assert answer(app) == {"乙": ["二"]}
    assert (_named(app.selectbox, "甲").value, _named(app.selectbox, "乙").value) == (None, "二")


def showing(ex: object, raw: object, reveal: bool, big: bool) -> None:
    """The script of a page that shows an answer and the class's."""
    from casecourse.grading import grade
    from casecourse.ui.kinds import TWINS

    answer, verdict = grade(ex, raw)
    seen = ex if reveal else ex.public()
    TWINS[ex.kind].review(seen, answer, verdict, reveal=reveal, key="r")
    TWINS[ex.kind].show(seen, ex.tally([answer, answer]), big=big, reveal=reveal, key="s")


def shown(found: ExerciseBase, raw: JSON, *, reveal: bool, big: bool = False) -> str:
    """All words of the page."""
    app = AppTest.from_function(
        showing, kwargs={"ex": found, "raw": raw, "reveal": reveal, "big": big}, default_timeout=30
    ).run()
    assert not app.exception
    tables = [json.dumps(x.value.to_dict(), ensure_ascii=False) for x in app.table]
    return "\n".join([*(str(x.value) for x in [*app.text, *app.markdown, *app.caption]), *tables])


@pytest.mark.parametrize(("kind", "bank"), every(), ids=lambda x: x if len(x) < 10 else "")
def test_every_answer_and_every_result_can_be_shown(kind: str, bank: str, tmp_path: Path) -> None:
    """Each sample with its marks and each tally are drawn before and after release, on a page and on the projector."""
    for name, found in course(tmp_path, bank_yaml=bank).course.cases[0].exercises.items():
        for sample in found.samples():
            try:
                found.read(sample.raw)
            except Unreadable:
                continue
            for reveal in (False, True):
                assert shown(found, sample.raw, reveal=reveal, big=reveal), (kind, name)


def test_before_release_a_wrong_order_tells_no_right_one(tmp_path: Path) -> None:
    """Marks stand at one's own cards; the right order, ties and what was missed come with the release."""
    found = exercise(tmp_path, "kind: order\nprompt: 排好。\nsteps: [一, [二, 三], 四]\nspare: 杂\nassumed: 自拟")
    before, after = shown(found, ["四", "一", "二"], reveal=False), shown(found, ["四", "一", "二"], reveal=True)
    assert "接不上" in before
    assert "接得上" in before
    assert "正确的次序" not in before
    assert "正确的次序" in after
    assert "并列" in after
    assert "你没有放" in after


def test_after_release_the_buckets_and_the_reason_are_named(tmp_path: Path) -> None:
    """A card laid wrong or left says where it belongs and where it would have earned half; a disputed one is not counted."""
    text = (
        "kind: classify\nprompt: 归类。\nbuckets: [左, 中, 右]\nassumed: 自拟\ncards:\n"
        "  - {text: 甲, in: 左, also: 中, why: 甲靠左。}\n  - {text: 乙, in: 右}\n  - {text: 丙, in: 右, ambiguous: 说说看}"
    )
    found = exercise(tmp_path, text)
    raw = {"in": {"甲": ["右"], "丙": ["左"]}, "why": {"丙": "我的话"}}
    before, after = shown(found, raw, reveal=False), shown(found, raw, reveal=True)
    assert "甲靠左。" in before
    assert "正确：" not in before
    for words in ("正确：左", "也说得通：中", "正确：右", "没有归类", "教师放在：右", "未计", "你的理由：我的话"):
        assert words in after
    assert "✓" in after
    assert "✓" not in before


def test_the_most_disputed_card_is_named(tmp_path: Path) -> None:
    """The card over which the class is least of one mind is named with its figure; where all agree nothing is said."""
    found = exercise(tmp_path, LEVELS)

    def page(ex: object, answers: list[object]) -> None:
        from casecourse.ui.kinds import TWINS

        TWINS[ex.kind].show(ex, ex.tally(answers), big=False, reveal=False, key="s")

    split = [{"in": {"甲": ["左"], "乙": ["左"]}}, {"in": {"甲": ["左"], "乙": ["右"]}}]
    app = AppTest.from_function(page, kwargs={"ex": found, "answers": split}).run()
    assert any("“乙”（分歧度 1.00" in c.value for c in app.caption)
    app = AppTest.from_function(page, kwargs={"ex": found, "answers": split[:1]}).run()
    assert not any("分歧最大" in c.value for c in app.caption)


def test_long_heads_become_letters_with_a_key(tmp_path: Path) -> None:
    """Where rights are long the columns are letters and a line says which is which, so that a phone shows the table."""
    rights = ["全国社会工作者职业水平考试", "市社工办与市人事局"]
    text = f"kind: match\nprompt: 配。\npairs: [{{left: 甲, right: {rights[0]}}}, {{left: 乙, right: {rights[1]}}}]\nassumed: 自拟"
    words = shown(exercise(tmp_path, text), {"甲": [rights[0]]}, reveal=True)
    assert any(f"A\u00a0{r}" in words for r in rights)
    assert '"A":' in words


BOARD = Board("板", {"a": "甲", "b": "乙"}, {"x": "左", "y": "右"}, "外")


@pytest.mark.parametrize(
    ("board", "value", "fits"),
    [
        (BOARD, None, None),
        (BOARD, "x", None),
        (BOARD, {}, {"x": [], "y": []}),
        (BOARD, {"x": ["a", "a", 3, "z"], "y": ["a", "b"], "w": ["b"]}, {"x": ["a"], "y": ["b"]}),
        (BOARD, {"x": "a"}, {"x": [], "y": []}),
        (Board("板", BOARD.cards, BOARD.lanes, "外", several=True), {"x": ["a"], "y": ["a"]}, {"x": ["a"], "y": ["a"]}),
        (
            Board("板", BOARD.cards, BOARD.lanes, "外", by="lane"),
            {"x": ["a", "b"], "y": ["a"]},
            {"x": ["a"], "y": ["a"]},
        ),
    ],
)
def test_a_stored_value_is_made_to_fit(board: Board, value: object, fits: object) -> None:
    """Unknown lanes and cards are dropped; a card lies once unless it may lie in several; a lane of one keeps one."""
    assert fitting(board, value) == fits


def test_a_choice_made_before_the_last_one_was_drawn_is_no_undoing(tmp_path: Path) -> None:
    """Old values that come along with a quick second choice are echoes; one old value alone is a step back."""
    found = exercise(tmp_path, "kind: order\nprompt: 排好。\nsteps: [一, 二, 三, 四]\nassumed: 自拟")
    app = ask(found)
    dealt = [s.label for s in sorted(app.selectbox, key=lambda s: s.value)]
    a, b, c, d = dealt
    old = {s.label: s.value for s in app.selectbox}
    _named(app.selectbox, d).select(1).run()
    assert answer(app) == [d, a, b, c]
    for name in (a, b):  # the browser has not drawn that yet, and its next choice says so
        _named(app.selectbox, name).select(old[name])
    _named(app.selectbox, c).select(2).run()
    assert answer(app) == [d, c, a, b]
    _named(app.selectbox, c).select(4).run()
    assert answer(app) == [d, a, b, c]
