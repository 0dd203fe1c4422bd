"""What lies on the disk is looked at before it is opened: a fault in the log is no torn end, and what is refused stays as it lies."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from casecourse import store as stores
from casecourse.store import Damaged, Store, answers, backup, people, soundness
from casecourse.store.examine import examine
from casecourse.store.rows import NewAnswer

Make = Callable[..., NewAnswer]
FRAME = 24 + 4096


@pytest.fixture
def killed(file_url: str, tmp_path: Path, new: Make) -> Path:
    """The files of a store whose process was killed: twelve answers, the last of them in the log."""
    store = stores.open(file_url)
    person = people.join(store, 1, "王芳")
    for n in range(12):
        answers.add_answer(store, new(f"a{n}", person))
    file, left = Path(file_url.removeprefix("sqlite:///")), tmp_path / "left"
    left.mkdir()
    for end in ("", "-wal"):
        shutil.copyfile(f"{file}{end}", left / f"store.db{end}")
    store.close()
    return left / "store.db"


def opened(file: Path) -> int:
    """How many answers a store has."""
    store: Store = stores.open(f"sqlite:///{file}")
    n = answers.count(store)
    store.close()
    return n


def spoil(file: Path, at: int) -> bytes:
    """Change one byte; returns the file as it is then."""
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)
    return bytes(content)


@pytest.mark.parametrize("at", [0, 3, 17, 30, 32 + 2, 32 + 9, 32 + 20, 32 + 24 + 100], ids=lambda at: f"byte {at}")
def test_a_fault_in_the_log_is_found(killed: Path, at: int) -> None:
    """A changed byte in the log's head or in an early page of it is refused: SQLite alone would open an empty store."""
    before = killed.read_bytes()
    log = killed.with_name("store.db-wal")
    spoilt = spoil(log, at)
    with pytest.raises(Damaged):
        stores.open(f"sqlite:///{killed}")
    assert (killed.read_bytes(), log.read_bytes()) == (before, spoilt)


def test_sqlite_alone_drops_what_stands_behind_a_fault(killed: Path) -> None:
    """The control: without our look at the log the same file opens, with everything gone and nothing said."""
    spoil(killed.with_name("store.db-wal"), 32 + 24 + 100)
    with closing(sqlite3.connect(killed)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)


@pytest.mark.parametrize("kept", [1, FRAME // 2, FRAME - 1])
def test_a_torn_end_is_what_a_power_cut_leaves(killed: Path, kept: int) -> None:
    """A last transaction that is not whole was never acknowledged: the store opens without it."""
    log = killed.with_name("store.db-wal")
    content = log.read_bytes()
    log.write_bytes(content[: len(content) - FRAME + kept])
    assert opened(killed) == 11


def test_a_sound_log_is_opened(killed: Path) -> None:
    """What a kill leaves is no fault."""
    assert opened(killed) == 12


def test_a_damaged_file_stays_as_it_lies(killed: Path, new: Make) -> None:
    """A refused file is not folded together with its log: whoever repairs it finds both as they were."""
    store = stores.open(f"sqlite:///{killed}")
    person = people.people_of(store, 1)[0]
    store.close()
    store = stores.open(f"sqlite:///{killed}")
    answers.add_answer(store, new("one more", person))
    log = killed.with_name("store.db-wal")
    file_then, log_then = bytearray(killed.read_bytes()), log.read_bytes()
    store.close()
    logged = {int.from_bytes(log_then[at : at + 4], "big") for at in range(32, len(log_then), FRAME)}
    page = next(n for n in range(2, len(file_then) // 4096 + 1) if n not in logged)
    file_then[(page - 1) * 4096 : (page - 1) * 4096 + 8] = b"\xff" * 8
    killed.write_bytes(file_then)
    log.write_bytes(log_then)
    with pytest.raises(Damaged):
        stores.open(f"sqlite:///{killed}")
    assert (killed.read_bytes(), log.read_bytes()) == (file_then, log_then)


def test_a_store_in_use_is_never_mistaken(file_url: str, new: Make) -> None:
    """Looking again and again while another connection writes and begins the log anew finds nothing."""
    store = stores.open(file_url)
    person, file, done = people.join(store, 1, "王芳"), Path(file_url.removeprefix("sqlite:///")), threading.Event()

    def write() -> None:
        n = 0
        while not done.is_set():
            answers.add_answer(store, new(f"a{n}", person, raw="长" * 3000))
            if n % 7 == 6:
                with closing(sqlite3.connect(file)) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)" if n % 2 else "PRAGMA wal_checkpoint")
            n += 1

    writing = threading.Thread(target=write)
    writing.start()
    try:
        assert all(soundness.assert_sound(file, 5) for _ in range(60))
    finally:
        done.set()
        writing.join()
        store.close()


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE people SET created = 'gestern'", "gestern"),
        ("UPDATE people SET name = CAST(x'e78eff' AS TEXT)", "UTF-8"),
    ],
)
def test_a_garbled_value_is_named(file_url: str, statement: str, named: str) -> None:
    """A value that can no longer be read is a damaged store, said in words, not a mistake of ours."""
    store = stores.open(file_url)
    people.join(store, 1, "王芳")
    with closing(sqlite3.connect(file_url.removeprefix("sqlite:///"))) as connection:
        connection.execute(statement)
        connection.commit()
    with pytest.raises(Damaged, match=named):
        people.people_of(store, 1)
    store.close()


def test_a_changed_column_is_found(killed: Path) -> None:
    """A schema with a column of another name is no store of ours."""
    with closing(sqlite3.connect(killed)) as connection:
        connection.execute("ALTER TABLE places RENAME COLUMN visit TO visxt")
    with pytest.raises(Damaged, match="visit"):
        stores.open(f"sqlite:///{killed}")


def test_looking_and_backing_up_leave_a_fault_in_the_log_as_it_lies(killed: Path, tmp_path: Path) -> None:
    """Whoever looks at such a store or backs it up is told, and does not fold its log away."""
    log = killed.with_name("store.db-wal")
    before, spoilt = killed.read_bytes(), spoil(log, 32 + 24 + 100)
    with pytest.raises(Damaged):
        examine(f"sqlite:///{killed}")
    with pytest.raises(Damaged):
        backup.make(killed, tmp_path / "kept.db")
    assert (killed.read_bytes(), log.read_bytes()) == (before, spoilt)
    assert not (tmp_path / "kept.db").exists()


def test_a_roll_back_that_is_due_is_done(tmp_path: Path) -> None:
    """A power cut in the middle of a first start leaves a journal: the next start rolls back and makes the store."""
    file = tmp_path / "store.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("DROP TABLE t")
        whole = file.read_bytes()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA cache_spill = 1")
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("CREATE TABLE t (x)")
        for _ in range(50):
            connection.execute("INSERT INTO t VALUES (zeroblob(4000))")
        for end in ("", "-journal"):
            shutil.copyfile(f"{file}{end}", tmp_path / f"cut.db{end}")
    cut = tmp_path / "cut.db"
    assert cut.read_bytes() != whole
    assert (tmp_path / "cut.db-journal").stat().st_size > 0
    assert opened(cut) == 0


def test_every_bit_of_the_logs_head_counts(killed: Path) -> None:
    """Whichever of its 256 bits has flipped, SQLite would take the log for empty, and the fault is found."""
    log = killed.with_name("store.db-wal")
    sound = log.read_bytes()
    missed = []
    for bit in range(32 * 8):
        content = bytearray(sound)
        content[bit // 8] ^= 1 << bit % 8
        log.write_bytes(content)
        try:
            soundness.assert_sound(killed, 5)
            missed.append(bit)
        except Damaged:
            pass
        killed.with_name("store.db-shm").unlink(missing_ok=True)
    assert missed == []
