"""The course copied to a folder with a Chinese name and a space, and servers started from elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import browser_context_args, browser_type_launch_args

__all__ = ["browser_context_args", "browser_type_launch_args"]

ROOT = Path(__file__).parents[2]
PATIENCE = 40  # seconds; several processes start at once on two cores


def free_ports(n: int) -> list[int]:
    """`n` different ports that nobody listens on."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return ports


@dataclass
class Running:
    """A server process, where it listens and what it prints."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def answers(self, path: str) -> bytes:
        """What it answers to `path`, once it is up."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as reply:
                return bytes(reply.read())
            time.sleep(0.1)
        raise AssertionError(self.printed())

    def health(self) -> Any:
        """What it says of itself, once it is up."""
        return json.loads(self.answers("/health"))

    def printed(self) -> str:
        """Everything it printed."""
        return self.log.read_text("utf-8")


def launch(command: list[str], port: int, folder: Path, data: Path, **environment: str) -> Running:
    """Start `command` in `folder` with its data in `data`."""
    data.mkdir(parents=True)
    clean = {
        k: v for k, v in os.environ.items() if not k.startswith(("CASECOURSE_", "STREAMLIT_", "UVICORN_", "PYTHONPATH"))
    }
    given = {"CASECOURSE_DATA": str(data), "HOME": str(folder), "PYTHONIOENCODING": "utf-8", **environment}
    log = data / "log.txt"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=folder, env={**clean, **given})
    return Running(process, port, log)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source tree in a folder named `课 件`."""
    tree = tmp_path_factory.mktemp("copied") / "课 件"
    tree.mkdir()
    for name in ("app.py", "src", "cases", "exercises", ".streamlit"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tree)
    return tree


@pytest.fixture(scope="module")
def started(copied: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Running]]:
    """The ways of starting, all at once, from a folder that has nothing to do with the course."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    python, app, source = sys.executable, str(copied / "app.py"), str(copied / "src")
    commands: dict[str, tuple[list[str], dict[str, str]]] = {
        "streamlit": ([python, "-m", "streamlit", "run", app, "--server.port", "{port}"], {}),
        "python": ([python, app, "--port", "{port}"], {}),
        "environment": ([python, app], {"STREAMLIT_SERVER_PORT": "{port}", "STREAMLIT_SERVER_ADDRESS": "127.0.0.1"}),
        "uvicorn": ([python, "-m", "uvicorn", "--app-dir", str(copied), "app:app", "--port", "{port}"], {}),
        "casecourse": ([python, "-m", "casecourse.cli", "run", "--port", "{port}"], {"PYTHONPATH": source}),
        "by hand": ([python, "-m", "streamlit", "run", app, "--server.port", "{port}", "--server.maxUploadSize", "50"], {}),
    }  # fmt: skip
    ports = free_ports(len(commands))
    servers = {}
    for (way, (command, environment)), port in zip(commands.items(), ports, strict=True):
        filled = {name: value.format(port=port) for name, value in environment.items()}
        data = elsewhere / "data" / way
        servers[way] = launch([c.format(port=port) for c in command], port, elsewhere, data, **filled)
    yield servers
    for server in servers.values():
        server.process.kill()
        server.process.wait(10)
