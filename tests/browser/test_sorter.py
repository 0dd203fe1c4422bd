"""The sorter in a real browser: one answer by mouse, finger and keyboard; it speaks, stands still, and gives way to lists."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from casecourse.grading import ExerciseBase
from casecourse.kinds.order import Order
from casecourse.loading import Content
from tests.browser.conftest import Server
from tests.browser.person import WAIT, Person
from tests.browser.sorting import TRAY, card, lane, lies, place, said
from tests.writing import course

pytestmark = pytest.mark.browser
PATH = "/unit?case=demo&unit=first"
BANK = """
strays:
  kind: order
  prompt: 把这几个环节按先后排好。
  steps: [信息采集, 案卷建立, 任务派遣]
  spare: [立案公示]
  evidence: steps
  explain: 反馈在核查之前。
levels:
  kind: classify
  prompt: 每件事先在哪一级办？
  buckets: [微循环, 小循环, 大循环]
  cards: [{text: 楼道堆物, in: 微循环}, {text: 停车协调, in: 小循环}, {text: 跨部门规划, in: 大循环}]
  assumed: 归属是教学设定
  explain: 办不了才往上交。
both:
  kind: classify
  prompt: 每项做法动的是哪一侧？
  buckets: [政府一侧, 社会一侧]
  cards:
    - {text: 购买服务, in: 社会一侧}
    - {text: 机构托管, in: [政府一侧, 社会一侧]}
    - {text: 职能归并, in: 政府一侧, ambiguous: 写一句你凭什么这样放。}
  assumed: 两侧的划分是分析框架
  explain: 有的做法两侧都动。
terms:
  kind: match
  prompt: 每件事归哪一级？
  pairs:
    - {left: 楼道堆物, right: 微循环}
    - {left: 邻里纠纷, right: 微循环}
    - {left: 跨部门规划, right: 大循环}
  evidence: levels
  explain: 微循环办得最多。
neighbour:
  kind: choice
  prompt: 哪一级办得最快？
  options: [{right: 微循环}, {wrong: 大循环}]
  evidence: levels
  explain: 最近的一级最快。
"""
SORTED = ("strays", "levels", "both", "terms")


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """A small course whose unit holds the three kinds of sorting and a neighbour."""
    return course(tmp_path_factory.mktemp("lesson"), bank_yaml=BANK)


@pytest.fixture(scope="module")
def school(lesson: Content, serve_all: Callable[[Path], Server]) -> Server:
    """The server of that course."""
    return serve_all(lesson.root)


@pytest.fixture
def on(school: Server, browser: Browser) -> Iterator[Callable[..., Person]]:
    """Somebody who has joined and sees the unit, on the device that is described."""
    server = school
    opened: list[BrowserContext] = []

    def somebody(
        name: str, *, touch: bool = False, keys: bool = False, width: int = 1280, dark: bool = False
    ) -> Person:
        context = browser.new_context(
            locale="zh-CN", viewport={"width": width, "height": 900}, has_touch=touch, is_mobile=touch,
            color_scheme="dark" if dark else "light",
        )  # fmt: skip
        opened.append(context)
        person = Person(context.new_page(), server.url, touch, keys=keys)
        person.enrol(name, server)
        person.open(PATH)
        expect(board(person, "strays").locator(".card").first).to_be_visible(timeout=WAIT)
        return person

    yield somebody
    for context in opened:
        context.close()


def board(person: Person, name: str) -> Locator:
    """The board of a question."""
    return person.exercise("demo", name).locator(".sorter")


def right(exercise: ExerciseBase) -> Any:
    """The exercise's own right answer."""
    return next(s.raw for s in exercise.samples() if s.expects == "right")


def kept(person: Person, name: str) -> None:
    """Wait until the store has the draft."""
    expect(person.exercise("demo", name).get_by_text("已存草稿")).to_be_visible(timeout=WAIT)


@pytest.mark.parametrize("hand", ["mouse", "keys", "touch"])
def test_dragged_typed_and_tapped_answers_are_the_same_answer(
    on: Callable[..., Person], lesson: Content, hand: str
) -> None:
    """By mouse, by keyboard and by finger all three kinds can be answered right, and every move is said in Chinese."""
    person = on("王芳", touch=hand == "touch", keys=hand == "keys", width=390 if hand == "touch" else 1280)
    for name in SORTED:
        exercise = lesson.course.cases[0].exercises[name]
        box = person.exercise("demo", name)
        person.fill(box, exercise, right(exercise))
        assert re.search("[一-鿿]", said(board(person, name)))
        person.submit(box)
        expect(box.get_by_text("答对了")).to_be_visible(timeout=WAIT)
    main = person.page.locator('[data-testid="stMain"]')
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_an_order_as_it_was_dealt_is_no_answer(on: Callable[..., Person]) -> None:
    """Whoever touches nothing has not answered; picking a card up and laying it down again is an answer."""
    person = on("王芳")
    box, cards = person.exercise("demo", "strays"), board(person, "strays")
    person.press(box.get_by_role("button", name="提交", exact=True))
    expect(box.get_by_text("还没有作答")).to_be_visible(timeout=WAIT)
    expect(cards.locator(".untouched")).to_be_visible()
    first = cards.locator(".card").first
    first.click()
    first.click()
    expect(cards.locator(".untouched")).to_be_hidden()
    kept(person, "strays")


def _touch(person: Person) -> Callable[..., None]:
    """Send real touch events: (type, x, y)."""
    session = person.page.context.new_cdp_session(person.page)

    def send(kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return send


def _slide(person: Person, send: Callable[..., None], a: tuple[float, float], b: tuple[float, float]) -> None:
    send("touchStart", *a)
    for n in range(1, 11):
        send("touchMove", a[0] + (b[0] - a[0]) * n / 10, a[1] + (b[1] - a[1]) * n / 10)
        person.page.wait_for_timeout(16)
    send("touchEnd")
    person.page.wait_for_timeout(300)


def test_a_card_held_at_the_edge_takes_the_page_along(on: Callable[..., Person], lesson: Content) -> None:
    """Where the board is taller than the window, a card can be dragged to a place that is not in sight when it is taken up."""
    person = on("高窗")
    person.page.set_viewport_size({"width": 640, "height": 320})
    frame = board(person, "levels").bounding_box()
    assert frame
    assert frame["height"] > 320
    box = person.exercise("demo", "levels")
    person.fill(box, lesson.course.cases[0].exercises["levels"], right(lesson.course.cases[0].exercises["levels"]))
    person.submit(box)
    expect(box.get_by_text("答对了")).to_be_visible(timeout=WAIT)


def test_a_finger_drags_by_the_grip_and_scrolls_everywhere_else(on: Callable[..., Person]) -> None:
    """A touch that starts on the grip moves the card and not the page; one that starts on the words moves the page alone."""
    person = on("王芳", touch=True, width=390)
    cards = board(person, "strays")
    main = person.page.locator('[data-testid="stMain"]')
    top: Callable[[], float] = lambda: float(main.evaluate("e => e.scrollTop"))  # noqa: E731
    cards.evaluate("e => e.scrollIntoView({block: 'center'})")
    person.page.wait_for_timeout(300)
    send = _touch(person)
    names = lies(cards)["order"]
    last = cards.locator(".item").nth(len(names) - 1)
    grip = last.locator(".grip").bounding_box()
    goal = place(cards, names[-1], "order", "order", 0)
    assert grip
    assert min(grip["width"], grip["height"]) >= 44
    before = top()
    _slide(person, send, (grip["x"] + 22, grip["y"] + 22), goal)
    assert lies(cards)["order"] == [names[-1], *names[:-1]]
    assert "第 1 位" in said(cards)
    assert top() == before
    words = cards.locator(".text").nth(2).bounding_box()
    assert words
    x, y = words["x"] + 30, words["y"] + 10
    _slide(person, send, (x, y), (x, y - 250))
    assert lies(cards)["order"] == [names[-1], *names[:-1]]
    assert top() > before + 100
    kept(person, "strays")


def test_a_neighbours_rerun_does_not_disturb_a_drag(on: Callable[..., Person]) -> None:
    """While a card is in the air the page is drawn again; the card stays in the air, nothing is sent, and it lands where it is let go."""
    person = on("王芳")
    page, cards = person.page, board(person, "strays")
    cards.evaluate("e => e.scrollIntoView({block: 'center'})")
    names = lies(cards)["order"]
    start = card(cards, names[-1], "order").bounding_box()
    assert start
    page.mouse.move(start["x"] + 10, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 30, start["y"] - 30, steps=4)
    expect(cards.locator(".ghost")).to_be_visible()
    neighbour = person.exercise("demo", "neighbour")
    neighbour.locator('input[type="radio"]').first.evaluate("e => e.click()")
    kept(person, "neighbour")
    page.evaluate("window.dispatchEvent(new KeyboardEvent('keydown', {key: 'r', bubbles: true}))")
    person.settle()
    expect(cards.locator(".ghost")).to_be_visible()
    expect(person.exercise("demo", "strays").get_by_text("已存草稿")).to_have_count(0)
    page.mouse.move(*place(cards, names[-1], "order", "order", 0), steps=4)
    page.mouse.up()
    assert lies(cards)["order"] == [names[-1], *names[:-1]]
    kept(person, "strays")


def test_escape_ends_a_drag_and_a_pick_without_a_move(on: Callable[..., Person]) -> None:
    """Esc puts back what is in the air or picked up; a card let go far from the board goes back, too."""
    person = on("王芳")
    page, cards = person.page, board(person, "levels")
    cards.evaluate("e => e.scrollIntoView({block: 'center'})")
    before = lies(cards)
    held = card(cards, "停车协调", TRAY)
    held.click()
    expect(held).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(held).to_have_attribute("aria-pressed", "false")
    box, target = held.bounding_box(), lane(cards, "大循环").bounding_box()
    assert box
    assert target
    for ending in ("escape", "far"):
        page.mouse.move(box["x"] + 10, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(target["x"] + 20, target["y"] + 20, steps=4)
        expect(cards.locator(".ghost")).to_be_visible()
        if ending == "escape":
            page.keyboard.press("Escape")
            expect(cards.locator(".ghost")).to_have_count(0)
        else:
            page.mouse.move(20, 20, steps=3)
        page.mouse.up()
        assert lies(cards) == before


def test_the_keyboard_keeps_its_place_and_never_leaves_the_page(on: Callable[..., Person]) -> None:
    """Focus stays on the moved card; at the end Alt and an arrow say so and do not go back in the browser's history."""
    person = on("王芳")
    page, cards = person.page, board(person, "strays")
    names = lies(cards)["order"]
    card(cards, names[0], "order").focus()
    page.keyboard.press("Alt+ArrowDown")
    person.settle()  # the run that the move started has drawn the page again
    assert cards.evaluate("e => e.getRootNode().activeElement.dataset.card") == names[0]
    assert "第 2 位，共 4 位" in said(cards)
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    assert "到头" in said(cards)
    page.keyboard.press("Alt+ArrowLeft")
    assert "/unit" in page.url
    page.keyboard.press("Alt+ArrowRight")
    assert names[0] in lies(cards)[TRAY]
    assert "留在外面" in said(cards)
    assert cards.evaluate("e => e.getRootNode().activeElement.dataset.card") == names[0]
    page.keyboard.press("Enter")
    assert "拿起" in said(cards)
    lane(cards, "order").locator(".here").focus()
    page.keyboard.press("Enter")
    assert lies(cards)["order"][-1] == names[0]


def test_board_and_lists_show_and_change_one_answer(on: Callable[..., Person], lesson: Content) -> None:
    """What was dragged stands in the lists, what is chosen there stands on the board, also after a reload."""
    person = on("王芳")
    box, cards = person.exercise("demo", "levels"), board(person, "levels")
    person.fill(box, lesson.course.cases[0].exercises["levels"], {"in": {"楼道堆物": ["微循环"]}})
    _switch(person, box)
    group = box.get_by_role("radiogroup", name="楼道堆物")
    expect(group.get_by_role("radio", name="微循环")).to_be_checked(timeout=WAIT)
    person.press(person.label(box.get_by_role("radiogroup", name="停车协调"), "radio", "小循环"))
    person.settle()
    _switch(person, box)
    expect(cards.locator(".card").first).to_be_visible(timeout=WAIT)
    assert (lies(cards)["微循环"], lies(cards)["小循环"]) == (["楼道堆物"], ["停车协调"])
    kept(person, "levels")
    person.page.reload()
    expect(cards.locator(".card").first).to_be_visible(timeout=WAIT)
    assert (lies(cards)["微循环"], lies(cards)["小循环"]) == (["楼道堆物"], ["停车协调"])


def _switch(person: Person, box: Locator) -> None:
    person.press(box.locator("label").filter(has_text="用列表作答"))
    person.settle()


def test_lists_alone_answer_every_kind(on: Callable[..., Person], lesson: Content) -> None:
    """Whoever prefers lists answers each kind with them, and finds them switched on in the next question."""
    person = on("王芳")
    box = person.exercise("demo", "strays")
    _switch(person, box)
    exercise = lesson.course.cases[0].exercises["strays"]
    assert isinstance(exercise, Order)
    for n, name in enumerate(["信息采集", "案卷建立", "任务派遣"]):
        _choose(person, box, name, f"第 {n + 1} 位")
    _choose(person, box, "立案公示", "留在外面")
    expect(box.get_by_text("信息采集 → 案卷建立 → 任务派遣")).to_be_visible(timeout=WAIT)
    person.submit(box)
    expect(box.get_by_text("答对了")).to_be_visible(timeout=WAIT)
    person.page.reload()
    expect(person.exercise("demo", "strays").get_by_text("答对了")).to_be_visible(timeout=WAIT)
    terms = person.exercise("demo", "terms")
    _switch(person, terms)
    for left, word in {"楼道堆物": "微循环", "邻里纠纷": "微循环", "跨部门规划": "大循环"}.items():
        _choose(person, terms, left, word)
    person.submit(terms)
    expect(terms.get_by_text("答对了")).to_be_visible(timeout=WAIT)


def _choose(person: Person, box: Locator, label: str, option: str) -> None:
    person.press(box.get_by_role("combobox", name=label).first)
    person.press(person.page.get_by_role("option", name=option, exact=True))
    person.settle()


def test_answering_again_begins_from_what_was_sent(on: Callable[..., Person], lesson: Content) -> None:
    """再答一次 shows the sent answer on the board, also where the board was used before; one correction is one move."""
    person = on("王芳")
    exercise = lesson.course.cases[0].exercises["terms"]
    box, cards = person.exercise("demo", "terms"), board(person, "terms")
    wrong = {"楼道堆物": ["微循环"], "邻里纠纷": ["微循环"], "跨部门规划": ["微循环"]}
    person.fill(box, exercise, wrong)
    person.submit(box)
    expect(box.get_by_text("部分对")).to_be_visible(timeout=WAIT)
    person.again(box)
    expect(cards.locator(".card").first).to_be_visible(timeout=WAIT)
    found = lies(cards)
    assert {name: found[name] for name in wrong} == wrong
    person.fill(box, exercise, right(exercise))
    person.submit(box)
    expect(box.get_by_text("答对了")).to_be_visible(timeout=WAIT)


def test_a_draft_comes_back_after_a_reload(on: Callable[..., Person], lesson: Content) -> None:
    """A half sorted answer stands there again after a reload, with its reason."""
    person = on("王芳")
    exercise = lesson.course.cases[0].exercises["both"]
    draft = {"in": {"机构托管": ["政府一侧", "社会一侧"], "职能归并": ["政府一侧"]}, "why": {"职能归并": "机构合并了"}}
    person.fill(person.exercise("demo", "both"), exercise, draft)
    kept(person, "both")
    person.page.reload()
    cards = board(person, "both")
    expect(cards.locator(".card").first).to_be_visible(timeout=WAIT)
    assert sorted(lies(cards)["政府一侧"]) == ["机构托管", "职能归并"]
    assert lies(cards)["社会一侧"] == ["机构托管"]
    expect(person.page.get_by_label("“职能归并”为什么这样放")).to_have_value("机构合并了")


def test_what_the_screen_shows_outlives_a_killed_server(
    on: Callable[..., Person], school: Server, lesson: Content
) -> None:
    """After the server was killed and started the board and the lists still hold what they showed, and it can be sent.

    One board holds a draft that was restored and not touched since, one was moved on this screen, one is answered in lists.
    """
    person = on("王芳")
    exercises = lesson.course.cases[0].exercises
    person.fill(person.exercise("demo", "levels"), exercises["levels"], right(exercises["levels"]))
    kept(person, "levels")
    person.page.reload()
    expect(board(person, "levels").locator(".card").first).to_be_visible(timeout=WAIT)
    person.settle()
    person.fill(person.exercise("demo", "strays"), exercises["strays"], right(exercises["strays"]))
    kept(person, "strays")
    terms = person.exercise("demo", "terms")
    _switch(person, terms)
    for left, word in {"楼道堆物": "微循环", "邻里纠纷": "微循环", "跨部门规划": "大循环"}.items():
        _choose(person, terms, left, word)
    kept(person, "terms")
    before = [lies(board(person, name)) for name in ("levels", "strays")]
    school.kill()
    school.start()
    person.page.wait_for_timeout(3000)
    for name in ("levels", "strays", "terms"):
        box = person.exercise("demo", name)
        expect(box.get_by_role("button", name="提交", exact=True)).to_be_enabled(timeout=WAIT)
        if name != "terms":
            assert lies(board(person, name)) == before[name == "strays"]
        _send(person, box)
        expect(box.get_by_text("答对了")).to_be_visible(timeout=WAIT)


def _send(person: Person, box: Locator) -> None:
    """Press 提交 as somebody does whose page is not yet there again: once more when nothing happens."""
    for _ in range(4):
        person.press(box.get_by_role("button", name="提交", exact=True))
        with suppress(AssertionError):
            expect(box.get_by_text("次作答")).to_be_visible(timeout=WAIT // 2)
            break
    person.settle()


@pytest.mark.parametrize("dark", [False, True])
def test_no_serious_finding_of_accessibility(on: Callable[..., Person], lesson: Content, dark: bool) -> None:
    """Axe finds nothing serious on the boards, while a card is picked up, on the lists and on the answered questions."""
    person = on("王芳", dark=dark)
    card(board(person, "levels"), "停车协调", TRAY).click()
    _clean(person.page)
    person.page.keyboard.press("Escape")
    for name in ("levels", "terms"):
        box, exercise = person.exercise("demo", name), lesson.course.cases[0].exercises[name]
        person.fill(box, exercise, right(exercise))
        person.submit(box)
    _switch(person, person.exercise("demo", "strays"))
    _switch(person, person.exercise("demo", "both"))
    _clean(person.page)


def _clean(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    serious = [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in ("serious", "critical")]
    assert serious == [], json.dumps(serious, ensure_ascii=False)
