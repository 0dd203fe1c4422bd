"""What reaches a student's browser: no key, reason or explanation before release, no request to anywhere else, and a page that everybody can use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, WebSocket

from casecourse.grading import ExerciseBase
from casecourse.loading import Content
from tests.browser.conftest import Server
from tests.browser.person import Person

pytestmark = pytest.mark.browser
UNITS = [("jiaxing", "scorecard"), ("xuanwu", "sources"), ("shanghai", "money"), ("haidian", "staffing")]


def secrets(value: object, field: str = "") -> Iterator[str]:
    """Reasons, explanations and expectations of an exercise: sentences that stand nowhere else."""
    if isinstance(value, str) and field in ("why", "explain", "expect", "question") and len(value) > 7:
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from secrets(item, field if field == "why" else name)  # reasons may stand under what they speak of
    elif isinstance(value, list):
        for item in value:
            yield from secrets(item, field)


def test_no_key_reaches_a_student_before_release(page: Page, school: Server, content: Content) -> None:
    """On every unit, none of the sentences behind the answers is in what the server sent, and nowhere one of a teaching note; nothing goes off the machine."""
    frames: list[bytes] = []
    elsewhere: list[str] = []
    failed: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda f: frames.append(f if isinstance(f, bytes) else f.encode()))

    page.on("websocket", listen)
    page.on(
        "request",
        lambda r: elsewhere.append(r.url) if not r.url.startswith((school.url, "data:", "blob:", "ws")) else None,
    )
    page.on("pageerror", lambda e: failed.append(str(e)))
    person = Person(page, school.url)
    person.open(f"/unit?case={UNITS[0][0]}&unit={UNITS[0][1]}")
    person.join("王芳", school.printed("班级码"))
    for case, unit in content.course.units():
        person.open(f"/unit?case={case.id}&unit={unit.id}")
        sent = b"".join(frames)
        # the control: what a student may read is found by the same search
        first: ExerciseBase = case.exercises[unit.exercise_refs[0]]
        assert first.scope.fill(first.prompt)[:6].encode() in sent
        for name, exercise in case.exercises.items():
            for sentence in secrets(exercise.model_dump(mode="json")):
                assert exercise.scope.fill(sentence).encode() not in sent, f"{case.id}:{name}"
    for case in content.course.cases:
        person.open(f"/note?case={case.id}")  # the address of the page that only instructors have
    sent = b"".join(frames)
    for note in content.course.notes.values():
        for sentence in (*note.essentials, *note.analysis, *(s.do for s in note.segments()), note.after):
            assert sentence.encode() not in sent
    assert elsewhere == []
    assert failed == []


def test_pages_can_be_used_by_everybody(page: Page, school: Server) -> None:
    """No serious violation of WCAG on library, unit, one's own page and the instructor's door, by axe."""
    person = Person(page, school.url)
    person.open(f"/unit?case={UNITS[0][0]}&unit={UNITS[0][1]}")
    person.join("王芳", school.printed("班级码"))
    for path in ("/", f"/unit?case={UNITS[3][0]}&unit={UNITS[3][1]}", "/me", "/teacher"):
        person.open(path)
        found = Axe().run(page).response["violations"]
        serious = [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]
        assert serious == [], path
