"""The first start: one passcode, whoever starts at once; and a plain sentence where the store cannot be opened."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner

from casecourse import store as stores
from casecourse.actions import operating
from casecourse.cli import main
from casecourse.store import backup, instructors, people
from tests.conftest import ROOT

ROUNDS = int(os.environ.get("CASECOURSE_ROUNDS", "3"))  # 20 where there is time
STARTS = """
import os, sys
from casecourse.actions import operating
from casecourse.cli import main
for line in sys.stdin:
    os.environ["CASECOURSE_DATA"] = line.rstrip("\\n")
    try:
        print(*operating.first_start(), flush=True)
    except Exception as why:
        print("failed:", repr(why), flush=True)
"""


def test_four_processes_start_at_once_on_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every round all four start, agree on one class, and exactly one prints a passcode, which is the one that opens."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.delenv("CASECOURSE_STORE", raising=False)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", STARTS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        for _ in range(4)
    ]
    try:
        for n in range(ROUNDS):
            folder = tmp_path / f"第 {n} 次"
            printed = [line.split() for line in one_round(started, folder)]
            assert len({code for code, _ in printed}) == 1, printed
            [passcode] = [word for _, word in printed if word != "None"]
            opened = stores.open(f"sqlite:///{(folder / 'casecourse.db').as_posix()}")
            [teacher] = instructors.list_instructors(opened)
            assert len(people.list_classes(opened)) == 1
            opened.close()
            assert PasswordHasher().verify(teacher.passcode_hash, passcode)
    finally:
        for process in started:
            process.kill()
            process.communicate()


def one_round(started: list[subprocess.Popen[str]], folder: Path) -> list[str]:
    """Tell all of them at once to start on a folder, and return what they print."""
    for process in started:
        assert process.stdin
        process.stdin.write(f"{folder}\n")
        process.stdin.flush()
    return [process.stdout.readline() for process in started if process.stdout]


def test_a_damaged_store_is_named_and_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The start says which file cannot be read, that there is no backup, and not a byte of it is changed."""
    file = tmp_path / "casecourse.db"
    file.write_bytes(b"not a database at all" * 100)
    monkeypatch.setenv("CASECOURSE_DATA", str(tmp_path))
    monkeypatch.delenv("CASECOURSE_STORE", raising=False)
    with pytest.raises(operating.CannotStart, match=r"读不出来.*没有找到完好的备份"):
        operating.first_start()
    assert file.read_bytes() == b"not a database at all" * 100


@pytest.fixture
def lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a class: two backups, the newer one spoilt, and the store itself deleted."""
    data = tmp_path / "数 据"
    monkeypatch.setenv("CASECOURSE_DATA", str(data))
    monkeypatch.delenv("CASECOURSE_STORE", raising=False)
    data.mkdir()
    file = data / "casecourse.db"
    opened = stores.open(f"sqlite:///{file.as_posix()}")
    people.join(opened, 1, "王芳")
    for _ in range(2):
        newest = backup.make_numbered(file, data / "backups", backup.DAILY, stores.utc()).file
    newest.write_bytes(b"rotten")
    opened.close()
    file.unlink()
    return data


def test_the_start_names_the_command_that_helps(lost: Path) -> None:
    """A store that went missing is not replaced: the sentence names the newest sound backup, and its command restores it."""
    with pytest.raises(operating.CannotStart) as why:
        operating.first_start()
    said = str(why.value)
    assert "不见了" in said
    assert "--new-store" in said
    assert not (lost / "casecourse.db").exists()
    [command] = re.findall(r"casecourse (restore .*?--data '.*?')。", said)
    done = CliRunner().invoke(main, shlex.split(command))
    assert done.exit_code == 0, done.output
    assert "1 人" in done.stdout
    operating.first_start()
    assert [p.shown for p in people.people_of(operating.store(), 1)] == ["王芳"]
    operating.store().close()


def test_a_new_store_is_made_only_when_asked_for(lost: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told to begin anew, a start makes an empty store; the backups stay."""
    monkeypatch.setenv(operating.NEW_STORE, "1")
    code, passcode = operating.first_start()
    assert code
    assert passcode
    assert people.people_of(operating.store(), 1) == []
    operating.store().close()
    assert len(list((lost / "backups").glob("*-daily.db"))) == 2
