"""WebSocket /live: who may listen, what each is told and when, and that nothing is said while nothing happens."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from casecourse.access import ANONYMOUS, HOST, Who
from casecourse.actions import joining, operating, rounds, staging
from casecourse.server import live
from casecourse.server.live import BETWEEN, MOST
from casecourse.store import people
from casecourse.store.rows import ClassRow
from tests.conftest import ROOT
from tests.server.listening import Served, hear, heard_until, serving

CASE, UNIT, ASKED, RAW = "haidian", "staffing", "double-year", ["每半年一次"]
QUIET = 4 * BETWEEN  # seconds after which whoever was told nothing will not be told


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The routes over the shipped course and a store of this module's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASECOURSE_DATA", str(tmp_path_factory.mktemp("data")))
        patch.setenv("CASECOURSE_CONTENT", str(ROOT))
        patch.delenv("CASECOURSE_STORE", raising=False)
        with serving() as running:
            yield running
        operating.store().close()


@pytest.fixture(scope="module")
def teacher(served: Served) -> str:
    """An instructor's cookie."""
    _, passcode = operating.first_start()
    token = secrets.token_urlsafe(32)
    assert passcode
    joining.sign_in(ANONYMOUS, operating.store(), "教师", passcode, token, "test")
    return token


@dataclass
class Class:
    """A class of its own for a test, with whoever listens to it; `at` is a round's deed or a turn of the stage."""

    row: ClassRow
    stack: ExitStack
    served: Served

    def student(self, name: str = "李雷") -> tuple[str, Who]:
        """Somebody new in it, with her cookie."""
        token = secrets.token_urlsafe(32)
        return token, joining.join(ANONYMOUS, operating.store(), name, self.row.code, token, token)

    def ear(self, token: str | None) -> ClientConnection:
        """Listen, and hear how it stands."""
        socket = self.served.listen(self.row.id, token)
        assert socket is not None
        return self.stack.enter_context(closing(socket))

    def show(self) -> int:
        """Put the unit on the stage; returns its revision."""
        return staging.show(HOST, operating.store(), operating.course(), self.row.id, CASE, UNIT).rev

    def begin(self) -> int:
        """Open a vote; returns the round's number."""
        here = rounds.begin(HOST, operating.store(), operating.course(), self.row.id, CASE, ASKED, named=False)
        rounds.do(HOST, operating.store(), here.id, "open")
        return here.id


@pytest.fixture
def room(served: Served, teacher: str) -> Iterator[Class]:
    with ExitStack() as stack:
        yield Class(people.add_class(operating.store(), secrets.token_hex(4)), stack, served)


def test_only_the_class_and_the_instructor_are_let_in(room: Class, served: Served, teacher: str) -> None:
    """No cookie, a cookie that nobody has joined with, and another class's student are refused before anything is said."""
    token, _ = room.student()
    other = people.add_class(operating.store(), "别的班")
    for who, class_id in ((None, room.row.id), ("n" * 43, room.row.id), ("short", room.row.id), (token, other.id)):
        assert served.listen(class_id, who) is None, who
    for who in (token, teacher):
        assert hear(room.ear(who)) is not None
    joining.leave(operating.store(), token)
    assert served.listen(room.row.id, token) is None


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1", "null", "https://127.0.0.1"])
def test_a_page_from_elsewhere_is_refused(room: Class, served: Served, origin: str) -> None:
    """Another site cannot listen with her cookie; her own page can."""
    token, _ = room.student()
    assert served.listen(room.row.id, token, origin) is None
    assert hear(room.ear(token)) == {"rev": 0, "phase": ""}


def test_a_change_arrives_at_once_and_counts_only_at_the_instructors(room: Class, teacher: str) -> None:
    """Through a whole round the phone is told revision and phase and never a number of votes; the projector is told it."""
    token, who = room.student()
    phone, projector = room.ear(token), room.ear(teacher)
    started = room.show()
    begun = time.monotonic()
    phones = heard_until(phone, rev=started)
    assert time.monotonic() - begun < 2
    round_id = room.begin()
    store, course = operating.store(), operating.course()
    projectors = heard_until(projector, phase="vote", n=0)
    rounds.cast(who, store, course, round_id, 1, RAW, secrets.token_hex())
    projectors += heard_until(projector, n=1)
    rounds.do(HOST, store, round_id, "lock")
    rounds.do(HOST, store, round_id, "reveal")
    phones += heard_until(phone, phase="revealed")
    projectors += heard_until(projector, phase="revealed")
    rounds.do(HOST, store, round_id, "end")
    phones += heard_until(phone, phase="")
    assert all(set(said) == {"rev", "phase"} for said in phones)
    assert all(set(said) == {"rev", "phase", "n"} for said in projectors if said["rev"] > 0)


def test_a_vote_tells_the_phones_nothing(room: Class, teacher: str) -> None:
    """Not even that somebody has voted; the projector hears of it in the same moment."""
    token, who = room.student()
    round_id = room.begin()
    phone, projector = room.ear(token), room.ear(teacher)
    assert hear(phone) == {"rev": 2, "phase": "vote"}
    rounds.cast(who, operating.store(), operating.course(), round_id, 1, RAW, secrets.token_hex())
    heard_until(projector, n=1)
    assert hear(phone, QUIET) is None


def test_nothing_is_said_while_nothing_changes(room: Class, teacher: str) -> None:
    """Neither by itself, nor when another class is moved, nor when a turn is refused; then the next change arrives."""
    rev = room.show()
    ears = [room.ear(teacher), room.ear(room.student()[0])]
    assert [hear(ear) is not None for ear in ears] == [True, True]
    store, course = operating.store(), operating.course()
    assert [hear(ear, QUIET) for ear in ears] == [None, None]
    staging.show(HOST, store, course, people.add_class(store, "又一个班").id, CASE, UNIT)
    staging.turn(HOST, store, course, room.row.id, "next", seen=rev - 1)
    staging.turn(HOST, store, course, room.row.id, "back")
    staging.fitted(HOST, store, room.row.id, rev, 4)
    assert [hear(ear, QUIET) for ear in ears] == [None, None]
    staging.turn(HOST, store, course, room.row.id, "next")
    for ear in ears:
        heard_until(ear, rev=rev + 1)


def test_whoever_comes_late_is_told_how_it_stands(room: Class, teacher: str) -> None:
    """At once, without waiting for a change."""
    room.begin()
    assert hear(room.ear(teacher)) == {"rev": 2, "phase": "vote", "n": 0}


def test_one_browser_has_a_few_connections(room: Class, served: Served) -> None:
    """The one after the last allowed is refused, also when they all come at once; one that leaves makes room; others go on."""
    token, _ = room.student()
    with ThreadPoolExecutor(4 * MOST) as pool:
        tried = list(pool.map(lambda _: served.listen(room.row.id, token), range(4 * MOST)))
    let_in = [room.stack.enter_context(closing(socket)) for socket in tried if socket]
    assert len(let_in) == MOST
    assert hear(room.ear(room.student("韩梅")[0])) is not None
    let_in[0].close()
    again = patiently(lambda: served.listen(room.row.id, token))
    assert hear(room.stack.enter_context(closing(again))) is not None
    assert served.listen(room.row.id, token) is None


def patiently(connect: Callable[[], ClientConnection | None]) -> ClientConnection:
    """Try until the server has noticed that somebody left."""
    for _ in range(50):
        if (socket := connect()) is not None:
            return socket
        time.sleep(0.05)
    raise AssertionError("nobody was let in")


def test_a_listener_is_forgotten_when_it_leaves(room: Class, teacher: str) -> None:
    """And the watcher ends when nobody listens any more; the next one starts another."""
    room.ear(teacher).close()
    for _ in range(100):
        if not live._room.listeners and live._room.watcher is not None and live._room.watcher.done():
            break
        time.sleep(0.05)
    assert not live._room.listeners
    assert live._room.watcher is not None
    assert live._room.watcher.done()
    ear = room.ear(teacher)
    hear(ear)
    heard_until(ear, rev=room.show())


def test_what_a_browser_says_is_not_heard(room: Class, teacher: str) -> None:
    """Text and bytes that it sends change nothing and harm nobody else."""
    ear, other = room.ear(teacher), room.ear(room.student()[0])
    assert hear(ear) is not None
    assert hear(other) is not None
    ear.send('{"rev": 99}')
    ear.send("x" * 10_000)
    heard_until(ear, rev=(rev := room.show()))
    heard_until(other, rev=rev)
    other.send(b"\x00" * 100)
    heard_until(ear, rev=room.show())


def test_when_the_process_stops_everybody_is_told_to_go(room: Class, served: Served, teacher: str) -> None:
    """Each connection ends with 1001, and the same browsers may come back to the next process."""
    token, _ = room.student()
    ears = [room.ear(teacher), room.ear(token)]
    for ear in ears:
        hear(ear)
    served.call(live.hang_up())
    for ear in ears:
        with pytest.raises(ConnectionClosed) as closed:
            ear.recv(5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001
    ear = room.ear(token)
    hear(ear)
    heard_until(ear, rev=room.show())
