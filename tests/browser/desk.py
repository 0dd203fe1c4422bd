"""A student at work on four kinds of answers, and what the store has of them: the questions that saving is tried on."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Locator, expect

from tests.browser.conftest import ROOT, Server
from tests.browser.person import WAIT, Person

CASE, UNIT, FILE = "haidian", "staffing", "cases/haidian/units/06-staffing.yaml"
CHOICE, SHORT, LONG, TABLE = "double-year", "per-grid", "two-way", "parts-table"
OPTIONS = ("每半年一次", "每季度一次", "源文未载")
PICKS = ("条", "块", "辅助力量")
CELL, PICK = "委办局：每格摊到", "委办局：从哪里来"


def light(folder: Path) -> Path:
    """The shipped course in `folder`, whose unit holds the four questions alone: a page that is soon drawn."""
    for name in ("cases", "exercises"):
        shutil.copytree(ROOT / name, folder / name)
    unit = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))
    unit["blocks"] = [block for block in unit["blocks"] if block.get("exercise") in (CHOICE, SHORT, LONG, TABLE)]
    (folder / FILE).write_text(yaml.safe_dump(unit, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


@dataclass
class Work:
    """What somebody has put into the four questions."""

    choice: str
    short: str
    long: str
    cell: str
    pick: str


def work(n: int) -> Work:
    """The n-th work: each differs from the one before in every answer."""
    long = f"第{n}稿：打分的人与得益的人要分开，代价是多一道程序。" * 3
    return Work(OPTIONS[n % 3], f"{n + 1}.5", long, f"{n + 2}.25", PICKS[n % 3])


@dataclass
class Desk:
    """A person at the unit, in one browser tab."""

    person: Person
    path: str = f"/unit?case={CASE}&unit={UNIT}"

    def open(self) -> None:
        """Open the unit."""
        self.person.open(self.path)
        expect(self.status(SHORT)).to_be_attached(timeout=WAIT)
        self.person.settle()

    def box(self, name: str) -> Locator:
        """The frame of a question."""
        return self.person.exercise(CASE, name)

    def field(self, name: str) -> Locator:
        """The typed field of a question."""
        box = self.box(name)
        return box.get_by_label(CELL).first if name == TABLE else box.get_by_role("textbox").first

    def status(self, name: str) -> Locator:
        """The line about saving."""
        return self.box(name).get_by_role("status")

    def choose(self, option: str) -> None:
        """Pick an option of the choice."""
        box = self.box(CHOICE)
        self.person.press(self.person.label(box, "radio", option))

    def type(self, name: str, text: str) -> None:
        """Type, and stay in the field."""
        target = self.field(name)
        target.click()
        target.fill("")
        target.press_sequentially(text)

    def do(self, what: Work) -> None:
        """Choose and type everything; the last field is not left."""
        self.choose(what.choice)
        self.person.settle()
        pick = self.box(TABLE).get_by_role("combobox", name=PICK).first
        self.person.press(pick)
        self.person.press(self.person.page.get_by_role("option", name=what.pick, exact=True))
        self.person.settle()
        for name, text in ((SHORT, what.short), (TABLE, what.cell), (LONG, what.long)):
            self.type(name, text)

    def shows(self) -> Work:
        """What stands on the screen."""
        box = self.box(CHOICE)
        chosen = [o for o in OPTIONS if box.get_by_role("radio", name=o, exact=True).is_checked()]
        pick = self.box(TABLE).get_by_role("combobox", name=PICK).first
        return Work(
            "".join(chosen),
            self.field(SHORT).input_value(),
            self.field(LONG).input_value(),
            self.field(TABLE).input_value(),
            pick.input_value(),
        )

    def saved(self) -> None:
        """Wait until every question says that it is kept."""
        for name in (CHOICE, SHORT, LONG, TABLE):
            expect(self.status(name)).to_contain_text("已存草稿", timeout=WAIT)


LAST = "person_id = (SELECT id FROM people ORDER BY created DESC LIMIT 1)"  # whoever joined last


def drafts(server: Server) -> dict[str, Any]:
    """Every draft of whoever joined last, by prompt, as its JSON text."""
    with sqlite3.connect(f"file:{server.data / 'casecourse.db'}?mode=ro", uri=True) as connection:
        return dict(connection.execute(f"SELECT prompt, raw FROM drafts WHERE {LAST}").fetchall())  # noqa: S608


def stored(server: Server) -> Work:
    """What the store has of the four questions."""
    rows = {prompt: json.loads(raw) for prompt, raw in drafts(server).items()}
    chosen = rows.get(CHOICE) or [""]
    table = rows.get(TABLE) or {}
    return Work(
        chosen[0],
        rows.get(f"{SHORT}/text", ""),
        rows.get(f"{LONG}/text", ""),
        rows.get(f"{TABLE}/委办局 · 每格摊到", ""),
        table.get("委办局", {}).get("从哪里来", ""),
    )


def answers(server: Server) -> dict[str, int]:
    """Exercise → how many answers whoever joined last has given."""
    with sqlite3.connect(f"file:{server.data / 'casecourse.db'}?mode=ro", uri=True) as connection:
        counted = f"SELECT exercise, count(*) FROM answers WHERE {LAST} GROUP BY exercise"  # noqa: S608
        return dict(connection.execute(counted).fetchall())
