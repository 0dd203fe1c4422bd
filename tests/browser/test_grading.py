"""An argument from its writing to its released grade, in a real browser against a real server."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import ROOT, Server
from tests.browser.person import WAIT, Person, frames

pytestmark = pytest.mark.browser
CASE, NAME, UNIT = "gallery", "report", "judge"
SECRET = ("引用具体事实并写明口径", "有事实而口径不全", "写出未知与假设")
TEXT = "满意率是多少、由谁来测，我照实写；为什么没有投诉，源文没有写，我也照实写。"
PATH = f"/unit?case={CASE}&unit={UNIT}"


@pytest.fixture
def gallery(serve: Callable[..., Server]) -> Server:
    """A server that teaches the gallery."""
    return serve(ROOT / "docs" / "gallery")


def choose(person: Person, box: Locator, row: str, level: str) -> None:
    """Pick a level of a row, and see that it is kept."""
    group = box.get_by_role("radiogroup", name=row)
    person.press(group.locator("label").filter(has_text=level).first)
    expect(group.get_by_role("radio", name=level)).to_be_checked(timeout=WAIT)
    expect(box.get_by_text("已保存").first).to_be_visible(timeout=WAIT)
    person.settle()


def commented(page: Page, server: Server, comment: str) -> None:
    """Wait until the store has this comment."""
    for _ in range(WAIT // 100):
        with closing(sqlite3.connect(server.data / "casecourse.db")) as store:
            if store.execute("SELECT 1 FROM grades WHERE comment = ?", (comment,)).fetchone():
                return
        page.wait_for_timeout(100)
    raise AssertionError(f"never stored: {comment}")


def write(student: Person, server: Server) -> Locator:
    """Hand the argument in; nothing of the rubric has come before that."""
    heard = frames(student.page)
    student.enrol("王芳", server)
    student.open(PATH)
    box = student.exercise(CASE, NAME)
    box.get_by_role("textbox").first.fill(TEXT)
    expect(box.get_by_text("已存草稿")).to_be_visible(timeout=WAIT)
    sent = b"".join(heard)
    assert "写不写".encode() in sent, "the question itself has come"
    assert [word for word in SECRET if word.encode() in sent] == []
    student.submit(box)
    return box


def written(browser: Browser, server: Server) -> None:
    """Somebody's argument is there, and she is gone."""
    context = browser.new_context(locale="zh-CN")
    write(Person(context.new_page(), server.url), server)
    context.close()


def at_the_desk(page: Page, server: Server) -> tuple[Person, Locator]:
    """An instructor who has signed in, and the sheet before her."""
    teacher = Person(page, server.url)
    teacher.sign_in(server.printed("教师口令"))
    teacher.open("/grading")
    return teacher, page.locator('[class*="st-key-sheet-"]')


def test_an_argument_is_written_assessed_graded_and_released(browser: Browser, page: Page, gallery: Server) -> None:
    """A student writes and assesses herself; the instructor grades blind and releases; the student sees it."""
    phone = browser.new_context(
        locale="zh-CN", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, device_scale_factor=2
    )
    student = Person(phone.new_page(), gallery.url, touch=True)
    box = write(student, gallery)
    for row, level in (("证据", "引用具体事实"), ("推理", "因果清楚并考虑反例"), ("边界", "写出一部分")):
        choose(student, box, row, level)
    expect(box.get_by_text("3.56 / 4 分")).to_be_visible(timeout=WAIT)
    heights = [label.bounding_box() for label in box.locator('[data-testid="stRadio"] [role="radiogroup"] label').all()]
    assert all(h is not None and h["height"] >= 44 for h in heights)
    assert student.page.locator('[data-testid="stMain"]').evaluate("e => e.scrollWidth <= e.clientWidth")

    teacher, desk = at_the_desk(page, gallery)
    expect(page.get_by_text(TEXT)).to_be_visible(timeout=WAIT)
    assert "王芳" not in page.content()
    for row, level in (("证据", "有事实而口径不全"), ("推理", "因果清楚并考虑反例"), ("边界", "编造")):
        choose(teacher, desk, row, level)
    desk.get_by_role("textbox").fill("口径写得不全：哪一年、谁来测？")
    desk.get_by_role("textbox").press("Tab")
    commented(page, gallery, "口径写得不全：哪一年、谁来测？")
    teacher.settle()
    student.page.reload()
    expect(box.get_by_text("教师评过、公布以后")).to_be_visible(timeout=WAIT)
    assert "口径写得不全：" not in student.page.content()
    page.reload()
    expect(desk.get_by_role("textbox")).to_have_value("口径写得不全：哪一年、谁来测？", timeout=WAIT)
    page.get_by_role("button", name="公布已评的 1 份").click()
    expect(page.get_by_text("已公布 1")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text("王芳")).to_be_visible(timeout=WAIT)

    student.page.reload()
    expect(box.get_by_text("口径写得不全：哪一年、谁来测？")).to_be_visible(timeout=WAIT)
    expect(box.get_by_text("2.67 / 4 分")).to_be_visible(timeout=WAIT)
    expect(box.get_by_role("radio", name="写出一部分")).to_be_checked(timeout=WAIT)
    phone.close()


def test_a_comment_is_kept_at_each_pause(browser: Browser, page: Page, gallery: Server) -> None:
    """What an instructor has written is there after her tab is gone, though she never left the field; typing goes on undisturbed."""
    written(browser, gallery)
    _, desk = at_the_desk(page, gallery)
    field = desk.get_by_role("textbox")
    field.press_sequentially("口径写得不全", delay=40)
    expect(desk.get_by_text("已保存").first).to_be_visible(timeout=WAIT)
    field.press_sequentially("，请补。", delay=40)
    expect(field).to_be_focused()
    expect(field).to_have_value("口径写得不全，请补。")
    commented(page, gallery, "口径写得不全，请补。")
    tab = Person(page.context.new_page(), gallery.url)
    page.close(run_before_unload=False)
    tab.open("/grading")
    expect(tab.page.locator('[class*="st-key-sheet-"]').get_by_role("textbox")).to_have_value(
        "口径写得不全，请补。", timeout=WAIT
    )


def test_a_grade_that_cannot_be_stored_is_called_so(browser: Browser, page: Page, gallery: Server) -> None:
    """While the store is away the sheet stays, the choice is called not kept; the next one with the store keeps both."""
    written(browser, gallery)
    teacher, desk = at_the_desk(page, gallery)
    file = gallery.data / "casecourse.db"
    file.rename(file.with_suffix(".aside"))
    desk.locator("label").filter(has_text="有事实而口径不全").first.click()
    expect(desk.get_by_text("未能保存")).to_be_visible(timeout=WAIT)
    expect(page.get_by_text(TEXT)).to_be_visible()
    file.with_suffix(".aside").rename(file)
    choose(teacher, desk, "推理", "只有断言")
    page.reload()
    for level in ("有事实而口径不全", "只有断言"):
        expect(desk.get_by_role("radio", name=level)).to_be_checked(timeout=WAIT)
