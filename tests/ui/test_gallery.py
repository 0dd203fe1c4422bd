"""Every exercise of the gallery, answered through its widgets by its own samples: what is stored and judged is what was meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.access import Who
from casecourse.actions import joining, operating
from casecourse.grading import ExerciseBase, Sample, grade
from casecourse.loading import load
from casecourse.model import Unit
from casecourse.store import Store, answers, people
from casecourse.ui.kinds import TWINS
from tests.kindbook import GALLERY

MAIN = Path(__file__).parents[2] / "src" / "casecourse" / "ui" / "main.py"
(CASE,) = load(GALLERY).course.cases
Visit = Callable[[str, str], tuple[AppTest, Who]]
SAID = {"right": "答对了", "part": "部分对", "wrong": "还不对", "unscored": "已提交"}
each_unit = pytest.mark.parametrize("unit", CASE.units, ids=lambda u: u.id)


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of a course that is the gallery."""
    monkeypatch.setenv("CASECOURSE_DATA", str(tmp_path))
    monkeypatch.setenv("CASECOURSE_CONTENT", str(GALLERY))
    monkeypatch.delenv("CASECOURSE_STORE", raising=False)
    store = operating.store()
    yield store
    store.close()


@pytest.fixture
def visit(opened: Store) -> Visit:
    """Open a unit of the gallery as somebody new."""

    def go(unit: str, name: str) -> tuple[AppTest, Who]:
        who = joining.as_student(people.join(opened, people.list_classes(opened)[0].id, name))
        app = AppTest.from_file(str(MAIN), default_timeout=30)
        app.session_state["who"] = who
        app.run()
        app.query_params["case"], app.query_params["unit"] = CASE.id, unit
        app.switch_page("screens/unit.py").run()
        assert not app.exception
        return app, who

    return go


def samples(unit: Unit, *, readable: bool) -> dict[str, list[Sample]]:
    """Exercise → its own samples, those that are answers or those that are none."""
    return {
        name: [s for s in CASE.exercises[name].samples() if (s.expects != "unreadable") is readable]
        for name in unit.exercise_refs
    }


def fill(app: AppTest, name: str, raw: Any) -> None:
    """Put an answer into the widgets by way of the twin's restore, as a draft comes back."""
    exercise = CASE.exercises[name]
    for widget, value in TWINS[exercise.kind].restore(exercise, raw, key=f"{CASE.id}-{name}").items():
        app.session_state[widget] = value


@each_unit
def test_every_sample_arrives_as_it_was_meant(visit: Visit, opened: Store, unit: Unit) -> None:
    """Restored into the widgets and submitted, each sample is stored as it reads and earns what it promises, also on the page."""
    tried = samples(unit, readable=True)
    for turn in range(max(map(len, tried.values()))):
        app, who = visit(unit.id, f"学员{turn}")
        asked = {name: found[turn] for name, found in tried.items() if turn < len(found)}
        for name, sample in asked.items():
            fill(app, name, sample.raw)
        app.run()
        for name in asked:
            app.button(key=f"submit-{CASE.id}-{name}").click().run()
            assert not app.exception, (name, asked[name])
        rows = {r.exercise: r for r in answers.answers_of(opened, who.person or "", CASE.id)}
        page = "\n".join(str(m.value) for m in app.markdown)
        for name, sample in asked.items():
            exercise: ExerciseBase = CASE.exercises[name]
            answer, verdict = grade(exercise, sample.raw)
            assert name in rows, (name, sample)
            assert exercise.read(rows[name].raw) == answer, (name, sample)
            assert (rows[name].share, rows[name].score) == (verdict.share, verdict.score), (name, sample)
        for expects, word in SAID.items():
            assert page.count(f"**{word}") == sum(s.expects == expects for s in asked.values()), (turn, expects)


@each_unit
def test_what_is_no_answer_is_restored_without_harm(visit: Visit, opened: Store, unit: Unit) -> None:
    """A draft that is no answer, stale or half made, breaks no page; what the widgets then hold is kept as a draft, whatever it is."""
    tried = samples(unit, readable=False)
    app, who = visit(unit.id, "学员")
    for turn in range(max(map(len, tried.values()))):
        asked = {name: found[turn] for name, found in tried.items() if turn < len(found)}
        for name, sample in asked.items():
            fill(app, name, sample.raw)
        app.run()
        assert not app.exception, asked
    assert not answers.answers_of(opened, who.person or "", CASE.id)
