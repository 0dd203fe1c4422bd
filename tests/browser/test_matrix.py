"""What a person typed and chose survives whatever happens to page, network and server, and is never doubled."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.cable import Cable
from tests.browser.conftest import Server
from tests.browser.desk import CHOICE, LONG, SHORT, TABLE, Desk, answers, stored, work
from tests.browser.person import WAIT, Person

pytestmark = pytest.mark.browser
CUTS = (2,)  # seconds; the longer ones are tried by `make faults`


@pytest.fixture
def cable(server: Server) -> Iterator[Cable]:
    """The line between browser and server."""
    line = Cable(server.port)
    yield line
    line.close()


def sit_down(context: BrowserContext, server: Server, url: str = "", name: str = "王芳") -> Desk:
    """Somebody of the class, at the unit."""
    desk = Desk(Person(context.new_page(), url or server.url))
    desk.person.enrol(name, server)
    desk.open()
    return desk


def submits_once(desk: Desk, server: Server) -> None:
    """提交 of every question makes one answer each."""
    for name in (CHOICE, SHORT, LONG, TABLE):
        desk.person.submit(desk.box(name))
    assert {answers(server)[name] for name in (CHOICE, SHORT, LONG, TABLE)} == {1}


def test_work_survives_refresh_closing_back_button_and_another_device(browser: Browser, server: Server) -> None:
    """Typed half a second ago, the field not left: refresh, a closed tab and the back button bring everything back."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    desk = sit_down(context, server)
    page = desk.person.page

    desk.do(work(0))
    page.reload()
    desk.person.settle()
    expect(desk.field(LONG)).to_have_value(work(0).long, timeout=WAIT)
    assert desk.shows() == work(0)

    desk.do(work(1))
    page.close(run_before_unload=False)
    desk = Desk(Person(context.new_page(), server.url))
    desk.open()
    expect(desk.field(LONG)).to_have_value(work(1).long, timeout=WAIT)
    assert desk.shows() == work(1)
    desk.saved()

    desk.do(work(2))
    desk.person.page.goto(server.url + "/me")
    desk.person.settle()
    desk.person.page.go_back()
    desk.person.settle()
    expect(desk.field(LONG)).to_have_value(work(2).long, timeout=WAIT)
    assert desk.shows() == work(2)
    desk.saved()

    desk.person.open("/me")
    code = desk.person.page.locator('[class*="st-key-code-"] strong').last.inner_text()
    elsewhere = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True)
    other = Desk(Person(elsewhere.new_page(), server.url))
    come_back(other, server, code)
    expect(other.field(LONG)).to_have_value(work(2).long, timeout=WAIT)
    assert other.shows() == work(2)
    submits_once(other, server)
    elsewhere.close()
    context.close()


def come_back(desk: Desk, server: Server, code: str) -> None:
    """Come in on another device by name, class code and personal code."""
    desk.person.open(desk.path)
    page = desk.person.page
    desk.person.press(page.get_by_role("tab", name="换了设备"))
    panel = page.get_by_role("tabpanel").last
    panel.get_by_label("姓名或学号").fill("王芳")
    panel.get_by_label("班级码").fill(server.printed("班级码"))
    panel.get_by_label("个人码").fill(code)
    desk.person.press(page.get_by_role("button", name="找回我的作答"))
    desk.person.settle()
    desk.open()


def test_work_survives_a_killed_server(page: Page, server: Server) -> None:
    """Typing goes on while the server is down; after its restart everything is sent without another keystroke."""
    desk = sit_down(page.context, server)
    desk.do(work(0))
    server.kill()
    desk.type(SHORT, work(1).short)
    desk.type(LONG, work(1).long)
    expect(desk.status(LONG)).to_contain_text("未能保存，请保持页面打开", timeout=WAIT)
    server.start()
    expect(desk.status(LONG)).to_contain_text("已存草稿", timeout=WAIT)
    expect(desk.status(SHORT)).to_contain_text("已存草稿", timeout=WAIT)
    assert (stored(server).short, stored(server).long) == (work(1).short, work(1).long)
    # the first choice after the restart reaches a server that has never seen this page
    desk.choose(work(1).choice)
    expect(desk.status(CHOICE)).to_contain_text("已存草稿", timeout=WAIT)
    for _ in range(100):
        if stored(server).choice == work(1).choice:
            break
        page.wait_for_timeout(100)
    assert stored(server).choice == work(1).choice
    assert stored(server).pick == work(0).pick, "what was not touched stays"
    page.reload()
    desk.person.settle()
    expect(desk.field(LONG)).to_have_value(work(1).long, timeout=WAIT)
    assert (desk.shows().choice, desk.shows().cell) == (work(1).choice, work(0).cell)
    submits_once(desk, server)


@pytest.mark.parametrize("seconds", CUTS)
def test_work_survives_a_cut_line(page: Page, server: Server, cable: Cable, seconds: int) -> None:
    """While the line is cut nothing is said to be kept; when it is mended everything is sent without another keystroke."""
    survive_a_cut(page, server, cable, seconds)


def survive_a_cut(page: Page, server: Server, cable: Cable, seconds: int) -> None:
    """One cut, with a choice, a short, a long and a table's text made in its course."""
    desk = sit_down(page.context, server, cable.url)
    desk.do(work(0))
    desk.saved()
    cable.pull()
    desk.choose(work(1).choice)
    for name, text in ((SHORT, work(1).short), (TABLE, work(1).cell), (LONG, work(1).long)):
        desk.type(name, text)
    for name in (CHOICE, SHORT, TABLE, LONG):
        expect(desk.status(name)).not_to_contain_text("已存草稿")
    page.wait_for_timeout(seconds * 1000)
    for name in (CHOICE, SHORT, TABLE, LONG):
        expect(desk.status(name)).not_to_contain_text("已存草稿")
    cable.plug()
    patience = WAIT + 2000 * seconds
    for name in (CHOICE, SHORT, TABLE, LONG):
        expect(desk.status(name)).to_contain_text("已存草稿", timeout=patience)
    kept = stored(server)
    assert (kept.choice, kept.short, kept.long, kept.cell) == (
        work(1).choice,
        work(1).short,
        work(1).long,
        work(1).cell,
    )
    submits_once(desk, server)


def test_two_devices_never_overwrite_each_other(browser: Browser, server: Server) -> None:
    """A laptop left open overnight shows the phone's newer text beside its own, and the person chooses."""
    laptop_context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    laptop = sit_down(laptop_context, server)
    laptop.do(work(0))
    laptop.saved()
    token = laptop_context.cookies()
    phone_context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True)
    phone_context.add_cookies([c for c in token if c["name"] == "cc_sid"])  # type: ignore[typeddict-item]
    phone = Desk(Person(phone_context.new_page(), server.url, touch=True))
    phone.open()
    assert phone.shows() == work(0)
    phone.do(work(1))
    phone.saved()

    laptop.field(LONG).press_sequentially("电脑上又添一句")
    newer = laptop.box(LONG).get_by_role("alert")
    expect(newer).to_contain_text(work(1).long, timeout=WAIT)
    expect(laptop.status(LONG)).to_contain_text("有两份不同的草稿")
    assert stored(server).long == work(1).long
    newer.get_by_role("button", name="保留这里的").click()
    expect(laptop.status(LONG)).to_contain_text("已存草稿", timeout=WAIT)
    assert stored(server).long == work(0).long + "电脑上又添一句"

    laptop.field(SHORT).press_sequentially("7")
    newer = laptop.box(SHORT).get_by_role("alert")
    expect(newer).to_contain_text(work(1).short, timeout=WAIT)
    newer.get_by_role("button", name="用那一份").click()
    expect(laptop.field(SHORT)).to_have_value(work(1).short)
    expect(laptop.status(SHORT)).to_contain_text("已存草稿", timeout=WAIT)

    laptop.choose(work(2).choice)
    frame = laptop.box(CHOICE)
    expect(frame.get_by_text("另一台设备")).to_be_visible(timeout=WAIT)
    assert stored(server).choice == work(1).choice
    frame.get_by_role("button", name="用那一份").click()
    expect(frame.get_by_role("radio", name=work(1).choice, exact=True)).to_be_checked(timeout=WAIT)
    expect(laptop.status(CHOICE)).to_contain_text("已存草稿", timeout=WAIT)
    laptop.choose(work(2).choice)
    expect(laptop.status(CHOICE)).to_contain_text("已存草稿", timeout=WAIT)
    laptop.person.settle()
    assert stored(server).choice == work(2).choice
    laptop_context.close()
    phone_context.close()
