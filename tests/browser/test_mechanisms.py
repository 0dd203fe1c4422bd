"""The index of mechanisms in a real browser: by keyboard, at every width, and the way to the question."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.person import WAIT, Person

pytestmark = pytest.mark.browser


def test_a_link_leads_to_the_question_and_marks_it(page: Page, server: Server) -> None:
    """By keyboard from the index into the unit: the question stands in view and has the focus; axe finds nothing."""
    person = Person(page, server.url)
    person.open("/unit?case=haidian&unit=staffing")
    person.join("王芳", server.printed("班级码"))
    person.open("/mechanisms")
    for width in (390, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        person.settle()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        violations = Axe().run(page).response["violations"]
        assert [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in violations] == []
    page.set_viewport_size({"width": 1280, "height": 800})
    row = page.locator(".st-key-mechrow-haidian-review-2")
    row.get_by_role("link").last.focus()
    page.keyboard.press("Enter")
    asked = person.exercise("haidian", "two-way")
    expect(asked).to_be_visible(timeout=WAIT)
    expect(asked).to_be_focused(timeout=WAIT)
    expect(asked.get_by_role("heading").first).to_be_in_viewport(timeout=WAIT)
    assert "at=two-way" in page.url
    person.open("/unit?case=haidian&unit=staffing&at=d-define")  # a link that somebody passed on
    expect(page.locator(".st-key-discuss-haidian-staffing-d-define")).to_be_focused(timeout=WAIT)
    person.open("/unit?case=haidian&unit=staffing&at=nowhere")
    expect(page.get_by_role("heading", name="力量下沉与考评")).to_be_in_viewport(timeout=WAIT)
