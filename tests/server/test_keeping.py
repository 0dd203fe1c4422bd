"""A running course keeps its answers: a backup by itself, its store held against a restore, a doctor who knows it runs."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from casecourse import store as stores
from casecourse.cli import main
from casecourse.store import backup, people
from tests.server.conftest import PATIENCE, ROOT, Running, free_ports, launch


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A course with somebody in its class, started after a day without a backup."""
    made = tmp_path / "made.db"
    opened = stores.open(f"sqlite:///{made}")
    people.join(opened, 1, "王芳")
    opened.close()
    [port] = free_ports(1)
    command = [sys.executable, str(ROOT / "app.py"), "--host", "127.0.0.1", "--port", str(port)]
    server = launch(command, port, tmp_path, tmp_path / "data", CASECOURSE_STORE=f"sqlite:///{made}")
    yield server
    server.process.kill()
    server.process.wait(10)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to send to another process")
def test_a_day_of_a_course(running: Running, tmp_path: Path) -> None:
    """After its start it makes the missed backup; meanwhile nothing is restored over it; it stops well, and then one may."""
    running.health()
    folder, file = tmp_path / "data" / "backups", tmp_path / "made.db"
    deadline = time.monotonic() + PATIENCE
    while not backup.listed(folder, file) and time.monotonic() < deadline:
        time.sleep(0.05)
    [kept] = backup.listed(folder, file)
    assert (kept.why, backup.verify(kept.file).rows["people"]) == ("daily", 1)

    where = ["--data", str(tmp_path / "data"), "--store", f"sqlite:///{file}"]
    environment = {"CASECOURSE_DATA": None, "CASECOURSE_STORE": None}
    looked = CliRunner(env=environment).invoke(main, ["doctor", "--port", str(running.port), *where])
    assert f"课件在端口 {running.port} 上运行" in looked.stdout
    assert "坏" not in looked.stdout
    refused = CliRunner(env=environment).invoke(main, ["restore", str(kept.file), *where])
    assert refused.exit_code == 2
    assert "先停下课件" in refused.stderr

    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(15) == 0
    assert "Traceback" not in running.printed()
    assert CliRunner(env=environment).invoke(main, ["restore", str(kept.file), *where]).exit_code == 0
