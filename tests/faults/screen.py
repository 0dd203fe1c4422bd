"""What the page says about saving, under a cut line and a dying server: looked at again and again, and cuts of every length."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from tests.browser.cable import Cable
from tests.browser.conftest import CHROMIUM, Server
from tests.browser.saving import sample
from tests.browser.test_matrix import sit_down, survive_a_cut
from tests.faults.outcome import Budget, Outcome

LOOKS: Final = 500  # of one page, before another is opened
CUTS: Final = (2, 10, 60, 150)  # seconds
# the naive choice: a line that always says so
LIES: Final = """setInterval(() => {
  for (const node of document.querySelectorAll("*")) {
    const line = node.shadowRoot?.querySelector("[role=status]")
    if (line && !line.textContent.includes("已存草稿")) line.textContent = "已存草稿 00:00"
  }
}, 1)"""


@contextmanager
def bench(folder: Path) -> Iterator[tuple[Page, Server, Cable]]:
    """A browser, a server, and the line between them."""
    server = Server(folder / "data")
    server.start()
    cable = Cable(server.port)
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
            context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
            try:
                yield context.new_page(), server, cable
            finally:
                browser.close()
    finally:
        cable.close()
        server.stop()


def words(folder: Path, budget: Budget, seed: str, *, lies: bool = False) -> Outcome:
    """Look while somebody types, the line is cut and the server killed: "kept" must be true each time."""
    outcome, turn = Outcome(), 0
    while budget.left(outcome.tried):
        turn += 1
        with bench(folder / str(turn)) as (page, server, cable):
            desk = sit_down(page.context, server, cable.url)
            if lies:
                desk.person.page.evaluate(LIES)
            looks = min(LOOKS, budget.turns - outcome.tried)
            found = sample(desk.person.page, server, cable, looks, hash((seed, turn)) % 2**32)
        outcome.tried += found.looks
        outcome.acknowledged += found.kept
        outcome.lost += len(found.false)
        outcome.wrong += found.false[:3]
        outcome.count("断网", found.cuts)
        outcome.count("杀死", found.kills)
    return outcome


def lying(folder: Path, budget: Budget, seed: str) -> Outcome:
    """The control: a page that always says "kept"."""
    return words(folder, budget, seed, lies=True)


def cuts(folder: Path, budget: Budget, seed: str) -> Outcome:
    """Choice, short, long and a table's text made while the line is cut for 2, 10, 60 and 150 seconds."""
    del seed
    outcome = Outcome()
    for seconds in CUTS:
        if not budget.left(outcome.tried):
            break
        with bench(folder / str(seconds)) as (page, server, cable):
            try:
                survive_a_cut(page, server, cable, seconds)
            except AssertionError as lost:
                outcome.lost += 1
                outcome.wrong.append(f"{seconds} s: {lost}")
        outcome.tried += 1
        outcome.acknowledged += 4
        outcome.most("最长断网（秒）", seconds)
    return outcome


def cuts_control(folder: Path, budget: Budget, seed: str) -> Outcome:
    """The control of the cuts is the control of the words: the same page, the same store, a line that lies."""
    return words(folder, Budget(budget.seconds, 200), seed, lies=True)
