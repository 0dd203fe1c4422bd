"""The teaching note on screen: all of it for instructors, with ways to what a lesson uses; for nobody else anything of it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.access import ANONYMOUS, Who
from casecourse.loading import Content
from casecourse.model import full_id
from casecourse.model.blocks import Discuss
from tests.ui.test_screens import MAIN, TEACHER, Open, opened, student, visit, words

__all__ = ["opened", "student", "visit"]
NOTED = ("jiaxing", "haidian")


def links(app: AppTest) -> list[tuple[str, str]]:
    """Label and address of every way on."""
    return [(e.proto.label, e.proto.query_string) for e in app.get("page_link")]


def doors(app: AppTest) -> list[str]:
    """The cases whose note can be reached from here."""
    return [query.removeprefix("case=") for _, query in links(app) if query in {f"case={n}" for n in NOTED}]


@pytest.mark.parametrize("name", NOTED)
def test_an_instructor_reads_all_of_it(visit: Open, content: Content, name: str) -> None:
    """Purpose, questions with their objectives, analysis, theories, essentials, plans, board and homework stand there, facts filled in."""
    case, note = content.course.case(name), content.course.notes[name]
    assert case is not None
    app = visit(TEACHER, "note", case=name)
    told = words(app).replace("\u2060", "")
    fill = content.course.facts.of(name).fill
    for text in (
        *note.purpose.strip().splitlines(), *note.audience, *(q.text for q in note.questions.values()), *note.analysis,
        *note.theory, *(x for h in note.theory.values() for x in (h.use, h.external)), *note.essentials, *note.plan,
        *(s.do for s in note.segments()), *note.board, *(x for c in note.board.values() for x in c), note.before, note.after,
    ):  # fmt: skip
        assert fill(text).strip() in told
    for question in note.questions.values():
        for ref in question.serves:
            goal = next(g for u in case.units if (g := u.objective(ref)))
            assert goal[1] in told
    assert "{{" not in told


@pytest.mark.parametrize("name", NOTED)
def test_the_evidence_of_a_question_can_be_opened(visit: Open, content: Content, name: str) -> None:
    """Every passage that a question cites is quoted, every figure given with its value, every gap with what is not said."""
    told = words(visit(TEACHER, "note", case=name)).replace("\u2060", "")
    case, scope = content.course.case(name), content.course.facts.of(name)
    assert case is not None
    for question in content.course.notes[name].questions.values():
        for ref in question.cites:
            if "#" in ref:
                passage = next(p for p in scope.passages([ref.partition("#")[0]]) if p.ref == ref)
                assert f"> {passage.text.splitlines()[0][:12]}".replace("**", "") in told.replace("**", "")
            else:
                assert (case.gaps[ref] if ref in case.gaps else scope.shown(ref).text) in told


def test_a_unit_that_is_cited_several_times_is_named_once(visit: Open) -> None:
    """The line of evidence says a unit's title and then its passages."""
    labels = [fold.label for fold in visit(TEACHER, "note", case="jiaxing").expander]
    assert "依据　三社凭什么“互动”，第 8 段、第 9 段；制度供给：机构、文件与督查，第 4 段" in labels


@pytest.mark.parametrize("name", NOTED)
def test_every_step_has_its_minutes_and_the_ways_to_what_it_uses(visit: Open, content: Content, name: str) -> None:
    """A lesson runs from 0 to its sum; each unit, question and discussion of a step is a link to the place in the unit."""
    app = visit(TEACHER, "note", case=name)
    told, ways = words(app).replace("\u2060", ""), [query for _, query in links(app)]
    for segments in content.course.notes[name].plan.values():
        start = 0
        for segment in segments:
            assert f"**{start}–{start + segment.minutes}**" in told
            start += segment.minutes
        assert f"{start} 分钟　{len(segments)} 步" in told
    for segment in content.course.notes[name].segments():
        for ref in segment.unit:
            assert f"case={full_id(name, ref)[0]}&unit={full_id(name, ref)[1]}" in ways
        for ref in (*segment.exercise, *segment.discuss):
            at = full_id(name, ref)[1].rpartition("#")[2]
            assert [w for w in ways if w.endswith(f"&at={at}")], ref


@pytest.mark.parametrize("name", NOTED)
def test_a_discussion_of_a_lesson_brings_what_good_answers_hold(visit: Open, content: Content, name: str) -> None:
    """Each step that discusses has a fold with the lines its author wrote; a step without a discussion has none."""
    case, note, scope = content.course.case(name), content.course.notes[name], content.course.facts.of(name)
    assert case is not None
    folds = [f for f in visit(TEACHER, "note", case=name).expander if f.label == "好回答里有什么"]
    lines = {f"{u.id}#{b.id}": b.expect for u in case.units for b in u.blocks if isinstance(b, Discuss)}
    steps = [[x for ref in s.discuss for x in lines[ref]] for s in note.segments()]
    wanted = ["\n".join(f"- {scope.fill(x)}" for x in step) for step in steps if step]
    assert [f.markdown[0].value.replace("\u2060", "") for f in folds] == wanted
    assert folds


def test_it_is_reached_from_where_a_teacher_looks(visit: Open, content: Content) -> None:
    """The class page and the library lead to every note, a unit to its own case's; a case without one has no door."""
    assert set(NOTED) <= set(content.course.notes)
    assert [n for n in doors(visit(TEACHER, "classroom")) if n in NOTED] == [
        c.id for c in content.course.cases if c.id in NOTED
    ]
    assert set(doors(visit(TEACHER))) == set(NOTED)
    assert doors(visit(TEACHER, "unit", case="haidian", unit="staffing")) == ["haidian"]
    assert "没有这份说明书" in words(visit(TEACHER, "note", case="nowhere"))


@pytest.mark.parametrize("role", ["student", "anonymous"])
def test_nobody_else_reaches_it(visit: Open, student: Who, content: Content, role: str) -> None:
    """No door on any screen, no page behind the address, and no sentence of a note in anything that was drawn."""
    who = student if role == "student" else ANONYMOUS
    for screen, query in (("", {}), ("unit", {"case": "haidian", "unit": "staffing"}), ("note", {"case": "haidian"})):
        app = AppTest.from_file(str(MAIN), default_timeout=30)
        app.session_state["who"] = who
        app.run()
        app.query_params.update(query)
        with suppress(ValueError):  # an unlisted page is refused, or the frame falls back to the library
            if screen:
                app.switch_page(f"screens/{screen}.py").run()
        assert words(app)
        assert "案例使用说明书" not in str(app.main) + str(app.sidebar)
        assert doors(app) == []
        for name in NOTED:
            for segment in content.course.notes[name].segments():
                assert segment.do not in str(app.main)


def test_the_line_of_evidence_names_a_unit_once(visit: Open) -> None:
    """Before it is opened: the unit, then its passages; what the source does not say by its own words."""
    labels = [e.label for e in visit(TEACHER, "note", case="xuanwu").expander]
    named = next(label for label in labels if "五个中心怎么设计" in label)
    assert named.count("五个中心怎么设计") == 1
    assert "第 4 段、第 9 段" in named.replace("\u2060", "")
    assert "源文未载　一件事在五个中心之间怎样流转" in named
