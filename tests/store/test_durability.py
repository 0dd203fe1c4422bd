"""What was acknowledged is there: under many writers, after a kill, with a full disk, beside other processes."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from casecourse import store as stores
from casecourse.store import Store, StoreDown, answers, people
from casecourse.store.rows import NewAnswer, PersonRow

Make = Callable[..., NewAnswer]

WRITE = """
import itertools, sys, threading
from casecourse import store
from casecourse.store import answers
from casecourse.store.rows import NewAnswer
url, person, cycle = sys.argv[1:]
opened, said = store.open(url), threading.Lock()
def write(thread):
    for n in itertools.count():
        id = f"{cycle}-{thread}-{n}"
        answers.add_answer(opened, NewAnswer(id, person, "c", f"e{thread}", "choice", "f", [id], {}))
        with said:
            sys.stdout.write(id + "\\n")
            sys.stdout.flush()
for thread in range(4):
    threading.Thread(target=write, args=(thread,), daemon=True).start()
threading.Event().wait()
"""


def test_sixteen_writers_lose_nothing(store: Store, class_id: int, new: Make) -> None:
    """Every answer of sixteen threads is stored once, each person's in her order, without a gap in her attempts."""
    everybody = [people.join(store, class_id, f"学生{n}") for n in range(16)]

    def write(person: PersonRow) -> list[str]:
        return [answers.add_answer(store, new(f"{person.id}-{n}", person)).id for n in range(15)]

    with ThreadPoolExecutor(16) as pool:
        acknowledged = list(pool.map(write, everybody))
    for person, ids in zip(everybody, acknowledged, strict=True):
        rows = answers.answers_of(store, person.id)
        assert [row.id for row in rows] == ids
        assert [row.attempt for row in rows] == list(range(1, 16))
    assert answers.count(store) == 16 * 15


def test_one_person_on_many_devices_gets_distinct_attempts(store: Store, url: str, wang: PersonRow, new: Make) -> None:
    """Two servers on one store number the attempts of one person without a gap or a double."""
    other = stores.open(url)
    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(lambda n: answers.add_answer((store, other)[n % 2], new(f"a{n}", wang)), range(80)))
    other.close()
    assert sorted(row.attempt for row in rows) == list(range(1, 81))
    assert [row.attempt for row in answers.answers_of(store, wang.id)] == list(range(1, 81))


def test_a_retry_racing_its_first_sending_is_one_answer(store: Store, wang: PersonRow, new: Make) -> None:
    """The same answer sent sixteen times at once is one answer, and every sender gets it."""
    with ThreadPoolExecutor(16) as pool:
        rows = list(pool.map(lambda _: answers.add_answer(store, new("a1", wang)), range(16)))
    assert rows == [rows[0]] * 16
    assert answers.count(store) == 1


@pytest.mark.parametrize(("begin", "fails"), [("BEGIN", True), ("BEGIN IMMEDIATE", False)])
def test_reading_then_writing_needs_the_lock_first(tmp_path: Path, begin: str, fails: bool) -> None:
    """Two transactions that read, then write: a plain BEGIN fails at once whatever the timeout, ours waits its turn."""
    file = tmp_path / "control.db"
    setup = sqlite3.connect(file, isolation_level=None)
    setup.execute("PRAGMA journal_mode = wal")
    setup.execute("CREATE TABLE counter (n)")
    setup.execute("INSERT INTO counter VALUES (0)")
    met = threading.Barrier(2)

    def count() -> bool:
        connection = sqlite3.connect(file, timeout=5, isolation_level=None)
        try:
            if begin == "BEGIN IMMEDIATE":
                met.wait()
            connection.execute(begin)
            n = connection.execute("SELECT n FROM counter").fetchone()[0]
            if begin == "BEGIN":
                met.wait()
            connection.execute("UPDATE counter SET n = ?", (n + 1,))
            connection.execute("COMMIT")
        except sqlite3.OperationalError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = [future.result() for future in [pool.submit(count), pool.submit(count)]]
    assert (done.count(False) > 0) is fails
    assert setup.execute("SELECT n FROM counter").fetchone()[0] == done.count(True)
    setup.close()


def test_a_failing_item_does_not_touch_its_neighbours(store: Store, wang: PersonRow, new: Make) -> None:
    """In one batch each item succeeds or fails alone: what the failing ones wrote is undone, the rest is stored."""

    def write(n: int) -> None:
        def work(connection: object) -> None:
            answers._add(connection, new(f"a{n}", wang, exercise=f"e{n}"), None, store.clock())  # type: ignore[arg-type]
            if n % 2:
                raise ZeroDivisionError

        store.write(work)

    with ThreadPoolExecutor(32) as pool:
        failures = [future.exception() for future in [pool.submit(write, n) for n in range(64)]]
    assert [type(failure) for failure in failures] == [type(None), ZeroDivisionError] * 32
    assert {row.id for row in answers.answers_of(store, wang.id)} == {f"a{n}" for n in range(0, 64, 2)}


def test_killing_the_process_loses_nothing_it_acknowledged(file_url: str) -> None:
    """Whatever a process printed as stored before kill -9 is there afterwards, once, and the store is sound."""
    opened = stores.open(file_url)
    person = people.join(opened, 1, "王芳")
    acknowledged: set[str] = set()
    for cycle in range(3):
        command = [sys.executable, "-c", WRITE, file_url, person.id, str(cycle)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            lines = [process.stdout.readline() for _ in range(60)]
            os.kill(process.pid, signal.SIGKILL)
            lines += process.stdout.readlines()
        acknowledged |= {line.strip() for line in lines if line.endswith("\n")}
    stored = [row.id for row in answers.answers_of(opened, person.id)]
    opened.close()
    assert len(acknowledged) >= 180
    assert acknowledged <= set(stored)
    assert len(stored) == len(set(stored))
    stores.open(file_url).close()  # the check at start finds it sound


@contextmanager
def every_connection(store: Store, *pragmas: str) -> Iterator[None]:
    """Let all connections of a store have these pragmas for a while."""

    def narrow(connection: sqlite3.Connection, record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(store.engine, "connect", narrow)
    store.engine.dispose()
    yield
    event.remove(store.engine, "connect", narrow)
    store.engine.dispose()


@pytest.fixture
def file_store(file_url: str) -> Iterator[Store]:
    opened = stores.open(file_url)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("pragmas", "reason"),
    [(("max_page_count = 1",), "full"), (("query_only = 1",), "readonly")],
)
def test_a_store_that_cannot_write_says_why_and_recovers(
    file_store: Store, new: Make, pragmas: tuple[str, ...], reason: str
) -> None:
    """On a full or read-only disk no sender is told "stored"; what was stored stays, and later it works again."""
    wang = people.join(file_store, 1, "王芳")
    before = answers.add_answer(file_store, new("a0", wang))
    long = "长" * 20_000

    def write(n: int) -> str:
        try:
            return answers.add_answer(file_store, new(f"b{n}", wang, raw=long)).id
        except StoreDown as down:
            return down.reason

    with every_connection(file_store, *pragmas), ThreadPoolExecutor(8) as pool:
        assert set(pool.map(write, range(24))) == {reason}
        assert answers.answers_of(file_store, wang.id) == [before]
    assert answers.add_answer(file_store, new("b0", wang, raw=long)).attempt == 2


def test_a_disk_that_fills_in_the_middle_keeps_every_acknowledged_answer(file_store: Store, new: Make) -> None:
    """Where long answers fill the disk, the short ones beside them are either refused or really there."""
    wang = people.join(file_store, 1, "王芳")
    with file_store.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def write(n: int) -> str:
        try:
            raw = "长" * 20_000 if n % 4 == 3 else "短"
            return answers.add_answer(file_store, new(f"a{n}", wang, exercise=f"e{n}", raw=raw)).id
        except StoreDown as down:
            return down.reason

    with every_connection(file_store, f"max_page_count = {pages + 8}"), ThreadPoolExecutor(32) as pool:
        outcomes = set(pool.map(write, range(200)))
    assert "full" in outcomes
    assert {row.id for row in answers.answers_of(file_store, wang.id)} == outcomes - {"full"}


def test_a_log_that_cannot_grow(file_store: Store, file_url: str, new: Make) -> None:
    """Where the log beside the file cannot grow, senders are told so, what was stored can be read, and room mends it."""
    wang = people.join(file_store, 1, "王芳")
    log = Path(file_url.removeprefix("sqlite:///") + "-wal")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def write(n: int) -> str:
        try:
            return answers.add_answer(file_store, new(f"a{n}", wang, exercise=f"e{n}", raw="长" * 3000)).id
        except StoreDown as down:
            return down.reason

    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 100_000, limits[1]))
    try:
        with ThreadPoolExecutor(8) as pool:
            outcomes = set(pool.map(write, range(60)))
        assert outcomes & {"io", "full"}
        acknowledged = outcomes - {"io", "full"}
        assert acknowledged
        assert {row.id for row in answers.answers_of(file_store, wang.id)} == acknowledged
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {write(n) for n in range(60)} == {f"a{n}" for n in range(60)}
    assert len(answers.answers_of(file_store, wang.id)) == 60


@pytest.mark.parametrize("harm", ["a page", "cut short"])
def test_what_cannot_be_read_is_told_and_mends_itself(file_store: Store, file_url: str, new: Make, harm: str) -> None:
    """While the file cannot be read, reading says so; once it can, the same open store reads it, without a restart."""
    wang = people.join(file_store, 1, "王芳")
    row = answers.add_answer(file_store, new("a1", wang))
    file_store.engine.dispose()  # the last connection puts the log into the file
    file = Path(file_url.removeprefix("sqlite:///"))
    whole = file.read_bytes()
    with file.open("r+b") as disk:
        if harm == "a page":
            with sqlite3.connect(file) as connection:
                page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'answers'").fetchone()[0]
            connection.close()
            disk.seek(4096 * (page - 1))
            disk.write(b"\x55" * 4096)
        else:
            disk.truncate(4096)
    for _ in range(2):
        with pytest.raises(StoreDown):
            answers.answers_of(file_store, wang.id)
    with pytest.raises(StoreDown):
        answers.add_answer(file_store, new("a2", wang))
    with file.open("r+b") as disk:
        disk.write(whole)
    assert answers.answers_of(file_store, wang.id) == [row]
    assert answers.add_answer(file_store, new("a2", wang)).attempt == 2


READ_ONLY = """
import os, pathlib, sys
from casecourse import store
from casecourse.store import backup
if os.getuid() == 0:  # whom permissions do not stop; everything that is needed has been loaded
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
url, folder = sys.argv[1:]
try:
    store.open(url)
except store.StoreDown as down:
    print(down.reason)
try:
    backup.make_numbered(pathlib.Path(url.removeprefix("sqlite:///")), pathlib.Path(folder) / "backups", "daily", store.utc())
except store.StoreDown as down:
    print(down.reason)
"""


def test_a_folder_that_may_not_be_written(file_store: Store, new: Make) -> None:
    """A store in a read-only folder is not opened, nothing is changed in it, and neither opening nor backing up hangs."""
    with tempfile.TemporaryDirectory(prefix="casecourse-") as name:  # the usual place is closed to others
        folder = Path(name)
        file = folder / "casecourse.db"
        opened = stores.open(f"sqlite:///{file}")
        people.join(opened, 1, "王芳")
        opened.close()
        before = {entry.name: entry.read_bytes() for entry in folder.iterdir()}
        for entry in folder.iterdir():
            entry.chmod(0o444)
        folder.chmod(0o555)
        command = [sys.executable, "-c", READ_ONLY, f"sqlite:///{file}", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
        assert done.stdout.split() == ["readonly", "readonly"], done.stderr
        folder.chmod(0o755)
        assert {entry.name: entry.read_bytes() for entry in folder.iterdir()} == before


def test_another_process_holding_the_lock_is_waited_for_then_reported(file_store: Store, file_url: str) -> None:
    """A write says "busy" when another process's transaction takes too long, and waits for one that does not."""
    holder = sqlite3.connect(file_url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    with every_connection(file_store, "busy_timeout = 100"), pytest.raises(StoreDown) as down:
        people.join(file_store, 1, "王芳")
    assert down.value.reason == "busy"
    releasing = threading.Timer(0.2, holder.rollback)
    releasing.start()
    assert people.join(file_store, 1, "王芳").shown == "王芳"
    assert releasing.finished.is_set()
    releasing.join()
    holder.close()


def test_a_closed_store_takes_nothing(file_store: Store) -> None:
    """After closing, a write is refused instead of waiting for ever; closing twice is no mistake."""
    file_store.close()
    file_store.close()
    with pytest.raises(StoreDown) as down:
        people.join(file_store, 1, "王芳")
    assert down.value.reason == "closed"


def test_closing_finishes_what_is_queued(file_url: str, new: Make) -> None:
    """Answers on their way when the store closes are stored or refused, and those told "stored" are there."""
    opened = stores.open(file_url)
    wang = people.join(opened, 1, "王芳")

    def write(n: int) -> str:
        try:
            return answers.add_answer(opened, new(f"a{n}", wang)).id
        except StoreDown as down:
            return down.reason

    with ThreadPoolExecutor(16) as pool:
        futures = [pool.submit(write, n) for n in range(200)]
        futures[0].result()
        opened.close()
        acknowledged = {future.result() for future in futures} - {"closed"}
    again = stores.open(file_url)
    assert {row.id for row in answers.answers_of(again, wang.id)} == acknowledged
    again.close()


def test_a_write_inside_a_write_is_a_mistake(file_store: Store) -> None:
    """A write that waits for another write would wait for itself: it is refused at once."""
    with pytest.raises(RuntimeError):
        file_store.write(lambda _: people.join(file_store, 1, "王芳"))
