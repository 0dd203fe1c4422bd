"""The field for typed text: nothing that happens on the page disturbs whoever is typing in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Server
from tests.browser.desk import CHOICE, LONG, SHORT, Desk, light, stored, work
from tests.browser.person import WAIT
from tests.browser.test_matrix import sit_down

pytestmark = pytest.mark.browser
CARET = "node => [node.selectionStart, node.selectionEnd]"


@pytest.fixture(scope="module")
def school(serve_all: Callable[[Path], Server], tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A server whose unit is soon drawn."""
    return serve_all(light(tmp_path_factory.mktemp("light")))


@pytest.fixture
def desk(page: Page, school: Server) -> Desk:
    """Somebody new at the unit."""
    return sit_down(page.context, school)


def sent(page: Page) -> list[dict[str, Any]]:
    """Every draft that the page sends from now on."""
    found: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if request.url.endswith("/draft"):
            found.append(json.loads(request.post_data or "{}"))

    page.on("request", note)
    return found


def test_caret_selection_and_undo_are_left_alone(desk: Desk) -> None:
    """Typing in the middle while drafts are kept and a neighbour question runs: caret, selection and undo stay."""
    field = desk.field(LONG)
    desk.type(LONG, "打分的人与得益的人要分开")
    expect(desk.status(LONG)).to_contain_text("已存草稿", timeout=WAIT)
    field.evaluate("node => node.setSelectionRange(2, 2)")
    field.press_sequentially("甲乙")
    assert field.evaluate(CARET) == [4, 4]
    expect(desk.status(LONG)).to_contain_text("已存草稿", timeout=WAIT)
    assert field.evaluate(CARET) == [4, 4]
    field.evaluate("node => node.setSelectionRange(1, 6)")
    # a neighbour question answers meanwhile, without taking the focus
    desk.person.label(desk.box(CHOICE), "radio", work(0).choice).evaluate("node => node.click()")
    expect(desk.status(CHOICE)).to_contain_text("已存草稿", timeout=WAIT)
    assert field.evaluate(CARET) == [1, 6]
    desk.person.page.keyboard.press("Control+z")
    assert "甲乙" not in field.input_value()
    desk.person.page.keyboard.press("Control+Shift+z")
    assert field.input_value() == "打分甲乙的人与得益的人要分开"


def test_chinese_input_is_not_cut_into(desk: Desk, school: Server) -> None:
    """While letters are being composed nothing is sent; the characters are kept once they are chosen."""
    page = desk.person.page
    desk.field(LONG).click()
    posted = sent(page)
    ime = page.context.new_cdp_session(page)
    for letters in ("zh", "zhi", "zhi'l", "zhi'li"):
        ime.send(
            "Input.imeSetComposition", {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)}
        )
        page.wait_for_timeout(900)
    assert posted == []
    assert desk.field(LONG).input_value() == "zhi'li"
    ime.send("Input.insertText", {"text": "治理"})
    expect(desk.status(LONG)).to_contain_text("已存草稿", timeout=WAIT)
    assert desk.field(LONG).input_value() == "治理"
    assert [p["text"] for p in posted] == ["治理"]
    assert stored(school).long == "治理"


def test_somebody_who_types_on_is_kept_every_two_seconds(desk: Desk) -> None:
    """Without a pause to think, the text is sent at most every two seconds and at least as often."""
    page = desk.person.page
    posted = sent(page)
    desk.field(LONG).click()
    desk.field(LONG).press_sequentially("一" * 25, delay=200)
    assert 2 <= len(posted) <= 6
    expect(desk.status(LONG)).to_contain_text("已存草稿", timeout=WAIT)


def test_by_keyboard_alone(desk: Desk) -> None:
    """Tab reaches field and button; Enter in a short field hands the text over; the state is a status that is read out."""
    page = desk.person.page
    field = desk.field(SHORT)
    field.focus()
    page.keyboard.type("21.7")
    page.keyboard.press("Enter")
    desk.person.settle()
    page.keyboard.press("Tab")  # 源文未载
    page.keyboard.press("Tab")  # 提交
    assert page.evaluate("document.activeElement.innerText").strip() == "提交"
    page.keyboard.press("Enter")
    expect(desk.box(SHORT).get_by_text("答对了")).to_be_visible(timeout=WAIT)
    page.reload()  # a draft that arrives after its answer says nothing new
    expect(desk.box(SHORT).get_by_text("答对了")).to_be_visible(timeout=WAIT)


def test_a_click_without_a_pointer_takes_the_text_along(desk: Desk) -> None:
    """A reading program presses 提交 while the field still has the focus: what was typed last is what is handed in."""
    desk.type(SHORT, "21.7")
    desk.box(SHORT).get_by_role("button", name="提交", exact=True).evaluate("node => node.click()")
    expect(desk.box(SHORT).get_by_text("答对了")).to_be_visible(timeout=WAIT)


def test_pressing_elsewhere_at_once_loses_neither(desk: Desk) -> None:
    """Text in one question and 提交 in another in the same moment: the answer is handed in and the text is kept."""
    desk.choose(work(0).choice)
    desk.person.settle()
    desk.type(LONG, "还没有写完")
    desk.box(CHOICE).get_by_role("button", name="提交", exact=True).evaluate("node => node.click()")
    expect(desk.box(CHOICE).get_by_text("次作答")).to_be_visible(timeout=WAIT)
    assert desk.field(LONG).input_value() == "还没有写完"
    expect(desk.status(LONG)).to_contain_text("已存草稿", timeout=WAIT)


def test_everybody_can_use_it(desk: Desk) -> None:
    """Fields have names, states are read out, and two drafts side by side break no rule of WCAG that axe knows."""
    desk.type(LONG, "一句")
    found = Axe().run(desk.person.page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    assert desk.field(LONG).evaluate("node => node.labels.length") == 1
