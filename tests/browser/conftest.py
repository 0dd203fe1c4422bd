"""A real server on a free port, and a real Chromium in Chinese."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """The distribution's Chromium; nothing is downloaded."""
    if CHROMIUM is None:
        pytest.skip("needs chromium")
    flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": flags}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """A reader in Chinese on a laptop."""
    return {**browser_context_args, "locale": "zh-CN", "viewport": {"width": 1280, "height": 900}}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


SERVERS: list[Server] = []  # all of this process, for the report of a test that fails


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails says what its servers printed last, and which of them have ended."""
    report = yield
    if report.failed:
        report.sections += [(f"server {s.port}: {s.state}", s.log[-3000:]) for s in SERVERS]
    return report


@dataclass
class Server:
    """The real server as a process; what it printed is in `log`."""

    data: Path
    content: Path = ROOT
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://localhost:{self.port}"

    @property
    def state(self) -> str:
        """Running, or the code it ended with; below zero is the signal that ended it."""
        code = self.process.poll() if self.process else None
        return "running" if code is None else f"ended with {code}"

    @property
    def log(self) -> str:
        """Everything it printed, over all its starts."""
        return (self.data / "server.log").read_text(encoding="utf-8")

    def printed(self, label: str) -> str:
        """The word behind `label：` in what it printed."""
        line = next(row for row in self.log.splitlines() if row.startswith(label))
        return line.partition("：")[2].split("（")[0].strip()

    def start(self) -> None:
        """Start and wait until it answers."""
        if self not in SERVERS:
            SERVERS.append(self)
        self.data.mkdir(parents=True, exist_ok=True)
        environment = {
            **os.environ,
            "CASECOURSE_DATA": str(self.data),
            "CASECOURSE_CONTENT": str(self.content),
            "PYTHONIOENCODING": "utf-8",
            "PYTHONFAULTHANDLER": "1",  # an interpreter that falls says where
            "PYTHONPATH": os.pathsep.join(p for p in (str(ROOT / "src"), os.environ.get("PYTHONPATH")) if p),
        }
        with (self.data / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "app.py"), "--host", "127.0.0.1", "--port", str(self.port)],
                stdout=log, stderr=subprocess.STDOUT, env=environment, cwd=self.data,
            )  # fmt: skip
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/health", timeout=2) as reply:  # noqa: S310
                if json.load(reply)["ok"]:
                    return
            assert self.process.poll() is None, self.log
            time.sleep(0.1)
        raise AssertionError(self.log)

    def kill(self) -> None:
        """Kill it as a power cut would, without a goodbye."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """It answers nothing for a while, as one that has too much to do."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Stop it as an operator would; no report speaks of it any more."""
        if self in SERVERS:
            SERVERS.remove(self)
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def serving(folder: Callable[[], Path]) -> Iterator[Callable[..., Server]]:
    """Start servers, each with a folder of its own; they end with the block."""
    started: list[Server] = []

    def one(content: Path = ROOT) -> Server:
        server = Server(folder(), content)
        started.append(server)
        server.start()
        return server

    yield one
    for server in started:
        server.stop()


@pytest.fixture
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start servers; they end with the test."""
    with serving(lambda: tmp_path_factory.mktemp("data")) as one:
        yield one


@pytest.fixture(scope="module")
def serve_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start servers for all tests of a module: everybody in them is a new person, and whoever kills one starts it again."""
    with serving(lambda: tmp_path_factory.mktemp("data")) as one:
        yield one


@pytest.fixture(autouse=True)
def nobody_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page that a test leaves open is closed after it: it would go on looking for its server."""
    yield
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            context.close()


@pytest.fixture(autouse=True)
def school_is_open(request: pytest.FixtureRequest) -> None:
    """The shared server runs: if it fell, the test it fell under has failed and said so, and the next ones need one."""
    if "school" in request.fixturenames and (fallen := request.getfixturevalue("school")).process.poll() is not None:
        fallen.start()


@pytest.fixture
def server(serve: Callable[..., Server]) -> Server:
    """One server with the shipped course."""
    return serve()


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server with the shipped course for all tests that let it live: everybody in them is a new person."""
    running = Server(tmp_path_factory.mktemp("school") / "data")
    running.start()
    yield running
    running.stop()
