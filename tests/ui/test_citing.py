"""A passage beside an answer: asked for, kept while undecided, stored with the answer, shown beside the author's, counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.access import Who
from casecourse.actions import answering, exporting, joining, operating
from casecourse.grading import Unreadable
from casecourse.store import Store, answers, drafts, people
from tests.ui.test_screens import MAIN, TEACHER, words
from tests.writing import course

BANK = """
nearest:
  kind: text
  prompt: 最近的一级叫什么？
  accept: 微循环
  evidence: first#p2
  explain: 最近的一级在社区。
  cite: required
poll:
  kind: choice
  prompt: 你留哪一级？
  options: [微循环, 小循环]
  assumed: 投票
  cite: required
plain:
  kind: choice
  prompt: 随便问问。
  options: [甲, 乙]
  assumed: 投票
"""
KEY, FIRST, SECOND = "demo-nearest", "first#p1", "first#p2"


def box(ref: str, key: str = KEY) -> str:
    """The key of the box that cites a passage."""
    return f"w-{key}-cites-{ref}"


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of a server that teaches the small course."""
    course(tmp_path / "course", bank_yaml=BANK)
    monkeypatch.setenv("CASECOURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CASECOURSE_CONTENT", str(tmp_path / "course"))
    monkeypatch.delenv("CASECOURSE_STORE", raising=False)
    store = operating.store()
    yield store
    store.close()


@pytest.fixture
def student(opened: Store) -> Who:
    """Somebody in the class."""
    return joining.as_student(people.join(opened, people.list_classes(opened)[0].id, "王芳"))


def visit(who: Who, screen: str = "unit") -> AppTest:
    """The unit, or another screen, in front of somebody."""
    app = AppTest.from_file(str(MAIN), default_timeout=30)
    app.session_state["who"] = who
    app.run()
    app.query_params["case"], app.query_params["unit"] = "demo", "first"
    app.switch_page(f"screens/{screen}.py").run()
    assert not app.exception
    return app


def answered(who: Who, word: str, *cites: str) -> AppTest:
    """Write the word, tick the passages and press 提交."""
    app = visit(who)
    app.session_state[f"w-{KEY}-0"] = word
    for ref in cites:
        app.checkbox(key=box(ref)).check()
    app.run()
    app.button(key=f"submit-{KEY}").click().run()
    assert not app.exception
    return app


def test_an_answer_without_a_passage_is_not_taken(opened: Store, student: Who) -> None:
    """提交 says what is missing, nothing is stored, and what was written still stands there."""
    app = answered(student, "微循环")
    assert "这道题要指出依据：请选至少一段。" in words(app)
    assert answers.answers_of(opened, student.person or "") == []
    assert app.session_state[f"w-{KEY}-0"] == "微循环"


def test_the_passages_are_stored_and_shown_beside_the_authors(opened: Store, student: Who) -> None:
    """They stand in the row in reading order, cost nothing, and after release say where the author cites the same."""
    app = answered(student, "微循环", SECOND, FIRST)
    row = answers.answers_of(opened, student.person or "")[0]
    assert (row.cites, row.share) == ((FIRST, SECOND), 1)
    said = words(app)
    assert "你指出的依据" in said
    assert "作者也引这一段" in said
    assert "作者引的是别处" in said


def test_before_release_nothing_tells_what_the_author_cites(opened: Store, student: Who) -> None:
    """After a wrong attempt she sees her own passage and no word about the author's."""
    app = answered(student, "大循环", SECOND)
    assert "你指出的依据" in words(app)
    assert "作者" not in words(app)


def test_passages_picked_come_back_in_another_session(opened: Store, student: Who) -> None:
    """What is ticked is kept like everything else, and unticking it again is kept too."""
    app = visit(student)
    app.checkbox(key=box(SECOND)).check().run()
    again = visit(student)
    assert again.checkbox(key=box(SECOND)).value
    assert not again.checkbox(key=box(FIRST)).value
    assert answers.answers_of(opened, student.person or "") == []
    again.checkbox(key=box(SECOND)).uncheck().run()
    assert [d.raw for d in drafts.drafts_of(opened, student.person or "", "demo") if d.prompt == "nearest"] == [None]


def test_a_second_try_begins_with_the_passages_of_the_first(opened: Store, student: Who) -> None:
    """再答一次 shows what was sent; other passages picked there and left come back elsewhere, the verdict does not."""
    app = answered(student, "大循环", FIRST)
    app.button(key=f"again-{KEY}").click().run()
    assert app.checkbox(key=box(FIRST)).value
    app.checkbox(key=box(SECOND)).check().run()
    elsewhere = visit(student)
    assert elsewhere.checkbox(key=box(SECOND)).value
    assert "还不对" not in words(elsewhere)


def test_two_devices_with_other_passages_are_both_shown(opened: Store, student: Who) -> None:
    """A page that has not seen the other's passages does not overwrite them; it shows them and lets her choose."""
    one, other = visit(student), visit(student)
    one.checkbox(key=box(FIRST)).check().run()
    other.checkbox(key=box(SECOND)).check().run()
    assert any("依据：第 1 段" in str(x.value) for x in other.text)
    other.button(key=f"theirs-{KEY}").click().run()
    assert other.checkbox(key=box(FIRST)).value
    assert not other.checkbox(key=box(SECOND)).value


def test_an_exercise_that_does_not_ask_offers_nothing(opened: Store, student: Who) -> None:
    """Only where `cite: required` stands are passages offered, and elsewhere none is taken."""
    app = visit(student)
    offered = [c.key for c in app.checkbox if "-cites-" in str(c.key)]
    assert offered == [box(r, k) for k in (KEY, "demo-poll") for r in (FIRST, SECOND)]
    with pytest.raises(Unreadable, match="没有这一段"):
        answering.submit(student, opened, operating.course(), "demo", "plain", ["甲"], "id-1", [FIRST])


@pytest.mark.parametrize("cites", [[], ["first#keep-one"], ["first#p9", SECOND]])
def test_the_store_takes_only_passages_that_are_offered(opened: Store, student: Who, cites: list[str]) -> None:
    """Whatever a page sends, an answer that must cite is stored with passages of its units and not without."""
    with pytest.raises(Unreadable):
        answering.submit(student, opened, operating.course(), "demo", "nearest", ["微循环"], "id-1", cites)
    assert answers.answers_of(opened, student.person or "") == []


def test_an_instructor_tries_it_out_as_students_will(opened: Store) -> None:
    """Her preview asks for a passage too and stores nothing."""
    assert "请选至少一段" in words(answered(TEACHER, "微循环"))
    app = answered(TEACHER, "微循环", SECOND)
    assert "作者也引这一段" in words(app)
    assert "预览" in words(app)


def test_a_class_sees_what_it_cites(opened: Store) -> None:
    """Each person's last passages are counted: for the instructor always, for students where the question has no key."""
    room = people.list_classes(opened)[0].id
    course_now = operating.course()
    everybody = [joining.as_student(people.join(opened, room, f"学员{n}")) for n in range(3)]
    for n, who in enumerate(everybody):
        for turn, cites in enumerate([[FIRST], [SECOND] if n else [FIRST, SECOND]]):
            answering.submit(who, opened, course_now, "demo", "poll", ["微循环"], f"{n}-{turn}", cites)
    tally = answering.class_tally(everybody[0], opened, course_now, "demo", "poll")
    assert tally is not None
    assert tally[1].extra["cites"] == {FIRST: 1, SECOND: 3}
    assert "全班指出的依据" in words(visit(everybody[0]))
    app = visit(TEACHER, "classroom")
    app.toggle(key=f"open-{room}-demo-poll").set_value(True).run()
    assert any(str(x.value).startswith("第 2 段") and str(x.value).endswith("3 人") for x in app.text)
    assert any("微循环（依据：first#p1、first#p2）" in str(x.value) for x in app.text)


def test_what_was_cited_is_taken_along(opened: Store, student: Who) -> None:
    """One's own answers and the class's table name the passages."""
    answered(student, "微循环", SECOND)
    assert r"微循环（依据：first\#p2）" in exporting.my_answers(opened, operating.course(), student)[1].decode()
    assert "微循环（依据：first#p2）" in exporting.class_csv(opened, operating.course(), TEACHER, {})[1].decode(
        "utf-8-sig"
    )
