"""The three journeys that matter, on the shipped course, in a real browser against a real server."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from casecourse.grading import ExerciseBase
from casecourse.loading import Content
from tests.browser.conftest import Server
from tests.browser.person import WAIT, Person
from tests.conftest import WHOLE

pytestmark = pytest.mark.browser
CASE, UNIT, LONG_UNIT = "haidian", "district", "staffing"


def one_of_each(content: Content) -> list[tuple[str, ExerciseBase]]:
    """The first exercise of every kind in the unit; of kinds with a key, the first that has one."""
    case = content.course.case(CASE)
    assert case is not None
    unit = case.unit(UNIT)
    assert unit is not None
    found: dict[str, tuple[str, ExerciseBase]] = {}
    for name in unit.exercise_refs:
        exercise = case.exercises[name]
        if exercise.keyed or exercise.kind == "open":
            found.setdefault(exercise.kind, (name, exercise))
    assert len(found) >= 5, "the gallery shows every kind; this unit shows enough of them"
    return list(found.values())


def sample(exercise: ExerciseBase, expects: str) -> Any:
    """The exercise's own first answer of that sort."""
    return next((s.raw for s in exercise.samples() if s.expects == expects), None)


def work_through(person: Person, content: Content, *, twice: bool) -> None:
    """Answer one of each kind right; where she tries `twice`, wrong first."""
    for name, exercise in one_of_each(content):
        box = person.exercise(CASE, name)
        if exercise.keyed:
            if twice:
                person.fill(box, exercise, sample(exercise, "wrong"))
                person.submit(box)
                expect(box.get_by_text("还不对")).to_be_visible(timeout=WAIT)
                person.again(box)
            person.fill(box, exercise, sample(exercise, "right"))
            person.submit(box)
            expect(box.get_by_text("答对了")).to_be_visible(timeout=WAIT)
            expect(box.get_by_text("依据").first).to_be_visible(timeout=WAIT)
        else:
            person.fill(box, exercise, sample(exercise, "unscored"))
            person.submit(box)


def find_everything(person: Person, content: Content, *, twice: bool) -> None:
    """Every answer stands where it was given, with its verdict."""
    for name, exercise in one_of_each(content):
        box = person.exercise(CASE, name)
        if exercise.keyed:
            expect(box.get_by_text("答对了")).to_be_visible(timeout=WAIT)
            expect(box.get_by_text(f"第 {1 + twice} 次作答")).to_be_visible(timeout=WAIT)
        else:
            expect(box.get_by_text(sample(exercise, "unscored")["text"])).to_be_visible(timeout=WAIT)


def token(person: Person) -> str:
    """The browser's cookie."""
    return next(c["value"] for c in person.page.context.cookies() if c["name"] == "cc_sid")


def study(person: Person, server: Server, content: Content, *, twice: bool) -> None:
    """Join, read, answer; reload; kill the server and start it again; find everything, also in a new tab."""
    person.open()
    assert "王芳" not in person.page.content()
    person.open(f"/unit?case={CASE}&unit={UNIT}")
    before = token(person)
    person.join("王芳", server.printed("班级码"))
    for _ in range(150):  # the exchange follows in the background
        if token(person) != before:
            break
        person.page.wait_for_timeout(100)
    assert token(person) != before, "a cookie copied before joining must stand for nobody"
    work_through(person, content, twice=twice)
    person.page.reload()
    find_everything(person, content, twice=twice)
    server.kill()
    server.start()
    person.page.reload()
    find_everything(person, content, twice=twice)
    tab = Person(person.page.context.new_page(), person.url, person.touch)
    tab.open(f"/unit?case={CASE}&unit={UNIT}")
    find_everything(tab, content, twice=twice)
    assert "王芳" not in tab.page.url
    tab.open("/me")
    expect(tab.page.get_by_text("个人码").first).to_be_visible(timeout=WAIT)
    expect(tab.page.get_by_text("核心练习").first).to_be_visible(timeout=WAIT)
    person.press(tab.page.get_by_role("button", name="在这台设备上退出"))
    expect(tab.page.get_by_role("link", name="加入班级").first).to_be_visible(timeout=WAIT)
    tab.open("/me")
    expect(tab.page.get_by_text("个人码")).to_have_count(0, timeout=WAIT)


def test_a_student_finds_her_answers_after_reload_and_after_a_killed_server(
    page: Page, server: Server, content: Content
) -> None:
    """On a laptop: joins, answers one of each kind wrong then right, reloads, the server is killed: all is there."""
    study(Person(page, server.url), server, content, twice=True)


def test_a_student_does_the_same_on_a_phone(browser: Browser, server: Server, content: Content) -> None:
    """On a touch screen of 390 pixels everything can be tapped, and nothing is wider than the screen."""
    context = browser.new_context(
        locale="zh-CN", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, device_scale_factor=2
    )
    try:
        person = Person(context.new_page(), server.url, touch=True)
        study(person, server, content, twice=WHOLE)
        main = person.page.locator('[data-testid="stMain"]')
        assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
    finally:
        context.close()


def test_an_instructor_sees_the_answers_and_takes_them_away(
    browser: Browser, page: Page, server: Server, content: Content
) -> None:
    """The instructor signs in, sees the student's progress and answers, and the CSV holds every attempt."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    student = Person(context.new_page(), server.url)
    student.open(f"/unit?case={CASE}&unit={UNIT}")
    student.join("=王芳", server.printed("班级码"))
    name, exercise = next((n, e) for n, e in one_of_each(content) if e.kind == "number")
    box = student.exercise(CASE, name)
    for expects in ("wrong", "right"):
        student.fill(box, exercise, sample(exercise, expects))
        student.submit(box)
        if expects == "wrong":
            student.again(box)
    context.close()

    teacher = Person(page, server.url)
    teacher.open("/teacher")
    page.get_by_label("口令").fill(server.printed("教师口令"))
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text("你好，教师")).to_be_visible(timeout=WAIT)
    teacher.settle()
    page.reload()
    expect(page.get_by_text("你好，教师")).to_be_visible(timeout=WAIT)
    page.get_by_role("link", name="班级", exact=True).first.click()
    expect(page.get_by_role("rowheader", name="=王芳")).to_be_visible(timeout=WAIT)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载全班作答（CSV）").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert [r["第几次"] for r in rows] == ["1", "2"]
    assert {r["题目"] for r in rows} == {name}
    assert {r["姓名"] for r in rows} == {"'=王芳"}, "a name must not become a formula"
    assert float(rows[1]["得分"]) == float(exercise.points)
    anonymous = browser.new_context()
    assert anonymous.request.get(f"{server.url}/download/class.csv").status == 403
    anonymous.close()


def test_whoever_joins_at_the_door_reads_her_code(page: Page, school: Server) -> None:
    """From /join one lands in the library, where the personal code stands, large; it is the one on her own page, and it is shown once."""
    person = Person(page, school.url, touch=False)
    person.open("/join")
    person.join("林晚", school.printed("班级码"))
    shown = page.locator(".st-key-code-welcome strong")
    expect(shown).to_be_in_viewport(timeout=WAIT)
    code = shown.inner_text()
    assert float(shown.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 24
    person.open("/me")
    expect(page.locator(".st-key-code-mine strong")).to_have_text(code, timeout=WAIT)
    person.press(page.get_by_role("link", name="案例库", exact=True).first)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=WAIT)
    person.settle()
    expect(shown).to_have_count(0)


def test_a_slow_server_closes_no_list(page: Page, school: Server) -> None:
    """She has just joined and chosen; the server is slow, and she opens the next list: when the page has caught up, it is still open."""
    person = Person(page, school.url)
    person.open(f"/unit?case={CASE}&unit={LONG_UNIT}")
    person.join("陈二", school.printed("班级码"))
    box = person.exercise(CASE, "parts-table")
    lists, option = box.get_by_role("combobox"), page.get_by_role("option", name="块", exact=True)
    page.evaluate("addEventListener('casecourse-nudge', () => (window.nudged = true))")
    with school.asleep():
        person.press(lists.nth(0))
        person.press(option)
        person.press(lists.nth(1))
        expect(option).to_be_visible(timeout=WAIT)
        page.wait_for_function("() => window.nudged", timeout=WAIT)  # the page asks to be drawn anew as a whole
    status = box.locator("[role=status]").first  # not by its role: an open list hides the rest of the page from roles
    expect(status).to_contain_text("已存草稿", timeout=WAIT)
    person.settle()
    expect(page.locator(".st-key-code-welcome")).to_be_attached()
    option.click(timeout=WAIT)
    expect(lists.nth(1)).to_have_value("块", timeout=WAIT)


TALLER = """() => {
  const above = document.createElement("div")
  above.style.height = "120px"
  document.querySelector("[data-testid=stMainBlockContainer]").prepend(above)
}"""


def test_a_page_that_keeps_its_place_closes_no_list(page: Page, school: Server) -> None:
    """Something above the open list becomes taller and the page scrolls to keep its place: the list stays; a turn of the wheel closes it."""
    person = Person(page, school.url)
    person.enrol("褚三", school)
    person.open(f"/unit?case={CASE}&unit={LONG_UNIT}")
    person.settle()
    person.press(person.exercise(CASE, "parts-table").get_by_role("combobox").nth(1))
    option, main = page.get_by_role("option", name="块", exact=True), page.locator('[data-testid="stMain"]')
    expect(option).to_be_visible(timeout=WAIT)
    page.wait_for_timeout(1200)  # what the page itself scrolled to reach the field is over
    place = main.evaluate("e => e.scrollTop")
    page.evaluate(TALLER)
    page.wait_for_function("place => document.querySelector('[data-testid=stMain]').scrollTop > place", arg=place)
    page.wait_for_timeout(1000)
    expect(option).to_be_visible()
    page.mouse.wheel(0, 200)
    expect(option).to_have_count(0, timeout=WAIT)
