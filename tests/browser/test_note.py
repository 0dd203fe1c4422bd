"""The teaching note in a real browser: at every width, by day and by night, on paper, and from a step to its question."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from casecourse.loading import Content
from tests.browser.conftest import Server
from tests.browser.person import WAIT, Person

pytestmark = pytest.mark.browser


@pytest.fixture
def teacher(page: Page, school: Server) -> Person:
    """An instructor who has signed in."""
    found = Person(page, school.url)
    found.sign_in(school.printed("教师口令"))
    return found


def test_the_note_can_be_used_by_everybody(teacher: Person) -> None:
    """At phone, laptop and projector width, by day and by night, nothing sticks out and axe finds nothing."""
    page = teacher.page
    teacher.open("/note?case=jiaxing")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in (390, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            teacher.settle()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            if scheme == "light" or width == 1280:  # at night it is the colours that change
                violations = Axe().run(page).response["violations"]
                assert [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in violations] == [], (scheme, width)


def test_the_note_is_printed_whole(teacher: Person, content: Content) -> None:
    """On paper all steps stand in the page's width, none across two sheets, in ink on white; what one clicks on is left out."""
    page = teacher.page
    teacher.open("/note?case=haidian")
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 700, "height": 1000})
    steps = page.locator("[class*='st-key-notestep-']")
    assert steps.count() == len(content.course.notes["haidian"].segments())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight > 4000"), "all of it, not one screenful"
    assert steps.first.evaluate("e => getComputedStyle(e).breakInside") == "avoid"
    assert steps.first.evaluate("e => getComputedStyle(e).color") == "rgb(36, 34, 30)"
    expect(page.locator(".st-key-notecontents")).to_be_hidden()
    assert len(re.findall(rb"/Type /Page\b", page.pdf(format="A4"))) >= 4


def test_a_step_leads_to_its_question(teacher: Person, content: Content) -> None:
    """From the library to the note, opening the evidence of a question, and on to the exercise that a step uses."""
    page = teacher.page
    teacher.open("/")
    teacher.press(page.locator(".st-key-card-haidian").get_by_role("link", name="案例使用说明书"))
    expect(page.get_by_role("heading", name="启发思考题")).to_be_visible(timeout=WAIT)
    asked = page.locator(".st-key-notequestion-q-break")
    teacher.press(asked.locator("summary"))
    expect(asked.locator("blockquote").first).to_be_visible(timeout=WAIT)
    lesson = next(iter(content.course.notes["haidian"].plan.values()))
    step = next(n for n, segment in enumerate(lesson) if "dispatch" in segment.exercise)
    teacher.press(page.locator(f".st-key-noteways-0-{step}").get_by_role("link"))
    expect(teacher.exercise("haidian", "dispatch")).to_be_focused(timeout=WAIT)
