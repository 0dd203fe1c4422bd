"""A person without a mouse: Tab, Shift+Tab, arrows, Space, Enter and typing, from one focused thing to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, expect

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
from tests.browser.person import WAIT, Person, slide
from tests.browser.sorting import TRAY, Lanes, lies

FAR = 250  # more stops than any page has: then the thing cannot be reached by Tab

# What has the focus: whether it lies in `box`, its role, its accessible name and its state.
FOCUSED = """box => {
  let e = document.activeElement;
  while (e && e.shadowRoot && e.shadowRoot.activeElement) e = e.shadowRoot.activeElement;
  const named = x => x && (x.getAttribute('aria-label')
    || (x.getAttribute('aria-labelledby') || '').split(' ').map(i => document.getElementById(i)?.innerText || '').join(' ').trim()
    || [...(x.labels || [])].map(l => l.innerText).join(' ').trim() || x.innerText);
  let inside = false;
  for (let n = e; n; n = n.parentNode || n.host) if (n === box) inside = true;
  return {inside, role: e.getAttribute('role') || (e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()),
          card: e.dataset?.card ?? null, lane: e.dataset?.in ?? null, here: e.dataset?.here ?? null,
          name: (named(e) || '').trim().slice(0, 200), checked: !!e.checked || e.getAttribute('aria-checked') === 'true'};
}"""


# The choice at which an open dropdown stands.
AT = "() => document.getElementById(document.activeElement.getAttribute('aria-activedescendant') || '-')?.innerText.trim()"


@dataclass(frozen=True)
class Stop:
    """What has the focus."""

    inside: bool
    role: str
    name: str
    checked: bool
    card: str | None
    lane: str | None
    here: str | None


@dataclass
class Typist(Person):
    """Somebody who uses the keyboard alone."""

    def key(self, *names: str) -> None:
        """Press keys one after the other."""
        for name in names:
            self.page.keyboard.press(name)

    def here(self, box: Locator) -> Stop:
        """What has the focus, seen from `box`."""
        return Stop(**box.evaluate(FOCUSED))

    def tab_to(self, box: Locator, role: str, about: str = "", **at: str) -> Stop:
        """Tab until something of that role inside `box` has the focus, its name speaking of `about`; `at` says exactly what it is."""
        seen = []
        for _ in range(FAR):
            stop = self.here(box)
            where = all(getattr(stop, field) == value for field, value in at.items())
            if stop.inside and stop.role == role and about in stop.name and where:
                return stop
            seen.append(stop)
            self.key("Tab")
        raise AssertionError(f"{role} {about!r} {at} cannot be reached by Tab: {[s for s in seen if s.inside]}")

    def fill(self, box: Locator, exercise: ExerciseBase, raw: Any) -> None:
        """Put an answer into the widgets by keys."""
        KEYS[type(exercise)](self, box, exercise, raw)
        self.settle()

    def submit(self, box: Locator) -> None:
        """Tab to 提交, Enter."""
        self.tab_to(box, "button", "提交")
        self.key("Enter")
        expect(box.get_by_text("次作答")).to_be_visible(timeout=WAIT)
        self.settle()

    def pick(self, box: Locator, wanted: str) -> None:
        """Tab to a group of radio buttons in `box`, with the arrows to the one that is named so, and take it."""
        stop = self.tab_to(box, "radio")
        for _ in range(FAR):
            if stop.name.startswith(wanted):
                break
            self.key("ArrowDown")
            self.settle()
            stop = self.here(box)
        if not stop.checked:
            self.key("Space")
        self.settle()

    def choose(self, wanted: str) -> None:
        """Open the dropdown that has the focus, go down to a choice, and up again where it was passed, Enter."""
        now = None
        for key in ("ArrowDown", "ArrowUp"):
            while now != wanted:
                self.key(key)
                before, now = now, self._marked(now)
                if now == before:
                    break  # the end of the list
        assert now == wanted, f"no choice {wanted}"
        self.key("Enter")
        self.settle()

    def _marked(self, before: str | None) -> str | None:
        """The choice that is marked once a key has had its effect, or the same as before where it had none."""
        for _ in range(20):
            self.page.wait_for_timeout(50)
            if (now := self.page.evaluate(AT)) and now != before:
                return str(now)
        return before

    def write(self, box: Locator, role: str, name: str, text: str) -> None:
        """Tab to a field and type in the place of what stands there."""
        self.tab_to(box, role, name)
        self.key("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)
        self.key("Tab")
        self.settle()


def _choice(typist: Typist, box: Locator, exercise: Choice, raw: list[str]) -> None:
    if exercise.many:
        for name, label in _offered(typist, box, exercise):
            stop = typist.tab_to(box, "checkbox", name=label)
            if stop.checked != (name in raw):
                typist.key("Space")
                typist.settle()
        return
    typist.pick(box, next(exercise.scope.fill(o.label) for o in exercise.options if o.name in raw))


def _offered(typist: Typist, box: Locator, exercise: Choice) -> list[tuple[str, str]]:
    """(name, label) of the options in the order in which Tab comes to them."""
    labels = {exercise.scope.fill(o.label): o.name for o in exercise.options}
    expect(box.get_by_role("checkbox")).to_have_count(len(labels), timeout=WAIT)
    shown = [
        text.strip() for text in box.locator("label").filter(has=typist.page.get_by_role("checkbox")).all_inner_texts()
    ]
    return [(labels[label], label) for label in shown]


def _number(typist: Typist, box: Locator, exercise: Number, raw: str) -> None:
    del exercise
    if raw == UNKNOWN:
        typist.tab_to(box, "checkbox", UNKNOWN)
        typist.key("Space")
    else:
        typist.write(box, "text", "", raw)


def _text(typist: Typist, box: Locator, exercise: Text, raw: list[str] | str) -> None:
    del exercise
    for word in [raw] if isinstance(raw, str) else raw:
        typist.write(box, "text", "", word)


def _table(typist: Typist, box: Locator, exercise: FilledTable, raw: dict[str, dict[str, str]]) -> None:
    for row, column, blank in exercise.asked():
        text = raw.get(row, {}).get(column.text)
        if text is None:
            continue
        label = f"{exercise.scope.fill(row)}：{column.text}"
        if exercise.choices(column, blank):
            typist.tab_to(box, "combobox", label)
            typist.choose(exercise.scope.fill(text))
        else:
            typist.write(box, "text", label, text)


def _audit(typist: Typist, box: Locator, exercise: Audit, raw: dict[str, str]) -> None:
    del exercise
    if raw["value"] == UNKNOWN:
        typist.tab_to(box, "checkbox", UNKNOWN)
        typist.key("Space")
    else:
        typist.write(box, "text", "", raw["value"])
    typist.pick(box, judgement_word(raw["verdict"]))
    if asked := raw.get("question"):
        typist.write(box, "textarea", "", asked)


def _open(typist: Typist, box: Locator, exercise: Open, raw: dict[str, str]) -> None:
    del exercise
    typist.write(box, "textarea", "", raw["text"])


def _step(typist: Typist, box: Locator, label: str) -> None:
    typist.tab_to(box, "button", label)
    typist.key("Enter")
    typist.settle()


def _scenario(typist: Typist, box: Locator, exercise: Scenario, raw: list[str]) -> None:
    for turn in exercise.story.follow(raw).turns:
        _step(typist, box, exercise.scope.fill(turn.text))


def _route(typist: Typist, box: Locator, exercise: Route, raw: dict[str, list[str]]) -> None:
    for names in exercise.read(raw).values():
        for name in names:
            _step(typist, box, exercise.scope.fill(name))


def _board(typist: Typist, box: Locator, wanted: Lanes, *, ordered: bool = False) -> None:
    """Bring cards to where they are wanted: Tab to each, Enter, Tab to its place, Enter; in a row by Alt and the arrows."""
    board = box.locator(".sorter")
    dealt = lies(board)
    for name, cards in wanted.items():
        for at, card in enumerate(cards):
            now = lies(board)
            home = name if card in now[name] else TRAY
            if home == TRAY:
                typist.tab_to(box, "button", card=card, lane=TRAY)
                typist.key("Enter")
                typist.tab_to(box, "button", here=name)
                typist.key("Enter")
            if ordered:
                typist.tab_to(box, "button", card=card, lane=name)
                here = lies(board)[name].index(card)
                typist.key(*["Alt+ArrowUp" if here > at else "Alt+ArrowDown"] * abs(here - at))
    for name, strays in lies(board).items():
        for stray in [c for c in strays if name != TRAY and c not in wanted.get(name, [])]:
            typist.tab_to(box, "button", card=stray, lane=name)
            typist.key("Delete")
    if lies(board) == dealt:  # it lay right already: picked up and laid down again
        typist.key("Enter", "Enter")
    typist.settle()


def _match(typist: Typist, box: Locator, exercise: Match, raw: dict[str, list[str]]) -> None:
    del exercise
    _board(typist, box, raw)


def _classify(typist: Typist, box: Locator, exercise: Classify, raw: dict[str, Any]) -> None:
    _board(typist, box, {b: [c for c, laid in raw["in"].items() if b in laid] for b in exercise.buckets})
    for name, reason in raw.get("why", {}).items():
        card = exercise.card(name)
        typist.write(box, "text", f"“{exercise.scope.fill(card.text if card else name)}”为什么这样放", reason)


def _order(typist: Typist, box: Locator, exercise: Order, raw: list[str]) -> None:
    del exercise
    _board(typist, box, {"order": raw}, ordered=True)


def _cloze(typist: Typist, box: Locator, exercise: Cloze, raw: dict[str, str]) -> None:
    for name, text in raw.items():
        if exercise.gap(name).choices:
            typist.tab_to(box, "combobox", exercise.around(name))
            typist.choose(exercise.scope.fill(text))
        else:
            typist.write(box, "text", exercise.around(name), text)


def _cite(typist: Typist, box: Locator, exercise: Cite, raw: dict[str, list[str]]) -> None:
    names = {"supports": "支持", "contradicts": "反对"}
    for n, passage in enumerate(exercise.passages()):
        row = box.locator('[class*="st-key-citerow-"]').nth(n)
        if exercise.headings == ONE and typist.tab_to(row, "checkbox").checked != (passage.ref in raw["right"]):
            typist.key("Space")
            typist.settle()
        for heading, name in names.items() if exercise.headings != ONE else ():
            if passage.ref in raw.get(heading, []):
                typist.pick(row, name)


def _allocate(typist: Typist, box: Locator, exercise: Allocate, raw: dict[str, Any]) -> None:
    for name, share in exercise.items.items():
        typist.write(box, "number", exercise.scope.fill(share.text), raw["items"][name])
    if raw.get("why"):
        typist.write(box, "textarea", "", raw["why"])


def _scorecard(typist: Typist, box: Locator, exercise: Scorecard, raw: dict[str, Any]) -> None:
    for name in exercise.criteria:
        typist.write(box, "number", name, raw["weights"][name])
    if raw.get("why"):
        typist.write(box, "textarea", "", raw["why"])


def _scale(typist: Typist, box: Locator, exercise: Scale, raw: dict[str, Any]) -> None:
    sliders = iter(box.get_by_role("slider").all())
    for item in exercise.items:
        for at in raw["place"][item.name]:
            typist.tab_to(box, "range", exercise.scope.fill(item.text))
            slide(next(sliders), int(at))
            typist.key("Tab")
            typist.settle()
    if raw.get("why"):
        typist.write(box, "textarea", "", raw["why"])


def _graph(typist: Typist, box: Locator, exercise: Graph, raw: dict[str, Any]) -> None:
    fill = exercise.scope.fill
    for start, end, *label in raw.get("edges", []):
        if exercise.grid:
            typist.tab_to(box.get_by_role("toolbar").nth(exercise.left.index(start)), "button")
            _along(typist, box, fill(end))
            continue
        named = ("从", "到") if exercise.directed else ("一头", "另一头")
        for name, text in [*zip(named, (start, end), strict=True), *[("哪一种", x) for x in label]]:
            typist.tab_to(box, "combobox", name)
            typist.choose(fill(text))
        _step(typist, box, "连上")
    for name, text in raw.get("fills", {}).items():
        typist.tab_to(box, "combobox", fill(name))
        typist.choose(fill(text))


def _along(typist: Typist, box: Locator, wanted: str) -> None:
    """In a row of buttons the arrows go from one to the next; Space takes one."""
    for key in ("ArrowRight", "ArrowLeft"):
        for _ in range(FAR // 10):
            if typist.here(box).name == wanted:
                typist.key("Space")
                typist.settle()
                return
            typist.key(key)
    raise AssertionError(f"{wanted} cannot be reached by the arrows")


KEYS: dict[type[ExerciseBase], Any] = {
    Choice: _choice,
    Number: _number,
    Text: _text,
    FilledTable: _table,
    Audit: _audit,
    Scenario: _scenario,
    Route: _route,
    Match: _match,
    Classify: _classify,
    Order: _order,
    Cloze: _cloze,
    Cite: _cite,
    Allocate: _allocate,
    Scorecard: _scorecard,
    Scale: _scale,
    Graph: _graph,
    Open: _open,
}
