"""The index of mechanisms in a real browser: by keyboard, at every width, and the way to the question."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.person import WAIT, Person

pytestmark = pytest.mark.browser


@pytest.fixture
def person(page: Page, school: Server) -> Person:
    """A student in front of the index."""
    found = Person(page, school.url)
    found.enrol("王芳", school)
    found.open("/mechanisms")
    return found


def test_the_index_can_be_used_by_everybody(person: Person) -> None:
    """At phone, laptop and projector width, by day and by night, nothing sticks out and axe finds nothing."""
    page = person.page
    person.press(page.get_by_role("button", name="海淀"))  # a chosen pill has colours of its own
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in (390, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            person.settle()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            if scheme == "light" or width == 1280:  # at night it is the colours that change
                violations = Axe().run(page).response["violations"]
                assert [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in violations] == [], (scheme, width)


def test_a_link_leads_to_the_question_and_marks_it(person: Person) -> None:
    """By keyboard from the index into the unit, as often as one likes: the question stands in view and has the focus."""
    page = person.page
    for _ in range(2):
        page.locator(".st-key-mechrow-haidian-review-2").get_by_role("link").last.focus()
        page.keyboard.press("Enter")
        asked = person.exercise("haidian", "two-way")
        expect(asked).to_be_focused(timeout=WAIT)
        expect(asked.get_by_role("heading").first).to_be_in_viewport(timeout=WAIT)
        assert "at=two-way" in page.url
        person.press(page.get_by_role("link", name="机制", exact=True))
        expect(page.get_by_role("heading", name="机制索引")).to_be_in_viewport(timeout=WAIT)


def test_a_link_that_was_passed_on(person: Person) -> None:
    """It leads to a prompt as well; to a place that is not there it leads to the unit's beginning."""
    page = person.page
    person.open("/unit?case=haidian&unit=staffing&at=d-define")
    expect(page.locator(".st-key-discuss-haidian-staffing-d-define")).to_be_focused(timeout=WAIT)
    person.open("/unit?case=haidian&unit=staffing&at=nowhere")
    expect(page.get_by_role("heading", name="力量下沉与考评")).to_be_in_viewport(timeout=WAIT)


def test_narrowing_by_keyboard(person: Person) -> None:
    """A case chosen with the keys leaves its own mechanisms; what is typed leaves what speaks of it."""
    page = person.page
    rows = page.locator("[class*='st-key-mechrow-']")
    everything = rows.count()
    pill = page.get_by_role("button", name="海淀")
    pill.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[class*='st-key-mechrow-jiaxing']")).to_have_count(0, timeout=WAIT)
    assert 0 < rows.count() < everything
    page.get_by_label("搜索").fill("第三方")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="四类力量下沉")).to_have_count(0, timeout=WAIT)
    expect(page.get_by_role("heading", name="第三方与居民的评价")).to_be_visible(timeout=WAIT)
