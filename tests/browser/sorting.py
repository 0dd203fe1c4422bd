"""Moving cards on a board as people do: dragging with a mouse, tapping card and place, or with Alt and the arrows."""

from __future__ import annotations

from typing import Literal

from playwright.sync_api import Locator, expect

Hand = Literal["mouse", "tap", "keys"]
Lanes = dict[str, list[str]]
TRAY = ""
WAIT = 20_000
EDGE, SCROLLS = 70, 100  # pixels from the window's edge where a drag moves the page; looks whether the place is in view


def lane(board: Locator, name: str) -> Locator:
    """A lane of the board; the tray has no name."""
    return board.locator(f'.lane[data-lane="{name}"]')


def card(board: Locator, name: str, home: str) -> Locator:
    """A card where it lies."""
    return lane(board, home).locator(f'.card[data-card="{name}"]')


def lies(board: Locator) -> Lanes:
    """Lane → cards, the tray among them."""
    found: Lanes = board.evaluate(
        "e => Object.fromEntries([...e.querySelectorAll('.lane')].map("
        "l => [l.dataset.lane, [...l.querySelectorAll('.card')].map(c => c.dataset.card)]))"
    )
    return found


def said(board: Locator) -> str:
    """What the live region says."""
    return (board.locator(".say").text_content() or "").strip()


def sort(box: Locator, wanted: Lanes, hand: Hand, *, ordered: bool = False) -> None:
    """Bring the cards of the board in `box` to where `wanted` has them; whatever else lies in a lane goes to the tray."""
    board = box.locator(".sorter")
    expect(board.locator(".card").first).to_be_visible(timeout=WAIT)
    board.scroll_into_view_if_needed()
    moves = 0
    for name, cards in lies(board).items():
        for stray in [c for c in cards if name != TRAY and c not in wanted.get(name, [])]:
            move(board, stray, name, TRAY, 0, hand)
            moves += 1
    for name, cards in wanted.items():
        for at, moved in enumerate(cards):
            now = lies(board)
            home = next(
                (n for n, found in now.items() if moved in found and n != TRAY and (ordered or n == name)), TRAY
            )
            if home == name and (not ordered or now[name].index(moved) == at):
                continue
            move(board, moved, home, name, at if ordered else len(now[name]), hand)
            moves += 1
    if not moves and ordered:  # as it was dealt: picked up and laid down again
        first = card(board, wanted["order"][0], "order")
        for _ in range(2):
            first.tap() if hand == "tap" else first.click()
    for name, cards in wanted.items():
        assert (lies(board)[name] if ordered else sorted(lies(board)[name])) == (cards if ordered else sorted(cards))


def move(board: Locator, name: str, home: str, to: str, at: int, hand: Hand) -> None:
    """One card from `home` to its place in `to`; the move is said."""
    before = said(board)
    {"mouse": _drag, "tap": _tap, "keys": _type}[hand](board, name, home, to, at)
    assert said(board), f"nothing was said of {name}, after {before!r}"


def _drag(board: Locator, name: str, home: str, to: str, at: int) -> None:
    page = board.page
    board.evaluate("e => e.scrollIntoView({block: 'center'})")
    held = card(board, name, home)
    held.hover(position={"x": 12, "y": 20})  # waits until the page has come to rest
    start = held.bounding_box()
    assert start
    page.mouse.down()
    page.mouse.move(start["x"] + 24, start["y"] + 28, steps=3)
    x, y = place(board, name, home, to, at)
    end = int(page.evaluate("innerHeight"))
    for _ in range(SCROLLS):
        if EDGE < y < end - EDGE:
            break
        page.mouse.move(x, 12 if y <= EDGE else end - 12, steps=2)  # at the edge the page comes to meet the card
        page.wait_for_timeout(50)
        x, y = place(board, name, home, to, at)
    page.mouse.move(x, y, steps=6)
    page.mouse.move(*place(board, name, home, to, at), steps=2)  # the page went on until the hand had left its edge
    page.mouse.up()


def place(board: Locator, name: str, home: str, to: str, at: int) -> tuple[float, float]:
    """The point over which a card is let go to lie at position `at`."""
    target = lane(board, to).bounding_box()
    assert target
    others = [c for c in lies(board)[to] if not (c == name and home == to)]
    if to == TRAY or not others:
        return target["x"] + target["width"] / 2, target["y"] + target["height"] - 12
    beside = card(board, others[min(at, len(others) - 1)], to).bounding_box()
    assert beside
    return beside["x"] + 20, beside["y"] + (4 if at < len(others) else beside["height"] - 4)


def _tap(board: Locator, name: str, home: str, to: str, at: int) -> None:
    cards = lies(board)[to]
    touch = board.page.evaluate("navigator.maxTouchPoints > 0")
    card(board, name, home).tap() if touch else card(board, name, home).click()
    onto = card(board, cards[at], to) if to == "order" and at < len(cards) else lane(board, to).locator(".here")
    onto.tap() if touch else onto.click()


def _type(board: Locator, name: str, home: str, to: str, at: int) -> None:
    page = board.page
    names = [n for n in lies(board) if n != TRAY]
    card(board, name, home).focus()
    if to == TRAY:
        return page.keyboard.press("Delete")
    if "order" in names:
        if home == TRAY:
            page.keyboard.press("Alt+ArrowLeft")
        here = lies(board)[to].index(name)
        for _ in range(abs(here - at)):
            page.keyboard.press("Alt+ArrowUp" if here > at else "Alt+ArrowDown")
        return None
    down = home == TRAY or names.index(to) > names.index(home)
    for _ in names:  # it passes over lanes that are taken
        if name in lies(board)[to]:
            break
        page.keyboard.press("Alt+ArrowDown" if down else "Alt+ArrowUp")
    return None
