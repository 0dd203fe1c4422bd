"""Step by step in a real browser: with the mouse, with a finger, with the keyboard alone, and through a dying server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from casecourse import store as stores
from casecourse.grading import ExerciseBase
from casecourse.loading import load
from casecourse.store import answers, people
from tests.browser.conftest import Server
from tests.browser.person import WAIT, Person
from tests.writing import CONTENT, course

pytestmark = pytest.mark.browser
LAPTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
NAMES = ("relay", "rounds", "dispatch", "desk", "both", "poll")
UNIT = "/unit?case=demo&unit=first"
FOCUSED = "() => document.activeElement.innerText.trim().slice(0, 40)"
FAR = 120  # more stops than the page has


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with the good examples of both kinds."""
    root = tmp_path_factory.mktemp("process")
    banks = [(CONTENT / "good" / f"{kind}.yaml").read_text("utf-8") for kind in ("scenario", "route")]
    course(root, bank_yaml="\n".join(banks))
    return root


@pytest.fixture(scope="module")
def server(serve_all: Callable[[Path], Server], folder: Path) -> Server:
    """A server with that course."""
    return serve_all(folder)


@pytest.fixture(scope="module")
def exercises(folder: Path) -> dict[str, ExerciseBase]:
    """Its exercises by name."""
    return dict(load(folder).course.cases[0].exercises)


def meant(exercise: ExerciseBase) -> Any:
    """The right answer, or one where there is no right."""
    return next(s.raw for s in exercise.samples() if s.expects in ("right", "unscored"))


def stored(server: Server, name: str) -> dict[str, Any]:
    """Exercise → what the store has of a person's answers."""
    store = stores.open(f"sqlite:///{next(server.data.rglob('*.db')).as_posix()}")
    try:
        room = people.list_classes(store)[0]
        person = next(p for p in people.people_of(store, room.id) if p.name == name)
        return {row.exercise: row.raw for row in answers.answers_of(store, person.id, "demo")}
    finally:
        store.close()


def begin(browser: Browser, server: Server, name: str, **how: Any) -> Person:
    """A person on the unit's page."""
    page = browser.new_context(locale="zh-CN", **how).new_page()
    person = Person(page, server.url, touch=bool(how.get("has_touch")))
    person.enrol(name, server)
    person.open(UNIT)
    return person


def serious(page: Page) -> list[str]:
    """Violations that shut somebody out."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("how", [LAPTOP, PHONE], ids=["mouse", "finger"])
def test_by_mouse_and_by_finger(
    browser: Browser, server: Server, exercises: dict[str, ExerciseBase], how: dict[str, Any]
) -> None:
    """Everything can be worked through by pointing; targets are large enough, nothing is too wide, nobody is shut out."""
    who = "指" if how is PHONE else "点"
    person = begin(browser, server, who, **how)
    assert serious(person.page) == []
    for name in NAMES:
        box = person.exercise("demo", name)
        sizes = box.locator('[class*="st-key-ways-"] button').evaluate_all(
            "all => all.map(b => b.getBoundingClientRect().height)"
        )
        assert min(sizes) >= 44, name
        person.fill(box, exercises[name], meant(exercises[name]))
        person.submit(box)
    main = person.page.locator('[data-testid="stMain"]')
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert serious(person.page) == []
    kept = stored(server, who)
    for name in NAMES:
        assert exercises[name].read(kept[name]) == exercises[name].read(meant(exercises[name]))


def tab_to(person: Person, box: Locator, label: str) -> list[str]:
    """Tab from where one is until the button with this label inside `box` has the focus; returns what was passed."""
    button = box.get_by_role("button", name=label, exact=True)
    expect(button).to_be_visible(timeout=WAIT)
    passed = []
    for _ in range(FAR):
        if button.evaluate("b => b === document.activeElement"):
            return passed
        person.page.keyboard.press("Tab")
        passed.append(person.page.evaluate(FOCUSED))
    raise AssertionError(f"{label} cannot be reached by Tab: {passed}")


def test_by_the_keyboard_alone(browser: Browser, server: Server) -> None:
    """Enter takes a choice; the next ones lie right ahead, after them 后退一步 and 提交."""
    person = begin(browser, server, "键", **LAPTOP)
    box = person.exercise("demo", "relay")
    passed = {}
    for label in ("请城管分队今晚到场", "后退一步", "召集联合执法队，明天一起去", "留三天观察，再请居民确认", "提交"):
        passed[label] = tab_to(person, box, label)
        person.page.keyboard.press("Enter")
        person.settle()
    expect(box.get_by_text("答对了")).to_be_visible(timeout=WAIT)
    assert stored(server, "键") == {"relay": ["together", "留三天观察，再请居民确认"]}
    assert len(passed["后退一步"]) <= 3
    assert len(passed["留三天观察，再请居民确认"]) <= 2
    assert len(passed["提交"]) <= 3


def test_a_step_survives_the_server(browser: Browser, server: Server) -> None:
    """Killed in the middle of a run and started again, the server has every step, and the run goes on from there."""
    person = begin(browser, server, "断", **LAPTOP)
    relay, desk = person.exercise("demo", "relay"), person.exercise("demo", "desk")
    person.press(relay.get_by_role("button", name="召集联合执法队，明天一起去", exact=True))
    expect(relay.get_by_text("许可已经过期，责令停工。现在结案？")).to_be_visible(timeout=WAIT)
    person.press(desk.get_by_role("button", name="生活类", exact=True))
    expect(desk.get_by_role("button", name="市场服务", exact=True)).to_be_visible(timeout=WAIT)
    person.settle()
    server.kill()
    server.start()
    _until(person, desk, "市场服务", "想知道老年证在哪里办")  # the page finds the new server by itself
    person.press(relay.get_by_role("button", name="当场结案", exact=True))
    expect(relay.get_by_text("故事到这里为止")).to_be_visible(timeout=WAIT)
    person.submit(relay)
    assert stored(server, "断") == {"relay": ["together", "当场结案"]}


def _until(person: Person, box: Locator, label: str, then: str) -> None:
    """Tap as somebody does whose page is not yet there again: once more when nothing happens. Two taps are one step."""
    for _ in range(8):
        button = box.get_by_role("button", name=label, exact=True)
        if button.count() and button.is_enabled():
            person.press(button)
        try:
            expect(box.get_by_text(then)).to_be_visible(timeout=WAIT // 4)
        except AssertionError:
            continue
        return
    raise AssertionError(f"{then} did not come")
