"""Backups: complete beside running classes, verified before they have a name, kept by a rule; restoring deletes nothing."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casecourse import store as stores
from casecourse.store import Damaged, Lost, Store, StoreDown, answers, backup, devices, drafts, people, progress
from casecourse.store.errors import Unfit
from casecourse.store.restore import in_use, restore
from casecourse.store.rows import NewAnswer
from casecourse.store.settings import put_setting
from casecourse.store.tables import metadata

from .conftest import Clock

Make = Callable[..., NewAnswer]


@pytest.fixture
def file(tmp_path: Path, fresh: Path) -> Path:
    return Path(shutil.copyfile(fresh, tmp_path / "课 件 100%.db"))


@pytest.fixture
def folder(file: Path) -> Path:
    return backup.folder_of(file)


@pytest.fixture
def opened(file: Path, clock: Clock) -> Iterator[Store]:
    store = stores.open(f"sqlite:///{file}", clock=clock)
    yield store
    store.close()


def filled(store: Store, new: Make) -> None:
    """Something in every table that people fill."""
    wang = people.join(store, 1, "王芳")
    answers.add_answer(store, new("a1", wang, cites=("p-1",), counts={"": {"甲": 1}}))
    answers.add_answer(store, new("a2", wang))
    drafts.put_draft(store, wang.id, "haidian", "round", {"写": "到一半"})
    devices.bind_device(store, "t1", lasts=timedelta(days=1), person_id=wang.id)
    devices.issue_nonce(store, "n1", "t1", person_id=wang.id)
    progress.put_place(store, wang.id, "haidian", "u1")
    progress.reveal(store, wang.id, "haidian", "loop")
    put_setting(store, "closed:1:haidian", ["loop"])


def rows(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.read() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for name, table in metadata.tables.items()
        }


def only(folder: Path) -> list[str]:
    """What lies in a folder, hidden files too."""
    return sorted(entry.name for entry in folder.iterdir())


def spoil(file: Path) -> None:
    body = bytearray(file.read_bytes())
    body[4096:8192] = b"\x55" * 4096
    file.write_bytes(body)


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond `size` bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# ---- backing up ------------------------------------------------------------------------------------------------------


def test_a_backup_restores_row_by_row(opened: Store, file: Path, tmp_path: Path, new: Make, clock: Clock) -> None:
    """What is restored equals what was backed up in every row of every table, and takes answers on from there."""
    filled(opened, new)
    wanted = rows(opened)
    made = backup.make(file, tmp_path / "手里的.db")
    assert made.rows == {name: len(table) for name, table in wanted.items()}
    wang = people.people_of(opened, 1)[0]
    answers.add_answer(opened, new("a3", wang, exercise="other"))
    opened.close()
    done = restore(made.file, file, clock())
    assert done.now.rows == made.rows
    again = stores.open(f"sqlite:///{file}")
    assert rows(again) == wanted
    assert answers.add_answer(again, new("a4", wang, exercise="other")).seq == 3
    again.close()
    assert done.aside is not None
    aside = stores.open(f"sqlite:///{done.aside}")
    assert [row.id for row in answers.answers_of(aside, wang.id)] == ["a1", "a2", "a3"]
    aside.close()


def test_backups_under_load_miss_nothing(opened: Store, file: Path, folder: Path, new: Make, clock: Clock) -> None:
    """Made while answers pour in, every backup holds at least what had been acknowledged when it began, and no half batch."""
    everybody = [people.join(opened, 1, f"学生{n}") for n in range(4)]
    acknowledged: list[str] = []
    stop = threading.Event()

    def write(n: int) -> None:
        k = 0
        while not stop.is_set():
            acknowledged.append(answers.add_answer(opened, new(f"{n}-{k}", everybody[n])).id)
            k += 1

    writers = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for writer in writers:
        writer.start()
    try:
        for _ in range(25):
            before = set(acknowledged)
            made = backup.make_numbered(file, folder, backup.BY_HAND, clock())
            with closing(sqlite3.connect(made.file)) as connection:
                assert before <= {row[0] for row in connection.execute("SELECT id FROM answers")}
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert len(backup.listed(folder, file)) == 25


def test_copying_the_file_is_no_backup(opened: Store, file: Path, tmp_path: Path, new: Make) -> None:
    """The control: a copy of the file, made while the store is open, lacks what was acknowledged a moment before."""
    wang = people.join(opened, 1, "王芳")
    answers.add_answer(opened, new("a1", wang))
    with closing(sqlite3.connect(shutil.copyfile(file, tmp_path / "copied.db"))) as connection:
        assert connection.execute("SELECT count(*) FROM answers").fetchone() == (0,)


def test_a_backup_never_takes_a_files_place(opened: Store, file: Path, tmp_path: Path) -> None:
    """Where a file of that name lies, nothing is written, and nothing half-made stays."""
    taken = tmp_path / "别的" / "论文.txt"
    taken.parent.mkdir()
    taken.write_text("三年的工作", encoding="utf-8")
    with pytest.raises(FileExistsError):
        backup.make(file, taken)
    assert taken.read_text("utf-8") == "三年的工作"
    assert only(taken.parent) == ["论文.txt"]


def test_without_links_the_name_is_given_by_renaming(
    opened: Store, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a memory stick, whose file system has no links, a backup works too and still takes no file's place."""

    def no_links(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr("os.link", no_links)
    made = backup.make(file, tmp_path / "u.db")
    assert backup.verify(made.file).rows == made.rows
    with pytest.raises(FileExistsError):
        backup.make(file, tmp_path / "u.db")


def test_a_full_disk_leaves_nothing_half_made(opened: Store, file: Path, folder: Path, new: Make, clock: Clock) -> None:
    """A backup that does not fit says so and leaves no piece behind; the class goes on, and later there is room again."""
    filled(opened, new)
    with files_end_at(20_000), pytest.raises(StoreDown):
        backup.make_numbered(file, folder, backup.BY_HAND, clock())
    assert only(folder) == []
    assert answers.count(opened) == 2
    assert backup.make_numbered(file, folder, backup.BY_HAND, clock()).rows["answers"] == 2


def test_a_damaged_store_makes_no_backup(opened: Store, file: Path, folder: Path, new: Make, clock: Clock) -> None:
    """What cannot be read from end to end is not passed off as a backup."""
    filled(opened, new)
    opened.close()
    with closing(sqlite3.connect(file)) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'answers'").fetchone()[0]
    body = bytearray(file.read_bytes())
    body[4096 * (page - 1) : 4096 * page] = b"\x55" * 4096
    file.write_bytes(body)
    with pytest.raises(StoreDown):
        backup.make_numbered(file, folder, backup.DAILY, clock())
    assert only(folder) == []


# ---- every day -------------------------------------------------------------------------------------------------------


def test_one_backup_a_day(opened: Store, file: Path, folder: Path, new: Make, clock: Clock) -> None:
    """Asked again and again it makes one in a day; a missed day is made up for at once; an empty store needs none."""
    assert backup.daily(file, folder, clock()) == "empty"
    filled(opened, new)
    outcomes = []
    for hours in (0, 1, 22, 2, 80, 1):
        clock.move(hours=hours)
        outcomes.append(backup.daily(file, folder, clock()))
    assert outcomes == ["made", "not yet", "not yet", "made", "made", "not yet"]


def test_of_several_processes_one_makes_the_daily_backup(opened: Store, file: Path, folder: Path, new: Make) -> None:
    """Four processes that find a missed day at once make one backup between them."""
    filled(opened, new)
    script = (
        "import sys\nfrom pathlib import Path\nfrom casecourse.store import backup, utc\n"
        "print(backup.daily(Path(sys.argv[1]), Path(sys.argv[2]), utc()))"
    )
    command = [sys.executable, "-c", script, str(file), str(folder)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    outcomes = [process.communicate(timeout=30)[0].strip() for process in started]
    assert outcomes.count("made") == 1
    assert set(outcomes) <= {"made", "not yet", "elsewhere"}
    assert len(backup.listed(folder, file)) == 1


def test_what_is_kept(opened: Store, file: Path, folder: Path, new: Make, clock: Clock) -> None:
    """Seven days, four weeks, the last three before migrations, and everything made by hand."""
    filled(opened, new)
    backup.make_numbered(file, folder, backup.BY_HAND, clock())
    for n in range(5):
        backup.make_numbered(file, folder, f"before-000{n}", clock())
    days = []
    for _ in range(45):
        clock.move(days=1)
        assert backup.daily(file, folder, clock()) == "made"
        days.append(clock.now.replace(microsecond=0))
    kept = backup.listed(folder, file)
    assert sorted(k.why for k in kept if k.why != "daily") == ["before-0002", "before-0003", "before-0004", "by-hand"]
    daily = [k.at for k in kept if k.why == "daily"]
    assert daily[:7] == days[:-8:-1]
    weeks = {at.isocalendar()[:2] for at in daily}
    assert len(weeks) == 4
    assert set(daily[7:]) <= {max(day for day in days if day.isocalendar()[:2] == week) for week in weeks}


def test_the_newest_good_backup_is_never_forgotten(
    opened: Store, file: Path, folder: Path, new: Make, clock: Clock
) -> None:
    """With the clock a year ahead and back again, today's backup is made and stays, and it is the one offered."""
    filled(opened, new)
    clock.move(days=365)
    for _ in range(9):
        clock.move(days=1)
        assert backup.daily(file, folder, clock()) == "made"
    clock.move(days=-374)
    assert backup.daily(file, folder, clock()) == "made"
    assert backup.daily(file, folder, clock()) == "not yet"
    newest = backup.newest_good(folder, file)
    assert newest is not None
    assert newest[0].at == clock.now
    spoil(newest[0].file)
    second = backup.newest_good(folder, file)
    assert second is not None
    assert second[0].number == newest[0].number - 1


def test_the_files_of_others_are_none_of_ours(file: Path, folder: Path) -> None:
    """Names that are not a backup's, another store's backups and impossible dates are neither listed nor deleted."""
    folder.mkdir()
    names = ["笔记.db", "other-0001-20260302T080000Z-daily.db", f"{file.stem}-0001-20269902T080000Z-daily.db"]
    for name in names:
        (folder / name).touch()
    assert backup.listed(folder, file) == []


# ---- restoring -------------------------------------------------------------------------------------------------------


def test_a_store_in_use_is_not_replaced(opened: Store, file: Path, tmp_path: Path, new: Make, clock: Clock) -> None:
    """While a process has the store open, restoring is refused and nothing is moved; once it has let go, it works."""
    filled(opened, new)
    made = backup.make(file, tmp_path / "b.db")
    before = only(tmp_path)
    assert in_use(file)
    with pytest.raises(StoreDown) as down:
        restore(made.file, file, clock())
    assert down.value.reason == "busy"
    assert only(tmp_path) == before
    opened.close()
    assert not in_use(file)
    restore(made.file, file, clock())


def test_a_killed_server_does_not_keep_the_store(file: Path, tmp_path: Path, clock: Clock) -> None:
    """kill -9 leaves no lock behind; the log that it left is moved aside with its file."""
    script = (
        "import sys, time\nfrom casecourse import store\nfrom casecourse.store import people\n"
        "opened = store.open(sys.argv[1])\npeople.join(opened, 1, '王芳')\nprint('here', flush=True)\ntime.sleep(60)"
    )
    made = backup.make(file, tmp_path / "b.db")
    with subprocess.Popen(
        [sys.executable, "-c", script, f"sqlite:///{file}"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "here\n"
        assert in_use(file)
        process.kill()
    assert not in_use(file)
    assert file.with_name(f"{file.name}-wal").exists()
    done = restore(made.file, file, clock())
    assert done.aside is not None
    assert not file.with_name(f"{file.name}-wal").exists()
    aside = stores.open(f"sqlite:///{done.aside}")
    assert [p.shown for p in people.people_of(aside, 1)] == ["王芳"]
    aside.close()


@pytest.mark.parametrize("why", ["missing", "damaged", "foreign", "newer", "same"])
def test_what_is_no_backup_is_not_restored(
    opened: Store, file: Path, tmp_path: Path, new: Make, clock: Clock, why: str
) -> None:
    """A file that is not there, damaged, another program's, a newer version's or the store itself is refused; nothing moves."""
    filled(opened, new)
    bad = tmp_path / "b.db"
    backup.make(file, bad)
    opened.close()
    if why == "missing":
        bad.unlink()
    elif why == "same":
        bad = file
    elif why == "damaged":
        bad.write_bytes(bad.read_bytes()[:-4096])
    else:
        with closing(sqlite3.connect(bad)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
            if why == "foreign":
                connection.execute("DROP TABLE alembic_version")
            connection.commit()
    before, body = only(tmp_path), file.read_bytes()
    with pytest.raises(Unfit) as unfit:
        restore(bad, file, clock())
    assert unfit.value.why == why
    assert (only(tmp_path), file.read_bytes()) == (before, body)


def test_restoring_where_nothing_is_left(opened: Store, file: Path, tmp_path: Path, new: Make, clock: Clock) -> None:
    """With store and log gone, and into a folder that is not there yet, a backup comes back too."""
    filled(opened, new)
    made = backup.make(file, tmp_path / "b.db")
    elsewhere = tmp_path / "新机器" / "casecourse.db"
    assert restore(made.file, elsewhere, clock()).aside is None
    assert backup.verify(elsewhere).rows == made.rows


def test_a_hand_made_copy_with_its_log_restores_whole(
    opened: Store, file: Path, tmp_path: Path, new: Make, clock: Clock
) -> None:
    """A copy of the file together with its log is restored with what stands only in the log."""
    filled(opened, new)
    copied = tmp_path / "copied.db"
    for part in ("", "-wal"):
        shutil.copyfile(f"{file}{part}", f"{copied}{part}")
    opened.close()
    assert restore(copied, file, clock()).now.rows["answers"] == 2


def test_a_restore_on_a_full_disk_leaves_the_old_store(
    opened: Store, file: Path, tmp_path: Path, new: Make, clock: Clock
) -> None:
    """Where the backup does not fit, the store that was there is still there and opens."""
    filled(opened, new)
    made = backup.make(file, tmp_path / "b.db")
    opened.close()
    before = only(tmp_path)
    with files_end_at(20_000), pytest.raises(StoreDown):
        restore(made.file, file, clock())
    assert only(tmp_path) == before
    again = stores.open(f"sqlite:///{file}")
    assert answers.count(again) == 2
    again.close()


@pytest.mark.parametrize("step", range(1, 7))
@pytest.mark.parametrize("sound", [True, False], ids=["sound", "damaged"])
def test_a_restore_cut_off_at_any_step_loses_nothing(
    opened: Store, file: Path, tmp_path: Path, new: Make, clock: Clock, step: int, sound: bool
) -> None:
    """Killed before any of its renames, the old store opens whole, or the start says that it is gone and restoring helps."""
    filled(opened, new)
    made = backup.make(file, tmp_path / "b.db")
    answers.add_answer(opened, new("a3", people.people_of(opened, 1)[0], exercise="other"))
    log = Path(f"{file}-wal").read_bytes()
    opened.close()
    if not sound:
        Path(f"{file}-wal").write_bytes(log)
        file.write_bytes(b"\x55" * file.stat().st_size)
    child = os.fork()
    if child == 0:
        left = [step]

        def die(event: str, _: object) -> None:
            if event in ("os.rename", "os.link", "os.remove"):
                left[0] -= 1
                if left[0] == 0:
                    os._exit(9)

        sys.addaudithook(die)
        restore(made.file, file, clock())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    finished = os.waitstatus_to_exitcode(status) == 0
    told: list[type[Damaged]] = []
    try:
        again = stores.open(f"sqlite:///{file}")
    except Damaged as damaged:
        told.append(type(damaged))
        restore(made.file, file, clock())
        again = stores.open(f"sqlite:///{file}")
    there = answers.count(again)
    again.close()
    assert not (told and finished)
    assert told in ([], [Lost], *([] if sound else [[Damaged]]))
    assert there in (2, 3)
    if sound and there == 2:
        [aside] = file.parent.glob("*-aside.db")
        old = stores.open(f"sqlite:///{aside}")
        assert answers.count(old) == 3
        old.close()
    if not sound:
        assert log in [entry.read_bytes() for entry in file.parent.glob("*-wal")]


def test_a_damaged_store_keeps_its_log(opened: Store, file: Path, new: Make) -> None:
    """A start that finds damage touches neither the file nor the log beside it, which may hold the last answers."""
    filled(opened, new)
    log = Path(f"{file}-wal")
    written = log.read_bytes()
    opened.close()
    log.write_bytes(written)
    file.write_bytes(b"\x55" * file.stat().st_size)
    body = file.read_bytes()
    with pytest.raises(Damaged):
        stores.open(f"sqlite:///{file}")
    assert (file.read_bytes(), log.read_bytes()) == (body, written)


# ---- what went missing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("harm", ["deleted", "emptied", "deleted with log", "cut at a page"])
def test_a_store_that_went_missing_is_not_replaced(
    opened: Store, file: Path, folder: Path, new: Make, clock: Clock, harm: str
) -> None:
    """Where a store was, and nothing or an empty file is, no start makes a new one by itself; told to, it moves the rest aside."""
    filled(opened, new)
    log = file.with_name(f"{file.name}-wal")
    if harm == "deleted with log":
        left = log.read_bytes()
        opened.close()
        log.write_bytes(left)
    else:
        backup.make_numbered(file, folder, backup.DAILY, clock())
        opened.close()
    file.unlink()
    if harm == "emptied":
        file.touch()
    if harm == "cut at a page":  # a database without a table
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode = wal")
            connection.execute("VACUUM")
    before = only(file.parent)
    with pytest.raises(Lost) as lost:
        stores.open(f"sqlite:///{file}")
    assert isinstance(lost.value, Damaged)
    assert lost.value.found
    assert only(file.parent) == before
    again = stores.open(f"sqlite:///{file}", clock=clock, new=True)
    assert answers.count(again) == 0
    again.close()
    if harm == "deleted with log":
        [kept] = [p for p in file.parent.iterdir() if p.name.endswith("-aside.db-wal")]
        assert kept.read_bytes() == left


def test_a_file_that_is_deleted_under_us_takes_no_answers(opened: Store, file: Path, new: Make) -> None:
    """An answer into a deleted file would vanish: it is refused, nothing is made in its place, and later it goes on."""
    filled(opened, new)
    wang = people.people_of(opened, 1)[0]
    hidden = file.with_name("hidden")
    file.rename(hidden)
    for _ in range(2):
        with pytest.raises(StoreDown) as down:
            answers.add_answer(opened, new("b1", wang, exercise="other"))
        assert down.value.reason == "unreachable"
        with pytest.raises(StoreDown):
            answers.count(opened)
    assert not file.exists()
    hidden.rename(file)
    assert answers.add_answer(opened, new("b1", wang, exercise="other")).attempt == 1
    assert answers.count(opened) == 3


def test_another_file_in_its_place_takes_no_answers(
    opened: Store, file: Path, tmp_path: Path, fresh: Path, new: Make
) -> None:
    """A file put into the place of an open store is not written to: a restore is done while nothing runs."""
    filled(opened, new)
    wang = people.people_of(opened, 1)[0]
    shutil.copyfile(fresh, tmp_path / "other.db")
    (tmp_path / "other.db").replace(file)
    with pytest.raises(StoreDown):
        answers.add_answer(opened, new("b1", wang, exercise="other"))


# ---- before a migration ------------------------------------------------------------------------------------------------


@pytest.fixture
def old(file: Path) -> Path:
    """A store of the first version with an answer in it."""
    from alembic import command

    from casecourse.store import dialects
    from casecourse.store.migrations import _scripts

    file.unlink()
    engine = dialects.engine(dialects.address(f"sqlite:///{file}"))
    with engine.connect().execution_options(**{dialects.WRITES: True}) as connection, connection.begin():
        config, _ = _scripts()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for row in (
            "classes VALUES (1, '一班', 'ABCDEF', ?)",
            "people VALUES ('p1', 1, '王芳', 1, 'ABCDE', ?)",
            "asked VALUES ('f', 'haidian', 'loop', 'choice', '{}', ?)",
            "answers VALUES (1, 'a1', 'p1', 1, 'haidian', 'loop', 'choice', 'f', 1, '[\"甲\"]', NULL, NULL, NULL, '[]', ?)",
        ):
            connection.exec_driver_sql(f"INSERT INTO {row}", ("2026-03-02T08:00:00.000000+00:00",))
    engine.dispose()
    return file


def test_an_old_store_is_backed_up_before_it_changes(old: Path, folder: Path, clock: Clock) -> None:
    """Opening a store of an older version leaves a backup of it as it was; opening it again leaves no other."""
    for _ in range(2):
        opened = stores.open(f"sqlite:///{old}", clock=clock)
        [row] = answers.answers_of(opened, "p1")
        assert (row.raw, row.cites) == (["甲"], ())
        opened.close()
    [kept] = backup.listed(folder, old)
    assert kept.why.startswith("before-")
    checked = backup.verify(kept.file)
    assert (checked.schema, checked.rows["answers"]) == ("0001", 1)


def test_without_room_for_its_backup_an_old_store_is_not_changed(old: Path, folder: Path) -> None:
    """Where the backup before a migration does not fit, the store is not opened and not changed."""
    with files_end_at(40_000), pytest.raises(StoreDown):
        stores.open(f"sqlite:///{old}")
    assert only(folder) == []
    assert backup.verify(old).schema == "0001"


def test_a_new_store_needs_no_backup(file: Path, folder: Path) -> None:
    """A first start leaves no folder of backups behind."""
    file.unlink()
    stores.open(f"sqlite:///{file}").close()
    assert not folder.exists()


# SQLite's "dead man switch": whoever uses the index of a log shares this byte (os_unix.c, UNIX_SHM_DMS). A process that
# finds it free takes itself for the first and cuts the index short: whoever has it mapped falls with SIGBUS.
FIRST = """
import fcntl, sys
with open(sys.argv[1], "r+b") as index:
    try:
        fcntl.lockf(index, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 128)
    except OSError:
        sys.exit(0)
sys.exit("free")
"""


def still_in_use(file: Path) -> bool:
    """Whether another process sees that this one uses the store."""
    index = file.with_name(f"{file.name}-shm")
    return subprocess.run([sys.executable, "-c", FIRST, str(index)], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="locks of POSIX belong to processes")
@pytest.mark.parametrize("deed", ["backup", "second", "naive"])
def test_looking_at_an_open_store_lets_go_of_nothing(
    opened: Store, file: Path, tmp_path: Path, new: Make, deed: str
) -> None:
    """A backup by the process that teaches, or its second opening, leaves SQLite's locks; reading the index by hand does not."""
    filled(opened, new)
    assert still_in_use(file)
    if deed == "backup":
        backup.make(file, tmp_path / "copy.db")
    elif deed == "second":
        stores.open(f"sqlite:///{file}").close()
    else:
        file.with_name(f"{file.name}-shm").read_bytes()
    assert still_in_use(file) == (deed != "naive")
