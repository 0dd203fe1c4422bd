"""A person in front of a browser: joins, opens a unit, answers by clicking and typing, reads what stands there."""

from __future__ import annotations

import re
import secrets
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any, Literal

from playwright.sync_api import Error, Locator, Page, WebSocket, expect

from casecourse import store as stores
from casecourse.access import ANONYMOUS
from casecourse.actions import joining
from casecourse.grading import UNKNOWN, ExerciseBase
from casecourse.kinds.allocate import Allocate
from casecourse.kinds.audit import Audit, judgement_word
from casecourse.kinds.choice import Choice
from casecourse.kinds.cite import ONE, Cite
from casecourse.kinds.classify import Classify
from casecourse.kinds.cloze import Cloze
from casecourse.kinds.graph import Graph
from casecourse.kinds.match import Match
from casecourse.kinds.number import Number
from casecourse.kinds.open import Open
from casecourse.kinds.order import Order
from casecourse.kinds.route import Route
from casecourse.kinds.scale import Scale
from casecourse.kinds.scenario import Scenario
from casecourse.kinds.scorecard import Scorecard
from casecourse.kinds.table import FilledTable
from casecourse.kinds.text import Text
from tests.browser.conftest import Server
from tests.browser.sorting import Hand, sort

RUNNING = '[data-testid="stApp"][data-test-script-state="running"]'
WAIT = 40_000  # milliseconds: generous, because a loaded machine is no failure
TRIES = 4  # how often she opens a list that closes


def frames(page: Page) -> list[bytes]:
    """Everything that this page's connections receive from now on."""
    heard: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda said: heard.append(said if isinstance(said, bytes) else said.encode()))

    page.on("websocket", listen)
    return heard


def member(server: Server, name: str) -> str:
    """The cookie of somebody who is in the class since another day."""
    token = secrets.token_urlsafe(32)
    with closing(stores.open(f"sqlite:///{(server.data / 'casecourse.db').as_posix()}")) as store:
        joining.join(ANONYMOUS, store, name, server.printed("班级码"), token, token)
    return token


@dataclass
class Person:
    """Somebody with a page; `touch` taps where others click, `keys` moves cards by keyboard where others drag."""

    page: Page
    url: str
    touch: bool = False
    patience: int = 250  # milliseconds that a script gets to begin before she takes the page for settled
    keys: bool = False

    @property
    def hand(self) -> Hand:
        """How she moves a card."""
        return "tap" if self.touch else "keys" if self.keys else "mouse"

    def press(self, target: Locator) -> None:
        """Click or tap."""
        target.scroll_into_view_if_needed()
        target.tap() if self.touch else target.click()

    def settle(self) -> None:
        """Wait until the page has no script running; one that is on its way is given time to begin."""
        with suppress(Error):
            self.page.locator(RUNNING).wait_for(state="attached", timeout=self.patience)
        expect(self.page.locator(RUNNING)).to_have_count(0, timeout=WAIT)

    def open(self, path: str = "/") -> None:
        """Go to an address of the course."""
        self.page.goto(self.url + path)
        expect(self.page.locator("h1").first).to_be_visible(timeout=WAIT)
        self.settle()
        expect(self.page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=WAIT)  # no place holders: all is drawn

    def join(self, name: str, code: str) -> None:
        """Give name and class code where they are asked for."""
        self.page.get_by_label("姓名或学号").first.fill(name)
        self.page.get_by_label("班级码").first.fill(code)
        self.press(self.page.get_by_role("button", name="进入", exact=True))
        expect(self.page.get_by_text("你的个人码")).to_be_visible(timeout=WAIT)
        self.settle()

    def enrol(self, name: str, server: Server) -> None:
        """Be in the class since another day, where joining is not what is tried: her browser is known already."""
        cookie = {"name": "cc_sid", "value": member(server, name), "url": self.url, "httpOnly": True}
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]

    def sign_in(self, password: str) -> None:
        """Come in as an instructor."""
        self.open("/teacher")
        self.page.get_by_label("口令").fill(password)
        self.press(self.page.get_by_role("button", name="登录", exact=True))
        expect(self.page.get_by_text("你好，教师")).to_be_visible(timeout=WAIT)
        self.settle()

    def exercise(self, case: str, name: str) -> Locator:
        """The frame of a question."""
        return self.page.locator(f".st-key-exercise-{case}-{name}")

    def label(self, box: Locator, role: Literal["checkbox", "radio"], name: str) -> Locator:
        """The label around a box or button, which is what a finger hits."""
        return box.locator("label").filter(has=self.page.get_by_role(role, name=name, exact=True))

    def fill(self, box: Locator, exercise: ExerciseBase, raw: Any) -> None:
        """Put an answer into the widgets, as a person would."""
        WAYS[type(exercise)](self, box, exercise, raw)
        self.settle()

    def submit(self, box: Locator) -> None:
        """提交, and wait for what comes back."""
        self.press(box.get_by_role("button", name="提交", exact=True))
        expect(box.get_by_text("次作答")).to_be_visible(timeout=WAIT)
        self.settle()

    def again(self, box: Locator) -> None:
        """再答一次."""
        self.press(box.get_by_role("button", name="再答一次"))
        expect(box.get_by_role("button", name="提交", exact=True)).to_be_visible(timeout=WAIT)
        self.settle()


def _choice(person: Person, box: Locator, exercise: Choice, raw: list[str]) -> None:
    for option in exercise.options:
        label = exercise.scope.fill(option.label)
        if exercise.many:
            tick = box.get_by_role("checkbox", name=label, exact=True)
            if tick.is_checked() != (option.name in raw):
                person.press(person.label(box, "checkbox", label))
                person.settle()
        elif option.name in raw:
            person.press(person.label(box, "radio", label))


def _type(field: Locator, text: str) -> None:
    field.fill(text)
    field.press("Tab")  # as a person who goes on to the next field


def _number(person: Person, box: Locator, exercise: Number, raw: str) -> None:
    tick = box.get_by_role("checkbox", name=UNKNOWN)
    if tick.is_checked() != (raw == UNKNOWN):
        person.press(person.label(box, "checkbox", UNKNOWN))
        person.settle()
    if raw != UNKNOWN:
        _type(box.get_by_role("textbox").first, raw)


def _text(person: Person, box: Locator, exercise: Text, raw: list[str] | str) -> None:
    words = [raw] if isinstance(raw, str) else raw
    for n in range(exercise.count):
        _type(box.get_by_role("textbox").nth(n), words[n] if n < len(words) else "")
        person.settle()


def _table(person: Person, box: Locator, exercise: FilledTable, raw: dict[str, dict[str, str]]) -> None:
    for row, column, blank in exercise.asked():
        text = raw.get(row, {}).get(column.text)
        if text is None:
            continue
        name = re.escape(f"{exercise.scope.fill(row)}：{column.text}")
        label = re.compile(f"^{name}")  # from its beginning: one row's name may end like another's
        if exercise.choices(column, blank):
            pick(person, box, label, exercise.scope.fill(text))
        else:
            _type(box.get_by_label(label).first, text)
            person.settle()


def _audit(person: Person, box: Locator, exercise: Audit, raw: dict[str, str]) -> None:
    tick = box.get_by_role("checkbox", name=UNKNOWN)
    if tick.is_checked() != (raw["value"] == UNKNOWN):
        person.press(person.label(box, "checkbox", UNKNOWN))
        person.settle()
    if raw["value"] != UNKNOWN:
        _type(box.get_by_role("textbox").first, raw["value"])
        person.settle()
    person.press(box.locator("label").filter(has_text=judgement_word(raw["verdict"])).first)
    person.settle()
    _type(box.get_by_role("textbox").last, raw.get("question", ""))


def _open(person: Person, box: Locator, exercise: Open, raw: dict[str, str]) -> None:
    _type(box.get_by_role("textbox").first, raw["text"])


def _scenario(person: Person, box: Locator, exercise: Scenario, raw: list[str]) -> None:
    for turn in exercise.story.follow(raw).turns:
        person.press(box.get_by_role("button", name=exercise.scope.fill(turn.text), exact=True))
        person.settle()


def _route(person: Person, box: Locator, exercise: Route, raw: dict[str, list[str]]) -> None:
    for names in exercise.read(raw).values():
        for name in names:
            person.press(box.get_by_role("button", name=exercise.scope.fill(name), exact=True))
            person.settle()


def _match(person: Person, box: Locator, exercise: Match, raw: dict[str, list[str]]) -> None:
    del exercise
    sort(box, raw, person.hand)


def _classify(person: Person, box: Locator, exercise: Classify, raw: dict[str, Any]) -> None:
    sort(box, {b: [c for c, laid in raw["in"].items() if b in laid] for b in exercise.buckets}, person.hand)
    for name, reason in raw.get("why", {}).items():
        card = exercise.card(name)
        _type(box.get_by_label(f"“{exercise.scope.fill(card.text if card else name)}”为什么这样放"), reason)


def _order(person: Person, box: Locator, exercise: Order, raw: list[str]) -> None:
    del exercise
    sort(box, {"order": raw}, person.hand, ordered=True)


def _cloze(person: Person, box: Locator, exercise: Cloze, raw: dict[str, str]) -> None:
    for name, text in raw.items():
        words = exercise.around(name)
        if exercise.gap(name).choices:
            pick(person, box, words, exercise.scope.fill(text))
        else:
            _type(box.get_by_role("textbox", name=words).first, text)
            person.settle()


def _cite(person: Person, box: Locator, exercise: Cite, raw: dict[str, list[str]]) -> None:
    names = {"supports": "支持", "contradicts": "反对"}
    for n, passage in enumerate(exercise.passages()):
        row = box.locator('[class*="st-key-citerow-"]').nth(n)
        if exercise.headings == ONE:
            tick = row.get_by_role("checkbox")
            if tick.is_checked() != (passage.ref in raw["right"]):
                person.press(row.locator("label").first)
                expect(tick).to_be_checked(checked=passage.ref in raw["right"], timeout=WAIT)
        else:
            for heading, name in names.items():
                button, wanted = row.get_by_role("radio", name=name), str(passage.ref in raw.get(heading, [])).lower()
                if button.get_attribute("aria-checked") != wanted:
                    person.press(button)
                    expect(button).to_have_attribute("aria-checked", wanted, timeout=WAIT)
        person.settle()


def _amounts(person: Person, box: Locator, amounts: dict[str, str], why: str) -> None:
    for n, text in enumerate(amounts.values()):
        _type(box.get_by_role("spinbutton").nth(n), text)
        person.settle()
    if why:
        _type(box.get_by_role("textbox").last, why)


def _allocate(person: Person, box: Locator, exercise: Allocate, raw: dict[str, Any]) -> None:
    amounts = {name: raw["items"][name] for name in exercise.items}
    _amounts(person, box, amounts, raw.get("why", ""))


def _scorecard(person: Person, box: Locator, exercise: Scorecard, raw: dict[str, Any]) -> None:
    _amounts(person, box, {name: raw["weights"][name] for name in exercise.criteria}, raw.get("why", ""))


def slide(thumb: Locator, wanted: int) -> None:
    """From where the thumb stands to a place by the arrows; one that stands there already is moved and brought back."""
    thumb.focus()
    if int(thumb.input_value()) == wanted:
        thumb.press("ArrowRight")
        thumb.page.wait_for_timeout(1000)  # back at once, it would not have moved
    away = wanted - int(thumb.input_value())
    for _ in range(abs(away)):
        thumb.press("ArrowRight" if away > 0 else "ArrowLeft")
    expect(thumb).to_have_value(str(wanted), timeout=WAIT)


def _scale(person: Person, box: Locator, exercise: Scale, raw: dict[str, Any]) -> None:
    wanted = [int(at) for item in exercise.items for at in raw["place"][item.name]]
    for n, at in enumerate(wanted):
        track = box.locator('[data-testid="stSlider"] [role="group"] > div').nth(n)
        track.scroll_into_view_if_needed()
        room = track.bounding_box()
        assert room is not None
        place = {"x": min(room["width"] - 2, 2 + room["width"] * at / 100), "y": room["height"] / 2}
        track.tap(position=place, force=True) if person.touch else track.click(position=place, force=True)
        person.settle()
        slide(box.get_by_role("slider").nth(n), at)
        person.settle()
    if raw.get("why"):
        _type(box.get_by_role("textbox").last, raw["why"])


def pick(person: Person, box: Locator, label: str | re.Pattern[str], text: str) -> None:
    """Open a list and choose; a list that closed again is opened again, a few times."""
    field, option = (
        box.get_by_role("combobox", name=label).first,
        person.page.get_by_role("option", name=text, exact=True),
    )
    for _ in range(TRIES):
        if person.touch:  # at its exact middle a tap is taken for a reading program's, which opens no list
            field.tap(position={"x": 20, "y": 12}, timeout=WAIT)
        else:
            person.press(field)
        with suppress(Error):
            option.wait_for(timeout=WAIT / TRIES)
            option.tap(timeout=WAIT / TRIES) if person.touch else option.click(timeout=WAIT / TRIES)
            break
    expect(field).to_have_value(text, timeout=WAIT)
    person.settle()


def _graph(person: Person, box: Locator, exercise: Graph, raw: dict[str, Any]) -> None:
    fill = exercise.scope.fill
    for start, end, *label in raw.get("edges", []):
        if exercise.grid:
            row = box.get_by_role("toolbar").nth(exercise.left.index(start))
            person.press(row.get_by_role("button", name=fill(end), exact=True))
            person.settle()
            continue
        pick(person, box, "从" if exercise.directed else "一头", fill(start))
        pick(person, box, "到" if exercise.directed else "另一头", fill(end))
        if label:
            pick(person, box, "哪一种", fill(label[0]))
        person.press(box.get_by_role("button", name="连上", exact=True))
        person.settle()
    for name, text in raw.get("fills", {}).items():
        pick(person, box, fill(name), fill(text))


WAYS: dict[type[ExerciseBase], Any] = {
    Choice: _choice,
    Number: _number,
    Text: _text,
    Match: _match,
    Classify: _classify,
    Order: _order,
    Cloze: _cloze,
    FilledTable: _table,
    Audit: _audit,
    Cite: _cite,
    Scenario: _scenario,
    Route: _route,
    Allocate: _allocate,
    Scorecard: _scorecard,
    Scale: _scale,
    Graph: _graph,
    Open: _open,
}
