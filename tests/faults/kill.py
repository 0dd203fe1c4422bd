"""kill -9 of the real server under twenty live pages: what a page was told is stored must be there, once."""

from __future__ import annotations

import asyncio
import random
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from streamlit.proto.WidgetStates_pb2 import WidgetState

from casecourse import store as stores
from casecourse.actions.joining import hashed
from casecourse.store import answers, devices, drafts, people
from casecourse.store.rows import AnswerRow
from casecourse.store.tables import as_json
from tests.faults.outcome import Budget, Outcome
from tests.faults.page import Gone, Page, Piece, query, words
from tests.faults.serving import PATIENCE, Server

CASE: Final = "faults"
WRITTEN, PICKED = "essay", "pick"
WRONG_PICKS: Final = ("居委会", "派出所")  # a right one would end the attempts
STUDENTS: Final = 20
ROUND: Final = 20  # kills of one data folder: a page reads everything its person ever answered
NAIVE: Final = ("-m", "tests.faults.naive")
_ATTEMPT: Final = re.compile(r"第 (\d+) 次作答")


@dataclass
class Ledger:
    """What one page was told about one question: the values of attempts 1, 2, 3 …, and what is still on its way."""

    told: list[str] = field(default_factory=list)
    pending: str | None = None
    pressed: bool = False  # 提交 was sent for what is pending
    draft: str | None = None  # 已存草稿 was shown for it


class Trouble(Exception):  # noqa: N818  a finding, with what the page showed
    """A page showed what it never should."""


class Student:
    """One person at one page, who answers, is cut off, comes back and goes on."""

    def __init__(self, name: str, person: str, token: str, seed: str) -> None:
        self.name, self.person, self.token = name, person, token
        self.ledgers = {WRITTEN: Ledger(), PICKED: Ledger()}
        self.drafts = 0  # how often one was acknowledged
        self.pages = 0  # how often a whole page was drawn
        self._states: dict[str, WidgetState] = {}
        self._said = 0
        self._random = random.Random(seed)  # noqa: S311  a test's own choices

    async def study(self, port: int) -> None:
        """Answer until cancelled."""
        while True:
            with suppress(Gone):
                async with Page(port, self.token, "unit", query(case=CASE, unit="first"), self._states) as page:
                    await page.run()
                    screen = page.given("screen-")
                    page.tell(f"screen-{screen['page']}", screen={k: screen[k] for k in ("page", "id", "seen")})
                    self.pages += 1
                    while True:
                        for exercise in self.ledgers:
                            await self._answer(page, exercise)
            await asyncio.sleep(self._random.uniform(0.02, 0.2))

    async def _answer(self, page: Page, exercise: str) -> None:
        ledger, key = self.ledgers[exercise], f"{CASE}-{exercise}"
        if self._told(ledger, self._piece(page, exercise)):
            ledger.pending = None
        if ledger.pending is None:
            ledger.pending, ledger.pressed, ledger.draft = self._next(exercise, len(ledger.told)), False, None
        if f"again-{key}" in self._piece(page, exercise).widgets:
            await page.run(f"again-{key}", self._piece(page, exercise))
        if await (self._type if exercise == WRITTEN else self._pick)(page, key, ledger.pending):
            ledger.draft = ledger.pending
            self.drafts += 1
        ledger.pressed = True
        await page.run(f"submit-{key}", self._piece(page, exercise))
        if not self._told(ledger, self._piece(page, exercise)):
            raise Trouble(f"{self.name}: {words(self._piece(page, exercise))}")
        ledger.pending = None

    async def _type(self, page: Page, key: str, text: str) -> bool:
        """Type, be told that the draft is kept, and leave the field."""
        screen = page.given("screen-")
        body = {"case": CASE, "prompt": key.removeprefix(f"{CASE}-"), "field": "text", "text": text}
        status = await page.post("/draft", body | {"screen": screen["id"], "seen": screen["seen"]})
        self._said = max(self._said + 1, time.time_ns() // 1_000_000)
        page.tell(f"box-w-{key}", said={"text": text, "n": self._said})
        await page.run("", page.piece(f"submit-{key}"))
        return status == 200

    async def _pick(self, page: Page, key: str, option: str) -> bool:
        """Pick an option and be told that it is kept."""
        page.set(f"w-{key}", option)
        await page.run("", page.piece(f"submit-{key}"))
        return page.given(f"save-{key}").get("state") == "kept"

    def _next(self, exercise: str, before: int) -> str:
        return f"{self.name}的第 {before + 1} 份" if exercise == WRITTEN else WRONG_PICKS[before % len(WRONG_PICKS)]

    def _told(self, ledger: Ledger, piece: Piece) -> bool:
        """Note what the page says is stored; True where that is what was pending."""
        found = next((m for text in piece.shown if "已提交" in text and (m := _ATTEMPT.search(text))), None)
        shown = int(found[1]) if found else len(ledger.told)
        if ledger.pending is None or not ledger.pressed or shown <= len(ledger.told):
            return False
        if shown != len(ledger.told) + 1 or not piece.says(ledger.pending):
            raise Trouble(f"{self.name}: {shown}, {ledger}, {words(piece)}")
        ledger.told.append(ledger.pending)
        return True

    def _piece(self, page: Page, exercise: str) -> Piece:
        key = f"{CASE}-{exercise}"
        piece = page.piece(f"submit-{key}") or page.piece(f"again-{key}")
        if piece is None:
            raise Trouble(f"{self.name}: {[words(p) for p in page.pieces.values()][1:]}")
        return piece


def enrol(server: Server, seed: str, number: int = STUDENTS) -> list[Student]:
    """A new store with a class of students, each with a browser of her own that is known already."""
    server.data.mkdir(parents=True)
    opened = stores.open(f"sqlite:///{server.database}")
    try:
        class_id = people.list_classes(opened)[0].id
        found = []
        for n in range(number):
            person, token = people.join(opened, class_id, f"学生{n}"), f"{seed}-{n}".rjust(43, "_")
            devices.bind_device(opened, hashed(token), lasts=timedelta(days=1), person_id=person.id)
            found.append(Student(person.shown, person.id, token, f"{seed}/{n}"))
        return found
    finally:
        opened.close()


@contextmanager
def copied(database: Path, to: Path) -> Iterator[str]:
    """The address of a copy of a store that nobody has opened since its server was killed."""
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir()
    for end in ("", "-wal"):
        if (left := database.with_name(database.name + end)).exists():
            shutil.copyfile(left, to / left.name)
    yield f"sqlite:///{to / database.name}"
    shutil.rmtree(to)


def compare(address: str, students: list[Student], outcome: Outcome) -> None:
    """Look for everything the pages were told in the store at `address`."""
    opened = stores.open(address)
    try:
        for student in students:
            rows: dict[str, list[AnswerRow]] = {exercise: [] for exercise in student.ledgers}
            for row in answers.answers_of(opened, student.person):
                rows[row.exercise].append(row)
            kept = as_json([d.raw for d in drafts.drafts_of(opened, student.person, CASE)])
            for exercise, ledger in student.ledgers.items():
                _compare(ledger, rows[exercise], kept, outcome)
    finally:
        opened.close()


def _compare(ledger: Ledger, rows: list[AnswerRow], kept: str, outcome: Outcome) -> None:
    stored = [as_json(row.raw) for row in rows]
    outcome.lost += max(0, len(ledger.told) - len(stored))
    outcome.lost += sum(as_json(said)[1:-1] not in raw for said, raw in zip(ledger.told, stored, strict=False))
    on_its_way = ledger.pending is not None and ledger.pressed
    outcome.doubled += max(0, len(stored) - len(ledger.told) - on_its_way)
    if [row.attempt for row in rows] != list(range(1, len(rows) + 1)):
        outcome.wrong.append(f"作答次数有缺：{[row.attempt for row in rows]}")
    arrived = len(stored) > len(ledger.told)
    if ledger.pending is not None and ledger.draft is not None and not arrived and ledger.draft not in kept:
        outcome.lost += 1
        outcome.count("丢失的草稿")


async def _first_page(server: Server, students: list[Student], before: int) -> float:
    """Seconds from the start until the server is ready and has drawn a page."""
    while time.monotonic() - server.started < PATIENCE and not server.died():
        if sum(s.pages for s in students) > before and await asyncio.to_thread(server.serves):
            return time.monotonic() - server.started
        await asyncio.sleep(0.02)
    raise Trouble(f"没有恢复服务：{server.log()}")


async def _round(server: Server, students: list[Student], budget: Budget, seed: str, outcome: Outcome) -> None:
    choice = random.Random(seed)  # noqa: S311  a test's own choices
    tasks = [asyncio.create_task(s.study(server.port)) for s in students]
    try:
        for n in range(ROUND):
            if not (budget.left(outcome.tried) and outcome.clean):
                break
            before = sum(s.pages for s in students)
            server.start()
            if n % 10 == 9:  # now and then the next kill comes before it serves at all
                await asyncio.sleep(choice.uniform(0, 1.5))
            else:
                seconds = await _first_page(server, students, before)
                outcome.most("最长恢复秒数", round(seconds, 1))
                outcome.count("恢复超过 10 秒", seconds > 10)
                await asyncio.sleep(choice.uniform(0.2, 2.5))
            if server.died():
                raise Trouble(f"服务器自己退出了：{server.log()}")
            server.kill()
            outcome.tried += 1
            await asyncio.sleep(0.05)  # what was still in a socket is read: it was acknowledged
            outcome.count(
                "杀死时在途的提交",
                sum(v.pressed and v.pending is not None for s in students for v in s.ledgers.values()),
            )
            if broken := [t.exception() for t in tasks if t.done()]:
                raise Trouble(str(broken[0]))
            with copied(server.database, server.data / "copy") as address:
                await asyncio.to_thread(compare, address, students, outcome)
    except Trouble as trouble:
        outcome.wrong.append(str(trouble)[:600])
    finally:
        server.kill()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def run(folder: Path, budget: Budget, seed: str, program: tuple[str, ...] = ()) -> Outcome:
    """Kill the server as often as the budget allows, each time after a random while under twenty pages that answer."""
    outcome, turn = Outcome(), 0
    while budget.left(outcome.tried) and outcome.clean:
        server = Server(folder / f"round-{turn}", program) if program else Server(folder / f"round-{turn}")
        students = enrol(server, f"{seed}-{turn}")
        asyncio.run(_round(server, students, budget, f"{seed}-{turn}", outcome))
        if outcome.clean:
            compare(f"sqlite:///{server.database}", students, outcome)
        outcome.acknowledged += sum(len(v.told) for s in students for v in s.ledgers.values())
        outcome.count("确认过的草稿", sum(s.drafts for s in students))
        if outcome.clean:
            shutil.rmtree(server.data)
        turn += 1
    return outcome


def control(folder: Path, budget: Budget, seed: str) -> Outcome:
    """The same against a server that saves what it has acknowledged once a second: it must be found losing answers."""
    return run(folder, budget, seed, NAIVE)
