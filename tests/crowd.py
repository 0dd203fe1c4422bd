"""A crowd: many people of one class whose browsers listen as browsers do, and who vote from many threads at once."""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
import time
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from casecourse.access import ANONYMOUS, Who
from casecourse.actions import joining, rounds
from casecourse.model import Course
from casecourse.store import Store, devices, instructors
from casecourse.store.rows import ClassRow, RoundRow

T = TypeVar("T")
HANDS = 16  # threads that vote at once
PATIENCE = 60  # seconds: a loaded machine is no failure


@dataclass
class Member:
    """Somebody with a browser: who she is, and everything that her line was told, with the moment it came."""

    token: str
    who: Who
    line: ClientConnection | None = None
    heard: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    @property
    def last(self) -> dict[str, Any]:
        """What she was told last."""
        return self.heard[-1][1] if self.heard else {}


class Crowd:
    """People who listen to one class of a server."""

    def __init__(self, url: str, room: int, members: Sequence[Member]) -> None:
        self.url = url
        self.room = room
        self.members = list(members)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._tasks: set[asyncio.Task[None]] = set()

    def listen(self) -> None:
        """Everybody's line is there, and was told how it stands."""
        self._run(self._all(self._connect(member) for member in self.members))
        self.until(lambda said: bool(said))

    def reload(self, member: Member) -> None:
        """One of them loads her page again: another line, and nothing heard on it yet."""
        self._run(self._again(member))

    def until(self, right: Any, since: float = 0) -> float:
        """Wait until what everybody was told last is `right`; returns how long after `since` the last heard it."""
        deadline = time.monotonic() + PATIENCE
        while not all(right(m.last) for m in self.members):
            late = [m.last for m in self.members if not right(m.last)]
            assert time.monotonic() < deadline, (len(late), late[:3])
            time.sleep(0.005)
        return max(next(at for at, said in m.heard if at >= since and right(said)) for m in self.members) - since

    def close(self) -> None:
        """Everybody leaves."""
        self._run(self._all(m.line.close() for m in self.members if m.line))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _all(self, work: Iterator[Coroutine[Any, Any, None]]) -> None:
        await asyncio.gather(*work)

    async def _connect(self, member: Member) -> None:
        here = self.url.partition("://")[2]
        member.line = await connect(
            f"ws://{here}/live/{self.room}", additional_headers={"Cookie": f"cc_sid={member.token}"}, proxy=None,
            origin=f"http://{here}", open_timeout=PATIENCE, close_timeout=2,  # type: ignore[arg-type]
        )  # fmt: skip
        task = asyncio.create_task(self._hear(member, member.line))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hear(self, member: Member, line: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for said in line:
                member.heard.append((time.monotonic(), json.loads(said)))

    async def _again(self, member: Member) -> None:
        if member.line:
            await member.line.close()
        member.heard.clear()
        await self._connect(member)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)


def members(store: Store, room: ClassRow, n: int) -> list[Member]:
    """`n` new people of a class, each with a cookie of her own."""
    found = []
    for i in range(n):
        token = secrets.token_urlsafe(32)
        found.append(Member(token, joining.join(ANONYMOUS, store, f"学员{i + 1}", room.code, token, token)))
    return found


def teacher(store: Store) -> Member:
    """The lecturer, in another browser."""
    token = secrets.token_urlsafe(32)
    who = instructors.list_instructors(store)[0]
    devices.bind_device(store, joining.hashed(token), lasts=timedelta(hours=1), instructor_id=who.id)
    return Member(token, Who("instructor", name=who.name, instructor=who.id))


@contextmanager
def crowd(url: str, store: Store, room: ClassRow, n: int) -> Iterator[Crowd]:
    """`n` people of a class who listen until the block ends."""
    found = Crowd(url, room.id, members(store, room, n))
    try:
        found.listen()
        yield found
    finally:
        found.close()


def vote(
    store: Store, course: Course, here: RoundRow, ballots: Sequence[tuple[Who, Any, str]], within: float = 0
) -> list[Any]:
    """Everybody votes (who, raw, why), over `within` seconds; returns what each was answered: a row, or the refusal."""

    def one(n: int) -> Any:
        who, raw, why = ballots[n]
        time.sleep(max(0.0, begun + within * n / len(ballots) - time.monotonic()))
        try:
            return rounds.cast(who, store, course, here.id, here.vote, raw, secrets.token_hex(), why)
        except Exception as refused:  # what it is belongs to whoever asked
            return refused

    begun = time.monotonic()
    with ThreadPoolExecutor(HANDS) as hands:
        return list(hands.map(one, range(len(ballots))))
