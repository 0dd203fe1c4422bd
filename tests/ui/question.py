"""One question alone on a page, in the frame that every page gives it: as little to draw as there is to ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from streamlit.testing.v1 import AppTest

from casecourse.access import Who
from casecourse.actions import joining
from casecourse.grading import ExerciseBase, Sample, grade
from casecourse.store import Store, answers, drafts, people
from casecourse.ui.kinds import TWINS


def _page() -> None:
    import streamlit as st

    from casecourse.ui import drafts
    from casecourse.ui.exercise import exercise

    if "asked" in st.session_state:
        case, name = st.session_state["asked"]
        drafts.opened(f"{case}/{name}/{st.session_state['who'].person}")
        drafts.mine(case, fresh=True)
        exercise(case, name, 1)


@dataclass
class Desk:
    """Where one after another sits down before a question; everybody is somebody new."""

    store: Store
    app: AppTest = field(default_factory=lambda: AppTest.from_function(_page, default_timeout=60))
    n: int = 0

    def fill(self, case: str, name: str, exercise: ExerciseBase, raw: Any) -> Who:
        """Open the question as somebody new, and put an answer into its widgets as a draft comes back."""
        self.n += 1
        who = joining.as_student(people.join(self.store, people.list_classes(self.store)[0].id, f"学员{self.n}"))
        self.app.session_state["who"], self.app.session_state["asked"] = who, (case, name)
        self.app.run()
        for widget, value in TWINS[exercise.kind].restore(exercise, raw, key=f"{case}-{name}").items():
            self.app.session_state[widget] = value
        self.app.run()
        assert not self.app.exception, (name, raw)
        return who

    def draft(self, who: Who, case: str, name: str) -> Any:
        """What has been kept by itself."""
        return next((d.raw for d in drafts.drafts_of(self.store, who.person or "", case) if d.prompt == name), None)

    def submit(self, who: Who, case: str, name: str) -> Any:
        """Press 提交, and find the answer in the store; None where none was taken."""
        self.app.button(key=f"submit-{case}-{name}").click().run()
        assert not self.app.exception, name
        return next((r for r in answers.answers_of(self.store, who.person or "", case) if r.exercise == name), None)


def arrive(desk: Desk, case: str, name: str, exercise: ExerciseBase, samples: Iterable[Sample]) -> None:
    """Each sample, restored and submitted, is stored as it reads and earns what it says; what is no answer does no harm."""
    for sample in samples:
        who = desk.fill(case, name, exercise, sample.raw)
        row = desk.submit(who, case, name)
        if sample.expects != "unreadable":
            answer, verdict = grade(exercise, sample.raw)
            assert row is not None, (name, sample)
            assert exercise.read(row.raw) == answer, (name, sample)
            assert row.share == verdict.share, (name, sample)
