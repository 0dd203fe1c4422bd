"""The first start: one passcode, whoever starts at once; and a plain sentence where the store cannot be opened."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from casecourse import store as stores
from casecourse.actions import operating
from casecourse.store import instructors
from tests.conftest import ROOT

ONE = "from casecourse.actions import operating; print(operating.first_start()[1])"


def test_of_four_processes_one_makes_the_passcode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started at once on an empty folder, exactly one prints a passcode, and it is the one that opens."""
    monkeypatch.setenv("CASECOURSE_DATA", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))

    def start(_: int) -> str:
        return subprocess.run([sys.executable, "-c", ONE], capture_output=True, text=True, check=True).stdout.strip()

    with ThreadPoolExecutor(4) as pool:
        printed = [p for p in pool.map(start, range(4)) if p != "None"]
    assert len(printed) == 1
    opened = stores.open(f"sqlite:///{(tmp_path / 'casecourse.db').as_posix()}")
    [teacher] = instructors.list_instructors(opened)
    assert PasswordHasher().verify(teacher.passcode_hash, printed[0])
    opened.close()


def test_a_damaged_store_is_named_and_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The start says which file cannot be read, and not a byte of it is changed."""
    file = tmp_path / "casecourse.db"
    file.write_bytes(b"not a database at all" * 100)
    monkeypatch.setenv("CASECOURSE_DATA", str(tmp_path))
    monkeypatch.delenv("CASECOURSE_STORE", raising=False)
    with pytest.raises(operating.CannotStart, match="读不出来"):
        operating.first_start()
    assert file.read_bytes() == b"not a database at all" * 100
