"""A class of 200 that votes within five seconds, and a change that reaches all of them, against the work that nobody can save.

`python -m benchmarks.seminar` starts a server, lets 200 browsers listen and vote, and prints ratios: votes against as many
bare rows written durably one after the other; a change of the stage, and the count on the projector, against what a bare
WebSocket server on this machine needs to tell 200 listeners. It fails where a change takes a second, the projector two.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

from tests.browser.conftest import Server
from tests.crowd import Crowd, Member, crowd, vote
from tests.crowd import teacher as teacher_of
from websockets.asyncio.server import ServerConnection, serve

from casecourse import store as stores
from casecourse.access import HOST
from casecourse.actions import rounds, staging
from casecourse.loading import load
from casecourse.model import Course
from casecourse.server.live import BETWEEN
from casecourse.store import Store, people
from casecourse.store import rounds as kept
from casecourse.store.rows import BallotRow, ClassRow

CLASS = 200
CASE, UNIT, ASKED = "haidian", "staffing", "double-year"
VOTE_WITHIN, CHANGE_WITHIN, COUNT_WITHIN = 5.0, 1.0, 2.0
REPEATS = 5


def rows(folder: Path) -> float:
    """Seconds for as many rows as there are votes, each durable before the next."""
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE ballots (id INTEGER PRIMARY KEY, raw TEXT)")
        begun = time.perf_counter()
        for _ in range(CLASS):
            connection.execute("INSERT INTO ballots (raw) VALUES (?)", ('["每半年一次"]',))
        return time.perf_counter() - begun


class Bare:
    """A server of a few lines that tells everybody the same."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.lines: set[ServerConnection] = set()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        made = asyncio.run_coroutine_threadsafe(self._start(), self.loop).result(20)
        self.url = f"http://127.0.0.1:{made}"

    async def _start(self) -> int:
        self.server = await serve(self._meet, "127.0.0.1", 0)
        return int(next(iter(self.server.sockets)).getsockname()[1])

    async def _meet(self, line: ServerConnection) -> None:
        self.lines.add(line)
        await line.send('{"rev": 0}')
        await line.wait_closed()

    def tell(self, rev: int) -> None:
        """Everybody hears of it."""
        asyncio.run_coroutine_threadsafe(self._tell(json.dumps({"rev": rev, "phase": "vote"})), self.loop).result(20)

    async def _tell(self, said: str) -> None:
        await asyncio.gather(*(line.send(said) for line in self.lines))


def bare(people_: list[Member]) -> float:
    """Seconds until 200 listeners of the bare server have heard of something."""
    server = Bare()
    listening = Crowd(server.url, 0, people_)
    listening.listen()
    times = []
    for rev in range(1, REPEATS + 1):
        begun = time.monotonic()
        server.tell(rev)
        times.append(heard(listening, begun, rev))
    listening.close()
    return min(times)


def heard(listening: Crowd, begun: float, rev: int) -> float:
    """Seconds until everybody has heard of this revision."""
    return listening.until(lambda said: said.get("rev") == rev, begun)


def changes(store: Store, course: Course, room: ClassRow, listening: Crowd) -> list[float]:
    """Seconds that each of several changes of the stage takes to everybody."""
    times = []
    for step in range(1, REPEATS + 1):
        time.sleep(BETWEEN * (1 + step / REPEATS))  # at another moment between two looks each time
        begun = time.monotonic()
        row = staging.show(HOST, store, course, room.id, CASE, UNIT, step)
        times.append(heard(listening, begun, row.rev))
    return times


def election(store: Store, course: Course, room: ClassRow, listening: Crowd, projector: Crowd) -> tuple[float, float]:
    """Seconds for 200 votes that all come at once, and until the projector says how many they were after the last."""
    here = rounds.begin(HOST, store, course, room.id, CASE, ASKED, named=False)
    here = rounds.do(HOST, store, here.id, "open")
    listening.until(lambda said: said.get("phase") == "vote")
    exercise = course.exercise(CASE, ASKED)
    assert exercise is not None
    options = [o.text for o in exercise.options_shown()]
    begun = time.monotonic()
    answered = vote(
        store, course, here, [(m.who, [options[n % len(options)]], "") for n, m in enumerate(listening.members)]
    )
    took = time.monotonic() - begun
    counted = projector.until(lambda said: said.get("n") == CLASS, begun) - took
    assert all(isinstance(row, BallotRow) for row in answered), "a vote was not taken"
    found = kept.ballots_of(store, here.id)
    assert len(found) == CLASS == len({row.voter for row in found}), "a vote was lost, or stored twice"
    rounds.do(HOST, store, here.id, "end")
    return took, max(0.0, counted)


def main() -> int:
    """Measure; returns 1 where it is too slow."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "data")
        server.start()
        store = stores.open(f"sqlite:///{(server.data / 'casecourse.db').as_posix()}")
        try:
            course, room = load(server.content).course, people.add_class(store, "二百人")
            floor = rows(Path(folder))
            with crowd(server.url, store, room, CLASS) as listening:
                line = bare([Member(m.token, m.who) for m in listening.members])
                change = max(changes(store, course, room, listening))
                teacher = Crowd(server.url, room.id, [teacher_of(store)])
                teacher.listen()
                took, counted = election(store, course, room, listening, teacher)
                teacher.close()
        finally:
            store.close()
            server.stop()
    print(f"{CLASS} votes: bare rows 1, votes {took / floor:.1f}   ({floor:.2f} s, {took:.2f} s)")
    print(f"a change at {CLASS} listeners: bare line 1, at most {change / line:.1f}   ({line * 1000:.0f} ms, {change * 1000:.0f} ms, of which up to {BETWEEN * 1000:.0f} ms until it is looked for)")  # fmt: skip
    print(f"the count after the last vote: bare line 1, {counted / line:.1f}   ({counted * 1000:.0f} ms)")
    return int(took >= VOTE_WITHIN or change >= CHANGE_WITHIN or counted >= COUNT_WITHIN)


if __name__ == "__main__":
    sys.exit(main())
