"""Is it true? Somebody types and chooses while line and server fail; each time the page says "kept" the store is asked."""

from __future__ import annotations

import json
import random
import sqlite3
from dataclasses import dataclass, field

from playwright.sync_api import Page

from tests.browser.cable import Cable
from tests.browser.conftest import Server
from tests.browser.desk import CHOICE, LONG, OPTIONS, Desk
from tests.browser.person import Person

KEPT = "已存草稿"
LOOK = """() => {
  const box = (name) => document.querySelector(`.st-key-exercise-haidian-${name}`)
  const inner = (root, what) => {
    for (const node of root.querySelectorAll("*")) {
      const found = node.matches(what) ? node : node.shadowRoot?.querySelector(what)
      if (found) return found
    }
  }
  const line = (name) => inner(box(name), "[role=status]")?.textContent ?? ""
  const picked = [...box("CHOICE").querySelectorAll("label[data-selected]")].map((l) => l.innerText.trim())
  return { text: inner(box("LONG"), "textarea")?.value ?? "", long: line("LONG"), picked: picked[0] ?? "", choice: line("CHOICE") }
}""".replace("CHOICE", CHOICE).replace("LONG", LONG)


@dataclass
class Sampled:
    """How often the page was looked at, how often it said "kept", how it was disturbed, and each false word."""

    looks: int = 0
    kept: int = 0
    cuts: int = 0
    kills: int = 0
    false: list[str] = field(default_factory=list)


def sample(page: Page, server: Server, cable: Cable, looks: int, seed: int, *, kills: bool = True) -> Sampled:
    """Look `looks` times while typing, choosing, cutting the line and killing the server at random."""
    desk, chance, found = Desk(Person(page, cable.url)), random.Random(seed), Sampled()  # noqa: S311  a disturbance, not a secret
    down = cut = 0
    while found.looks < looks:
        _act(desk, chance)
        for _ in range(chance.randint(2, 12)):
            _look(page, server, found)
        if cut:
            cut -= 1
            if not cut:
                cable.plug()
        elif chance.random() < 0.06:
            cable.pull()
            found.cuts, cut = found.cuts + 1, chance.randint(3, 25)
        if down:
            down -= 1
            if not down:
                server.start()
        elif kills and chance.random() < 0.012:
            server.kill()
            found.kills, down = found.kills + 1, chance.randint(3, 20)
    cable.plug()
    if down:
        server.start()
    return found


def _act(desk: Desk, chance: random.Random) -> None:
    """Type a few characters at the end, or choose; what cannot be pressed now is left."""
    if chance.random() < 0.25:
        option = chance.choice(OPTIONS)
        label = desk.person.label(desk.box(CHOICE), "radio", option)
        if label.is_enabled():
            label.evaluate("node => node.click()")
        return
    target = desk.field(LONG)
    target.evaluate("node => { node.focus(); node.setSelectionRange(node.value.length, node.value.length) }")
    target.press_sequentially(str(chance.randint(0, 9)) * chance.randint(1, 4))


def _look(page: Page, server: Server, found: Sampled) -> None:
    """One look at the page, then one at the store: what is called kept must be there, or something newer."""
    seen = page.evaluate(LOOK)
    found.looks += 1
    for line, prompt, what in ((seen["long"], f"{LONG}/text", seen["text"]), (seen["choice"], CHOICE, seen["picked"])):
        if KEPT not in line:
            continue
        found.kept += 1
        raw = _raw(server, prompt)
        there = str(raw).startswith(what) if prompt != CHOICE else raw == ([what] if what else None)
        if not there:
            found.false.append(f"{prompt}: {line} / {what!r} / {raw!r}")
    page.wait_for_timeout(3)


def _raw(server: Server, prompt: str) -> object:
    with sqlite3.connect(f"file:{server.data / 'casecourse.db'}?mode=ro", uri=True) as connection:
        row = connection.execute("SELECT raw FROM drafts WHERE prompt = ?", (prompt,)).fetchone()
    return None if row is None else json.loads(row[0])
