"""backup, restore and doctor as the person meets them who looks after a course."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from casecourse import __version__
from casecourse import store as stores
from casecourse.access import Forbidden, Who
from casecourse.actions import doctoring, keeping
from casecourse.cli import main
from casecourse.store import Store, answers, backup, people
from casecourse.store.rows import NewAnswer
from tests.server.conftest import free_ports

FOREIGN = "postgresql://u:geheim@127.0.0.1:1/d"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that this process's environment names, as it is after a command with --data."""
    monkeypatch.setenv("CASECOURSE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CASECOURSE_STORE", "")
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def file(data: Path) -> Path:
    return data / "casecourse.db"


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    opened = stores.open(f"sqlite:///{file}")
    answer(opened, "a1")
    yield opened
    opened.close()


def answer(store: Store, name: str) -> None:
    """Somebody new answers."""
    person = people.join(store, 1, name)
    answers.add_answer(store, NewAnswer(name, person.id, "c", "e", "choice", "f", ["甲"], {}))


def run(*words: object) -> Result:
    """Run a command in this process; stdout and stderr are kept apart."""
    return CliRunner().invoke(main, [str(w) for w in words])


def doctor(*words: object) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit status of doctor and its findings by what they are about."""
    port = words or ("--port", free_ports(1)[0])
    done = run("doctor", "--format", "json", *port)
    assert done.stderr == "", done.stderr
    return done.exit_code, {finding["about"]: finding for finding in json.loads(done.stdout)}


# ---- backup and restore ----------------------------------------------------------------------------------------------


def test_backup_into_its_folder(store: Store, data: Path) -> None:
    """Without a name the backup lies in the data folder under a number and its UTC time; the line says what is in it."""
    for n in (1, 2):
        done = run("backup")
        assert done.exit_code == 0, done.output
        assert "1 人，1 份作答" in done.stdout
        assert re.search(rf"casecourse-000{n}-\d{{8}}T\d{{6}}Z-by-hand\.db", done.stdout)
    assert len(list((data / "backups").iterdir())) == 2


def test_backup_where_one_is_told(store: Store, tmp_path: Path) -> None:
    """A file's name is taken as it is, a folder gets a file with the UTC time; a file that is there is not touched."""
    assert run("backup", tmp_path / "手里.db").exit_code == 0
    again = run("backup", tmp_path / "手里.db")
    assert again.exit_code == 2
    assert "已经有这个文件" in again.stderr
    (tmp_path / "stick").mkdir()
    assert run("backup", tmp_path / "stick").exit_code == 0
    [made] = (tmp_path / "stick").iterdir()
    assert re.fullmatch(r"casecourse-\d{8}T\d{6}Z\.db", made.name)
    assert backup.verify(made).rows["answers"] == 1


def test_backup_where_nothing_can_be_written(store: Store, tmp_path: Path) -> None:
    """A folder that is not there is a sentence."""
    done = run("backup", tmp_path / "没有" / "b.db")
    assert done.exit_code == 2
    assert "找不到这个位置" in done.stderr


def test_backup_of_nothing(data: Path) -> None:
    """Where no store is, the sentence names the place and the option, and no file is made."""
    done = run("backup")
    assert done.exit_code == 2
    assert str(data) in done.stderr
    assert "--data" in done.stderr
    assert list(data.iterdir()) == []


@pytest.mark.parametrize("command", [["backup"], ["restore", "x.db"]])
def test_postgresql_has_tools_of_its_own(command: list[str]) -> None:
    """For PostgreSQL the sentence names pg_dump and does not repeat the password."""
    done = run(*command, "--store", FOREIGN)
    assert done.exit_code == 2
    assert "pg_dump" in done.stderr
    assert "geheim" not in done.output


def test_restore(store: Store, file: Path, tmp_path: Path) -> None:
    """A restored store has what the backup had; the line says so, and where the one before lies."""
    run("backup", tmp_path / "b.db")
    answer(store, "a2")
    busy = run("restore", tmp_path / "b.db")
    assert busy.exit_code == 2
    assert "先停下课件" in busy.stderr
    assert answers.count(store) == 2
    store.close()
    done = run("restore", tmp_path / "b.db")
    assert done.exit_code == 0, done.output
    assert "1 人，1 份作答" in done.stdout
    [aside] = file.parent.glob("*-aside.db")
    assert str(aside) in done.stdout
    again = stores.open(f"sqlite:///{file}")
    assert answers.count(again) == 1
    again.close()


@pytest.mark.parametrize(
    ("name", "said"), [("没有.db", "没有这个文件"), ("坏.db", "读不完整"), ("casecourse.db", "正在用的文件")]
)
def test_restore_from_what_is_no_backup(store: Store, file: Path, name: str, said: str) -> None:
    """What is no backup is refused in one sentence, which says that nothing was moved."""
    store.close()
    (file.parent / "坏.db").write_bytes(b"x" * 9000)
    done = run("restore", file.parent / name)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "什么也没有动" in done.stderr
    assert list(file.parent.glob("*-aside*")) == []


def test_only_the_host_may() -> None:
    """Backing up, restoring and the doctor are the host's: nobody who comes through a browser may ask for them."""
    for who in (Who(), Who("student", "p", 1), Who("instructor", instructor="i")):
        for deed in (
            lambda who=who: keeping.back_up(who),
            lambda who=who: keeping.restore(who, Path("x.db")),
            lambda who=who: doctoring.report(who, 1),
        ):
            with pytest.raises(Forbidden):
                deed()


# ---- doctor ----------------------------------------------------------------------------------------------------------


def test_all_well(store: Store, data: Path) -> None:
    """A store in order, with a backup: every line is good, the status is 0, and nothing was changed."""
    run("backup")
    store.close()
    before = sorted(p.name for p in data.rglob("*"))
    code, found = doctor()
    expected = ["store", "promises", "schema", "server", "disk", "room", "backup", "log"]
    assert {about: f["level"] for about, f in found.items()} == dict.fromkeys(expected, "good")
    assert code == 0
    assert "1 人，1 份作答" in found["store"]["seen"]
    assert sorted(p.name for p in data.rglob("*")) == before


def test_in_words(store: Store) -> None:
    """As text each finding is a line with its mark, and its cure stands below it."""
    port = free_ports(1)[0]
    done = run("doctor", "--port", port)
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith("好　数据库完好")
    place = next(n for n, line in enumerate(lines) if line.startswith("注意　还没有备份"))
    assert "casecourse backup" in lines[place + 1]


def test_nothing_there_yet(data: Path) -> None:
    """Before the first start the doctor says so and makes no file."""
    code, found = doctor()
    assert code == 1
    assert found["store"]["level"] == "note"
    assert list(data.iterdir()) == []


def test_a_store_that_went_missing(store: Store, file: Path) -> None:
    """A store that is gone, with a backup beside it, is bad, and the cure is the command that restores it."""
    run("backup")
    store.close()
    file.unlink()
    code, found = doctor()
    assert code == 2
    assert found["store"]["level"] == "bad"
    assert "casecourse restore" in found["store"]["seen"]
    assert not file.exists()


@pytest.mark.parametrize("where", ["everywhere", "in the answers"])
def test_a_damaged_store(store: Store, file: Path, where: str) -> None:
    """A damaged store is bad, whether SQLite can open it or not, and the newest good backup is named; nothing is repaired."""
    run("backup")
    store.close()
    body = bytearray(file.read_bytes())
    if where == "everywhere":
        body[:] = b"x" * len(body)
    else:
        with closing(sqlite3.connect(file)) as connection:
            page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'answers'").fetchone()[0]
        body[4096 * (page - 1) : 4096 * page] = b"\x55" * 4096
    file.write_bytes(body)
    code, found = doctor()
    assert code == 2
    assert "by-hand.db" in found["store"]["seen"] + found["store"]["cure"]
    assert file.read_bytes() == bytes(body)


def test_rows_that_belong_to_nobody(store: Store, file: Path) -> None:
    """A row whose person is not there is bad."""
    store.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("INSERT INTO places VALUES ('nobody', 'c', 'u', 1, '')")
        connection.commit()
    code, found = doctor()
    assert (code, found["store"]["level"]) == (2, "bad")
    assert "1 行没有归属" in found["store"]["seen"]


@pytest.mark.parametrize(("version", "level"), [("0001", "note"), ("9999", "bad")])
def test_another_schema(store: Store, file: Path, version: str, level: str) -> None:
    """An older schema is worth a word, an unknown one is bad; neither is changed."""
    store.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        connection.commit()
    assert doctor()[1]["schema"]["level"] == level


def test_backups_that_rot(store: Store, data: Path) -> None:
    """The newest sound backup is named past those that cannot be read; without a sound one it is bad."""
    run("backup")
    run("backup")
    first, second = sorted((data / "backups").iterdir())
    second.write_bytes(b"rotten")
    done = run("doctor", "--port", free_ports(1)[0])
    assert first.name in done.stdout
    assert second.name in done.stdout
    first.write_bytes(b"rotten")
    code, found = doctor()
    assert (code, found["backup"]["level"]) == (2, "bad")


def test_answers_without_a_backup(store: Store, file: Path) -> None:
    """Answers since a backup of three days ago are worth a word."""
    backup.make_numbered(file, file.parent / "backups", backup.DAILY, datetime.now(UTC) - timedelta(days=3))
    assert doctor()[1]["backup"]["level"] == "good"
    answer(store, "a2")
    assert doctor()[1]["backup"]["level"] == "note"


def test_a_daily_backup_that_fails_is_shown_until_one_succeeds(store: Store, data: Path) -> None:
    """What stopped the daily backup disturbs nobody, is told by the doctor, and is over with the next one that succeeds."""
    (data / "backups").write_text("a file where the folder should be", encoding="utf-8")
    keeping.every_day()
    (data / "backups").unlink()
    (data / "backups").mkdir()
    blocked = data / "backups" / "casecourse-0001-20260302T080000Z-daily.db"
    blocked.mkdir()
    hidden = data / "casecourse.db"
    hidden.rename(data / "away")
    keeping.every_day()
    assert "上一次每日备份没有做成" in run("doctor").stdout
    (data / "away").rename(hidden)
    keeping.every_day()
    assert keeping.last_failure() == ""
    assert [kept.why for kept in backup.listed(data / "backups", hidden) if kept.file.is_file()] == ["daily"]


# ---- the running server, the disk --------------------------------------------------------------------------------------


@contextmanager
def answering(status: int, **body: object) -> Iterator[int]:
    """A server that says this of itself."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health" else 404)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


WELL = {"ok": True, "version": __version__, "settings": True, "differing": []}


@pytest.mark.parametrize(
    ("status", "changed", "about", "level"),
    [
        (200, {}, "server", "good"),
        (503, {"ok": False}, "server", "bad"),
        (200, {"version": "0.0.0"}, "server", "note"),
        (200, {"settings": False, "differing": ["server.maxUploadSize"]}, "settings", "note"),
    ],
)
def test_a_running_server(store: Store, status: int, changed: dict[str, object], about: str, level: str) -> None:
    """A running server's own report is told: well, not ready, another version, settings that somebody changed."""
    with answering(status, **{**WELL, **changed}) as port:
        _, found = doctor("--port", port)
    assert found[about]["level"] == level
    if about == "settings":
        assert "server.maxUploadSize" in found[about]["seen"]


def test_another_program_on_the_port(store: Store) -> None:
    """Whatever else answers there is not taken for a course; the store is in use all the same."""
    with answering(200, hello="world") as port:
        _, found = doctor("--port", port)
    assert found["server"]["level"] == "note"
    assert "没有回答" in found["server"]["seen"]


def test_no_server(store: Store) -> None:
    """Where nothing runs, it says so, and that is no fault."""
    store.close()
    _, found = doctor()
    assert (found["server"]["level"], found["server"]["seen"]) == ("good", "课件没有在运行。")


def test_kinds_of_disks(tmp_path: Path) -> None:
    """The longest mount point above a folder says what it lies on, with spaces in its name too; elsewhere nobody knows."""
    mounts = tmp_path / "mounts"
    deep = str(tmp_path / "网 盘").replace(" ", "\\040")
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nserver:/x {deep} nfs4 rw 0 0\n", encoding="utf-8")
    assert doctoring.file_system(tmp_path, mounts) == "ext4"
    assert doctoring.file_system(tmp_path / "网 盘" / "数据", mounts) == "nfs4"
    assert doctoring.file_system(tmp_path, tmp_path / "none") is None


@pytest.mark.skipif(not Path("/proc/mounts").exists(), reason="only Linux lists its mounts there")
def test_this_disk() -> None:
    """On Linux the kind of this disk is known."""
    assert doctoring.file_system(Path.cwd())
