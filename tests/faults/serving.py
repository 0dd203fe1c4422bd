"""The real server as a process of its own: started, asked whether it serves, killed without a goodbye."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
COURSE = Path(__file__).parent / "course"
PATIENCE = 60.0  # seconds; a busy machine starts slowly, and how slowly is a figure of its own


def environment(**given: str) -> dict[str, str]:
    """This process's environment without anybody's settings for the course, and with our source first."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("CASECOURSE_", "STREAMLIT_", "UVICORN_"))}
    path = os.pathsep.join(p for p in (str(ROOT / "src"), str(ROOT), clean.get("PYTHONPATH")) if p)
    return {**clean, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", **given}


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A server over one data folder, `app.py` as `casecourse run` starts it, or another program in its place."""

    data: Path
    program: tuple[str, ...] = (str(ROOT / "app.py"),)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0

    @property
    def database(self) -> Path:
        """The file that keeps the answers."""
        return self.data / "casecourse.db"

    def start(self) -> None:
        """Start it and return at once."""
        self.data.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, *self.program, "--host", "127.0.0.1", "--port", str(self.port)]
        given = environment(CASECOURSE_DATA=str(self.data), CASECOURSE_CONTENT=str(COURSE))
        self.started = time.monotonic()
        with (self.data / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=given, cwd=self.data)

    def serves(self) -> bool:
        """True once it says that pages can be answered."""
        url = f"http://127.0.0.1:{self.port}/health"
        with suppress(OSError, ValueError), urllib.request.urlopen(url, timeout=2) as reply:
            return bool(json.load(reply)["ok"])
        return False

    def died(self) -> bool:
        """True when it ended by itself, which it never should."""
        return self.process is not None and self.process.poll() is not None

    def log(self) -> str:
        """The end of what it printed."""
        return (self.data / "server.log").read_text("utf-8", errors="replace")[-2000:]

    def kill(self) -> None:
        """End it in the middle of whatever it is doing."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)
