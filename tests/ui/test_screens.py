"""Every screen in every role, run as Streamlit runs it, on the shipped course and a store of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.access import ANONYMOUS, Who
from casecourse.actions import drafting, joining, operating
from casecourse.grading import UNKNOWN, ExerciseBase, Unreadable, grade
from casecourse.loading import Content
from casecourse.store import Store, answers, people
from casecourse.ui.kinds import TWINS
from tests.ui.question import Desk

MAIN = Path(__file__).parents[2] / "src" / "casecourse" / "ui" / "main.py"
UNITS = [("jiaxing", "scorecard"), ("xuanwu", "sources"), ("shanghai", "money"), ("haidian", "staffing")]
TEACHER = Who("instructor", name="教师", instructor="i")
Open = Callable[..., AppTest]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the screens use."""
    monkeypatch.setenv("CASECOURSE_DATA", str(tmp_path))
    monkeypatch.setenv("CASECOURSE_CONTENT", str(MAIN.parents[3]))
    monkeypatch.delenv("CASECOURSE_STORE", raising=False)
    store = operating.store()
    yield store
    store.close()


@pytest.fixture
def student(opened: Store) -> Who:
    """Somebody in the class."""
    return joining.as_student(people.join(opened, people.list_classes(opened)[0].id, "王芳"))


@pytest.fixture
def visit(opened: Store) -> Open:
    """Open a screen as somebody."""

    def go(who: Who, screen: str = "", **query: str) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=30)
        app.session_state["who"] = who
        app.run()
        for key, value in query.items():
            app.query_params[key] = value
        if screen:
            app.switch_page(f"screens/{screen}.py")
            app.run()
        assert not app.exception
        assert "这一页出了错" not in words(app)
        return app

    return go


def words(app: AppTest) -> str:
    """Everything that the screen says."""
    parts = [*app.title, *app.header, *app.subheader, *app.markdown, *app.caption, *app.text]
    return "\n".join(str(p.value) for p in parts)


def test_the_library_can_be_read_by_everybody(visit: Open, student: Who, content: Content) -> None:
    """All four cases stand there for whoever comes; a student is offered the way to her own page."""
    for who in (ANONYMOUS, student, TEACHER):
        app = visit(who)
        for case in content.course.cases:
            assert case.title in words(app)


@pytest.mark.parametrize(("case", "unit"), UNITS)
def test_a_unit_asks_for_a_name_before_it_opens(visit: Open, case: str, unit: str) -> None:
    """Without having joined, one sees what the unit is about and the form, but no question."""
    app = visit(ANONYMOUS, "unit", case=case, unit=unit)
    assert "加入班级" in words(app)
    assert not [b for b in app.button if b.label == "提交"]


@pytest.mark.parametrize(("case", "unit"), UNITS)
def test_a_student_reads_a_unit_with_every_question(
    visit: Open, student: Who, content: Content, case: str, unit: str
) -> None:
    """Each exercise has its prompt and its 提交, and no key or reason is anywhere in what was sent."""
    app = visit(student, "unit", case=case, unit=unit)
    found = content.course.case(case)
    assert found is not None
    page = found.unit(unit)
    assert page is not None
    assert len([b for b in app.button if b.label == "提交"]) == len(page.exercise_refs)
    sent = words(app) + str([r.options for r in app.radio]) + str([b.label for b in app.checkbox])
    for name in page.exercise_refs:
        exercise = found.exercises[name]
        if exercise.explain:
            assert exercise.scope.fill(exercise.explain) not in sent
    assert "好回答里有什么" not in sent


def test_a_page_that_is_not_listed_cannot_be_reached(visit: Open, student: Who) -> None:
    """The class page exists for instructors alone, one's own page for students alone."""
    assert "班级码" not in words(visit(ANONYMOUS))
    for who, screen in ((student, "classroom"), (ANONYMOUS, "me"), (TEACHER, "me")):
        app = AppTest.from_file(str(MAIN), default_timeout=30)
        app.session_state["who"] = who
        app.run()
        with suppress(ValueError):  # AppTest itself refuses an unlisted page, or the frame falls back to the library
            app.switch_page(f"screens/{screen}.py").run()
        assert "进度" not in words(app)
        assert "个人码" not in words(app)


def answered(visit: Open, who: Who, store: Store, case: str, unit: str, name: str, raw: Any, key: str) -> AppTest:
    """Put an answer into the widgets by way of the twin's restore, and press 提交."""
    app = visit(who, "unit", case=case, unit=unit)
    exercise = operating.course().exercise(case, name)
    assert exercise is not None
    for widget, value in TWINS[exercise.kind].restore(exercise, raw, key=key).items():
        app.session_state[widget] = value
    app.run()
    app.button(key=f"submit-{key}").click().run()
    assert not app.exception
    return app


def widgets_alone(exercise: ExerciseBase, raw: Any) -> Any:
    """What of an answer stands in no typed field: all that is picked, the dropdowns of a table or a text."""
    if exercise.kind in ("match", "order"):
        return raw
    if exercise.kind == "classify":
        return {"in": raw["in"]}
    if exercise.kind in ("choice", "cite"):
        return exercise.read(raw)
    if exercise.kind == "cloze":
        return {gap: word for gap, word in raw.items() if exercise.gap(gap).choices} or None  # type: ignore[attr-defined]
    if exercise.kind == "audit":
        return {k: v for k, v in raw.items() if k == "verdict" or v == UNKNOWN}
    if exercise.kind in ("allocate", "scorecard", "scale", "graph"):
        return {k: v for k, v in raw.items() if k not in ("why", "reasons")}
    if exercise.kind != "table":
        return raw if raw == UNKNOWN else None
    picked = {(r, c.text) for r, c, b in exercise.asked() if exercise.choices(c, b)}  # type: ignore[attr-defined]
    cells = {r: {c: v for c, v in row.items() if (r, c) in picked} for r, row in raw.items()}
    return {r: row for r, row in cells.items() if row} or None


@pytest.mark.parametrize(("case", "unit"), UNITS)
def test_every_exercise_takes_its_own_samples(opened: Store, content: Content, case: str, unit: str) -> None:
    """A right, a partly right and a wrong sample of each exercise arrive through widgets and 提交 exactly as written, and earn what they say."""
    found = content.course.case(case)
    assert found is not None
    page = found.unit(unit)
    assert page is not None
    desk = Desk(opened)
    for name in page.exercise_refs:
        exercise = found.exercises[name]
        for sample in {s.expects: s for s in exercise.samples() if s.expects != "unreadable"}.values():
            who = desk.fill(case, name, exercise, sample.raw)
            assert desk.draft(who, case, name) == widgets_alone(exercise, sample.raw), "the draft saved itself"
            row = desk.submit(who, case, name)
            assert exercise.read(row.raw) == exercise.read(sample.raw), name
            assert row.share == grade(exercise, sample.raw)[1].share


def typed(who: Who, store: Store, name: str, text: str) -> None:
    """What a field of a question sends while somebody types."""
    screen = drafting.opened(who, store)
    drafting.keep_text(who, store, operating.course(), "haidian", name, "text", text, screen)


def test_a_draft_comes_back_in_another_session(visit: Open, opened: Store, student: Who) -> None:
    """What stood in widgets and fields is there again elsewhere, though nothing was submitted."""
    app = visit(student, "unit", case="haidian", unit="staffing")
    app.radio(key="w-haidian-double-year").set_value("每季度一次").run()
    typed(student, opened, "per-grid", "21.7")
    again = visit(student, "unit", case="haidian", unit="staffing")
    assert again.radio(key="w-haidian-double-year").value == "每季度一次"
    assert again.session_state["w-haidian-per-grid"] == "21.7"
    assert not answers.answers_of(opened, student.person or "")


def test_a_second_try_half_made_comes_back_in_another_session(
    visit: Open, opened: Store, student: Who, content: Content
) -> None:
    """She answers, begins again, edits and leaves: elsewhere the edit stands in the field; untouched, the verdict does."""
    case, unit, name, key = "haidian", "staffing", "per-grid", "haidian-per-grid"
    exercise = content.course.exercise(case, name)
    assert exercise is not None
    wrong = next(s.raw for s in exercise.samples() if s.expects == "wrong")
    app = answered(visit, student, opened, case, unit, name, wrong, key)
    app.button(key=f"again-{key}").click().run()
    assert "还不对" in words(visit(student, "unit", case=case, unit=unit))
    typed(student, opened, name, "21")
    elsewhere = visit(student, "unit", case=case, unit=unit)
    assert elsewhere.session_state[f"w-{key}"] == "21"
    assert [b for b in elsewhere.button if b.key == f"submit-{key}"]


def test_a_wrong_answer_shows_no_key_until_she_asks(visit: Open, opened: Store, student: Who, content: Content) -> None:
    """Wrong: her own reason, no key, no evidence, another try. Asking for the key shows it and ends her attempts."""
    case, unit, name, key = "haidian", "staffing", "per-grid", "haidian-per-grid"
    exercise = content.course.exercise(case, name)
    assert exercise is not None
    wrong = next(s.raw for s in exercise.samples() if s.expects == "wrong")
    app = answered(visit, student, opened, case, unit, name, wrong, key)
    assert "还不对" in words(app)
    assert exercise.scope.fill(exercise.explain) not in words(app)
    app.button(key=f"reveal-{key}").click().run()
    assert exercise.scope.fill(exercise.explain) in words(app)
    assert "正确答案" in words(app)
    assert not [b for b in app.button if b.key in (f"again-{key}", f"submit-{key}")]
    assert len(answers.answers_of(opened, student.person or "")) == 1


def test_a_poll_shows_the_class_only_after_answering(
    visit: Open, opened: Store, student: Who, content: Content
) -> None:
    """Before her own answer a student sees nothing of the distribution, afterwards the whole class."""
    case = content.course.case("haidian")
    assert case is not None
    page = case.unit("staffing")
    assert page is not None
    here = [(n, case.exercises[n]) for n in page.exercise_refs]
    name, poll = next((n, e) for n, e in here if e.kind == "choice" and not e.keyed)
    raw = next(iter(poll.samples())).raw
    before = visit(student, "unit", case="haidian", unit="staffing")
    assert "人作答" not in words(before)
    app = answered(visit, student, opened, "haidian", "staffing", name, raw, f"haidian-{name}")
    assert "全班 1 人作答" in words(app)


def test_the_instructor_previews_and_stores_nothing(visit: Open, opened: Store, content: Content) -> None:
    """An instructor tries a question, sees key and evidence, and no answer is stored."""
    exercise = content.course.exercise("haidian", "per-grid")
    assert exercise is not None
    raw = next(s.raw for s in exercise.samples() if s.expects == "right")
    app = answered(visit, TEACHER, opened, "haidian", "staffing", "per-grid", raw, "haidian-per-grid")
    assert "预览" in words(app)
    assert exercise.scope.fill(exercise.explain) in words(app)
    assert answers.count(opened) == 0


def test_the_class_page_shows_who_did_what_and_closes_a_question(
    visit: Open, opened: Store, student: Who, content: Content
) -> None:
    """Progress by person, readings by question; a closed question takes no more answers and shows its key."""
    case, unit = next(content.course.units())  # the page opens on the first unit
    name = next(n for n in unit.exercise_refs if case.exercises[n].kind in {"choice", "number"})
    exercise = case.exercises[name]
    raw = next(s.raw for s in exercise.samples() if s.expects == "wrong")
    answered(visit, student, opened, case.id, unit.id, name, raw, f"{case.id}-{name}")
    app = visit(TEACHER, "classroom")
    assert "1 人作答" in words(app)
    assert "王芳" in str(app.table[0].value.index.tolist())
    room = people.list_classes(opened)[0].id
    app.toggle(key=f"shut-{room}-{case.id}-{name}").set_value(True).run()
    after = visit(student, "unit", case=case.id, unit=unit.id)
    assert not [b for b in after.button if b.key == f"submit-{case.id}-{name}"]
    assert exercise.scope.fill(exercise.explain) in words(after)


def test_my_page_holds_code_answers_and_progress(visit: Open, opened: Store, student: Who, content: Content) -> None:
    """Before the first answer it says what will be there; afterwards the answer and its score."""
    empty = visit(student, "me")
    assert "还没有作答" in words(empty)
    person = people.person(opened, student.person or "")
    assert person is not None
    assert person.code in words(empty)
    exercise = content.course.exercise("haidian", "per-grid")
    assert exercise is not None
    raw = next(s.raw for s in exercise.samples() if s.expects == "right")
    answered(visit, student, opened, "haidian", "staffing", "per-grid", raw, "haidian-per-grid")
    full = words(visit(student, "me"))
    assert exercise.written(exercise.read(raw)) in full
    assert "1 / 1 分" in full


def test_joining_by_form_and_a_wrong_code(visit: Open, opened: Store) -> None:
    """A wrong class code is explained in a sentence; the right one lets her in with a personal code."""
    app = visit(ANONYMOUS, "join")
    app.text_input(key="join-name").input("李雷")
    app.text_input(key="join-code").input("WRONG1")
    next(b for b in app.button if b.label == "进入").click().run()
    assert "没有这个班级码" in words(app)
    app.text_input(key="join-code").input(people.list_classes(opened)[0].code)
    next(b for b in app.button if b.label == "进入").click().run()
    assert [p.name for p in people.people_of(opened, people.list_classes(opened)[0].id)] == ["李雷"]


def test_a_figure_that_cannot_be_computed_does_not_cost_the_page(
    opened: Store, visit: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chart with an unreadable formula is left out; the rest of the unit can be read and answered."""
    root = tmp_path / "course"
    for folder in ("cases", "exercises"):
        shutil.copytree(MAIN.parents[3] / folder, root / folder)
    unit = root / "cases" / "haidian" / "units" / "06-staffing.yaml"
    broken = unit.read_text(encoding="utf-8").replace("facts: [full-presence,", "facts: [full-presence +, ", 1)
    assert broken != unit.read_text(encoding="utf-8")
    unit.write_text(broken, encoding="utf-8")
    monkeypatch.setenv("CASECOURSE_CONTENT", str(root))
    who = joining.as_student(people.join(opened, people.list_classes(opened)[0].id, "韩梅"))
    app = visit(who, "unit", case="haidian", unit="staffing")
    assert [b for b in app.button if b.label == "提交"]
    assert "本节数字的来处" in words(app)


def test_a_unit_that_does_not_exist_says_so(visit: Open, student: Who) -> None:
    """An old link leads to a sentence and a way back, not to an error."""
    assert "没有这一节" in words(visit(student, "unit", case="nowhere", unit="nothing"))


def test_a_forged_widget_value_is_no_answer(content: Content) -> None:
    """Whatever a client puts in a widget's place, the kind refuses what is not an answer."""
    exercise = content.course.exercise("haidian", "double-year")
    assert exercise is not None
    for forged in (["每半年一次", "每季度一次"], ["不在其中"], float("nan"), {"x": 1}, None):
        with pytest.raises(Unreadable):
            grade(exercise, forged)
