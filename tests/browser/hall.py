"""A lecture hall: the projector, the lecturer's remote and the phones of one class, each in a browser of its own."""

from __future__ import annotations

import secrets
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, expect

from casecourse import store as stores
from casecourse.access import ANONYMOUS, HOST, Who
from casecourse.actions import joining, rounds, staging
from casecourse.grading import ExerciseBase
from casecourse.loading import load
from casecourse.model import Course
from casecourse.store import Store, people
from casecourse.store.rows import ClassRow, RoundRow
from tests.browser.conftest import Server
from tests.browser.person import WAIT, Person, frames
from tests.crowd import teacher

PROJECTOR: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
# what the components of the foot show: it lies in their shadow
SHOWN = (
    "() => [...document.querySelectorAll('.st-key-stage-foot *')].map((e) => e.shadowRoot?.textContent ?? '').join(' ')"
)
SETTLED = """rev => {
  const stage = document.querySelector(".st-key-stage")
  return stage && stage.dataset.rev === String(rev)
}"""


@dataclass
class Hall:
    """One class of a server: its stage, its rounds, and the browsers in it."""

    server: Server
    browser: Browser
    store: Store
    course: Course
    room: ClassRow
    frames: dict[Page, list[bytes]] = field(default_factory=dict)
    contexts: list[BrowserContext] = field(default_factory=list)

    # ---- who is there --------------------------------------------------------------------------------------------------

    def page(self, token: str, url: str = "", **how: Any) -> Page:
        """A tab of a browser that has this cookie; what its connections receive is kept."""
        context = self.browser.new_context(locale="zh-CN", **how)
        self.contexts.append(context)
        context.add_cookies([{"name": "cc_sid", "value": token, "url": url or self.server.url, "httpOnly": True}])
        page = context.new_page()
        self.frames[page] = frames(page)
        return page

    def student(self, name: str) -> tuple[str, Who]:
        """Somebody new in the class, with her cookie."""
        token = secrets.token_urlsafe(32)
        return token, joining.join(ANONYMOUS, self.store, name, self.room.code, token, token)

    def projector(self, **how: Any) -> Person:
        """The projector, on its stage."""
        person = Person(self.page(teacher(self.store).token, **(PROJECTOR | how)), self.server.url)
        person.page.goto(f"{self.server.url}/project?room={self.room.id}")
        self.stands(person)
        return person

    def remote(self) -> Person:
        """The lecturer's phone."""
        person = Person(self.page(teacher(self.store).token, **PHONE), self.server.url, touch=True)
        person.open(f"/remote?room={self.room.id}")
        return person

    def phone(self, name: str, url: str = "") -> Person:
        """A student's phone, following."""
        token, _ = self.student(name)
        person = Person(self.page(token, url, **PHONE), url or self.server.url, touch=True)
        person.open("/live")
        return person

    def exercise(self, case: str, name: str) -> ExerciseBase:
        """A question, whole."""
        found = self.course.exercise(case, name)
        assert found is not None
        return found

    # ---- what is on the stage ------------------------------------------------------------------------------------------

    def show(self, case: str, unit: str, step: int = 0) -> None:
        """Put a unit on the stage."""
        staging.show(HOST, self.store, self.course, self.room.id, case, unit, step)

    def ask(self, case: str, name: str) -> None:
        """Put the step that asks this on the stage."""
        unit = next(u for c, u in self.course.units() if c.id == case and name in u.exercise_refs)
        self.show(case, unit.id)
        scene = self.scene()
        self.show(case, unit.id, next(n for n, s in enumerate(scene.steps) if scene.asks(s) == (case, name)))

    def scene(self) -> staging.Scene:
        """What is on it."""
        return staging.scene(HOST, self.store, self.course, self.room.id)

    def stands(self, projector: Person) -> None:
        """Wait until the projector shows the stage as the store has it, cut and told."""
        projector.page.wait_for_function(SETTLED, arg=self.scene().row.rev, timeout=WAIT)

    def begin(self, case: str, name: str, *, named: bool = False) -> RoundRow:
        """Announce a vote."""
        return rounds.begin(HOST, self.store, self.course, self.room.id, case, name, named=named)

    def round(self) -> RoundRow:
        """The round in hand."""
        here = rounds.current(HOST, self.store, self.room.id)
        assert here is not None
        return here

    def on(self, deed: rounds.Deed) -> RoundRow:
        """Move the round on."""
        return rounds.do(HOST, self.store, self.round().id, deed)

    def cast(self, who: Who, raw: Any, why: str = "") -> None:
        """Send a ballot past the screens."""
        here = self.round()
        rounds.cast(who, self.store, self.course, here.id, here.vote, raw, secrets.token_hex(), why)

    def heard(self, person: Person) -> bytes:
        """Everything that a browser was sent over its connections."""
        return b"\n".join(self.frames[person.page])


@contextmanager
def hall(server: Server, browser: Browser, course: Course | None = None) -> Generator[Hall]:
    """A new class of this server, and its browsers until the block ends."""
    store = stores.open(f"sqlite:///{(server.data / 'casecourse.db').as_posix()}")
    found = Hall(
        server, browser, store, course or load(server.content).course, people.add_class(store, secrets.token_hex(4))
    )
    try:
        yield found
    finally:
        for context in found.contexts:
            with suppress(Error):
                context.close()
        store.close()


def key(projector: Person, *names: str) -> None:
    """Press keys of the stage."""
    for name in names:
        projector.page.keyboard.press(name)


def drawn(stage: Person) -> None:
    """Wait until its figures are there: their code comes later than the page."""
    stage.page.wait_for_function(
        "() => [...document.querySelectorAll('.st-key-stage-fit :is([data-testid=stPlotlyChart], [data-testid=stGraphVizChart])')]"
        ".every((c) => c.querySelector('svg text'))",
        timeout=WAIT,
    )


def says(person: Person, *words: str) -> None:
    """Wait until the page says this."""
    for word in words:
        expect(person.page.get_by_text(word).filter(visible=True).first).to_be_visible(timeout=WAIT)


def press(person: Person, name: str) -> None:
    """Press a button of this name, also where it is just being drawn anew."""
    button = person.page.get_by_role("button", name=name, exact=True).first
    button.tap(timeout=WAIT) if person.touch else button.click(timeout=WAIT)


def counted(projector: Person, n: int) -> None:
    """Wait until the projector says that so many have voted."""
    projector.page.wait_for_function(f"() => /已投 {n} \\//.test(({SHOWN})())", timeout=WAIT)


def booth(person: Person) -> Locator:
    """The question that a phone votes on."""
    return person.page.locator('[class*="st-key-exercise-"]').first


def vote(person: Person) -> None:
    """投票, and wait until it is in."""
    press(person, "投票")
    expect(person.page.get_by_text("已投票", exact=True)).to_be_visible(timeout=WAIT)
