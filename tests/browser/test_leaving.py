"""Leaving a page while one of its answers is still on its way, on a server that is slow to answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.desk import CHOICE, OPTIONS, Desk, stored
from tests.browser.person import WAIT, Person

pytestmark = pytest.mark.browser
ROW = "[class*=st-key-mechrow-haidian]"
# a choice and a link, one 60 ms after the other: nearer than a test can click
BOTH = """([name, option, leave]) => {
  const box = document.querySelector(`.st-key-exercise-haidian-${name}`)
  const chosen = [...box.querySelectorAll("label")].find((l) => l.textContent.includes(option)).querySelector("input")
  const link = [...document.querySelectorAll("a")].find((a) => a.textContent.trim() === "机制")
  const deeds = [() => chosen.click(), () => link.click()]
  if (leave === "first") deeds.reverse()
  deeds[0]()
  setTimeout(deeds[1], 60)
}"""


@pytest.fixture
def desk(page: Page, school: Server) -> Desk:
    """A student in front of a choice."""
    person = Person(page, school.url)
    person.enrol("卫四", school)
    found = Desk(person)
    found.open()
    return found


def test_a_link_waits_for_the_choice(desk: Desk, school: Server) -> None:
    """She chooses and leaves at once: the page goes when the choice is kept, and not before."""
    page = desk.person.page
    with school.asleep():
        page.evaluate(BOTH, [CHOICE, OPTIONS[1], "last"])
        page.wait_for_timeout(1500)
        assert "/unit" in page.url
    expect(page.get_by_role("heading", name="机制索引")).to_be_visible(timeout=WAIT)
    assert "/mechanisms" in page.url
    assert stored(school).choice == OPTIONS[1]


def test_what_the_old_page_still_sends_does_not_empty_the_new_one(desk: Desk, school: Server) -> None:
    """She leaves, and while nothing has come yet she chooses on the old page: the new one comes and stays, whole."""
    page = desk.person.page
    with school.asleep():
        page.evaluate(BOTH, [CHOICE, OPTIONS[1], "first"])
        page.wait_for_timeout(1000)
    expect(page.locator(ROW).last).to_be_visible(timeout=WAIT)
    desk.person.settle()
    page.wait_for_timeout(1500)  # an emptied page may have been whole for a moment
    expect(page.get_by_role("heading", name="机制索引")).to_be_visible()
    expect(page.locator(ROW).last).to_be_attached()
    assert "/mechanisms" in page.url
