"""The gallery in a real browser: every kind answered with the mouse, with a finger and with the keyboard alone, and no barrier on any page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from casecourse import store as stores
from casecourse.grading import ExerciseBase
from casecourse.kinds import KINDS
from casecourse.loading import load
from casecourse.model import Unit
from casecourse.store import answers, people
from tests.browser.conftest import Server
from tests.browser.keyboard import KEYS, Typist
from tests.browser.person import WAIT, WAYS, Person
from tests.conftest import WHOLE
from tests.kindbook import GALLERY

pytestmark = pytest.mark.browser
(CASE,) = load(GALLERY).course.cases
Which = Literal["first", "last", "all"]
SAID = {"right": "答对了", "part": "部分对", "unscored": "已提交"}
LAPTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2,
}  # fmt: skip


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server with the gallery for all of this module."""
    server = Server(tmp_path_factory.mktemp("gallery"), GALLERY)
    server.start()
    yield server
    server.stop()


def meant(unit: Unit, which: Which) -> Iterator[tuple[str, ExerciseBase, Any, str]]:
    """(name, exercise, answer, what it earns): the first of a kind right, the others partly right where they can be.

    Of each kind the first, the last, which uses the kind's special powers, or all.
    """
    last = {CASE.exercises[name].kind: name for name in unit.exercise_refs}
    seen: set[str] = set()
    for name in unit.exercise_refs:
        exercise = CASE.exercises[name]
        first = exercise.kind not in seen
        samples = {s.expects: s.raw for s in reversed(list(exercise.samples()))}
        wish = ("right", "unscored") if first else ("part", "right", "unscored")
        expects = next(w for w in wish if w in samples)
        seen.add(exercise.kind)
        if which == "all" or (first if which == "first" else last[exercise.kind] == name):
            yield name, exercise, samples[expects], expects


def serious(page: Page) -> list[str]:
    """Violations that shut somebody out, by axe."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]


def work_through(person: Person, name: str, server: Server, *, which: Which = "last", axe: bool = False) -> None:
    """Open every unit once, answer it, and find in the store what was meant; `axe` looks for barriers."""
    person.enrol(name, server)
    for unit in CASE.units:
        person.open(f"/unit?case={CASE.id}&unit={unit.id}")
        assert not axe or serious(person.page) == [], f"{unit.id}, asked"
        for exercise_name, exercise, raw, expects in meant(unit, which):
            box = person.exercise(CASE.id, exercise_name)
            person.fill(box, exercise, raw)
            person.submit(box)
            expect(box.get_by_text(SAID[expects]).first).to_be_visible(timeout=WAIT)
        assert not axe or serious(person.page) == [], f"{unit.id}, answered"
        main = person.page.locator('[data-testid="stMain"]')
        assert main.evaluate("e => e.scrollWidth <= e.clientWidth"), f"{unit.id} is wider than the screen"
    kept = stored(server, name)
    for unit in CASE.units:
        for exercise_name, exercise, raw, _ in meant(unit, which):
            assert exercise.read(kept[exercise_name]) == exercise.read(raw), exercise_name


def stored(server: Server, name: str) -> dict[str, Any]:
    """Exercise → what the store has of a person's answers."""
    store = stores.open(f"sqlite:///{next(server.data.rglob('*.db')).as_posix()}")
    try:
        room = people.list_classes(store)[0]
        person = next(p for p in people.people_of(store, room.id) if p.name == name)
        return {row.exercise: row.raw for row in answers.answers_of(store, person.id, CASE.id)}
    finally:
        store.close()


def test_every_kind_has_a_way_and_a_way_by_keys() -> None:
    """A new kind says how a person fills it in, with a pointer and without."""
    assert set(WAYS) == set(KEYS) == set(KINDS.values())


def test_with_the_mouse(browser: Browser, gallery: Server) -> None:
    """On a laptop, in light colours, every kind can be answered by pointing and typing, and nothing shuts anybody out."""
    context = browser.new_context(locale="zh-CN", color_scheme="light", **LAPTOP)
    work_through(Person(context.new_page(), gallery.url), "鼠标", gallery, which="all" if WHOLE else "first", axe=True)
    context.close()


def test_with_a_finger(browser: Browser, gallery: Server) -> None:
    """On a phone, in dark colours, every kind can be answered by tapping, nothing is wider than the screen or shuts anybody out."""
    context = browser.new_context(locale="zh-CN", color_scheme="dark", **PHONE)
    work_through(Person(context.new_page(), gallery.url, touch=True), "手指", gallery, axe=True)
    context.close()


def test_with_the_keyboard_alone(browser: Browser, gallery: Server) -> None:
    """Every kind can be reached by Tab, answered by arrows, Space, Enter and typing, and sent."""
    context = browser.new_context(locale="zh-CN", **LAPTOP)
    work_through(Typist(context.new_page(), gallery.url), "键盘", gallery)
    context.close()
