"""The README's “first case of your own”, performed literally, command by command."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, free_port
from tests.browser.person import WAIT, Person

pytestmark = pytest.mark.browser
README = ROOT / "README.md"
SECTION = "## 五分钟写出自己的第一个案例"


def commands() -> list[str]:
    """The shell blocks of the section, in order."""
    section = README.read_text(encoding="utf-8").split(SECTION, 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```sh\n(.*?)```", section, re.S)


@contextmanager
def running(script: str, folder: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A shell that performs a script, with this environment's `casecourse` first on its path."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "CASECOURSE_DATA": str(log.parent / "data"),
        "PYTHONIOENCODING": "utf-8",
    }
    environment.pop("CASECOURSE_CONTENT", None)
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["bash", "-ec", script], cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            for ending in (signal.SIGTERM, signal.SIGKILL):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, ending)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(10)


def test_a_newcomer_writes_a_case_by_the_readme(page: Page, tmp_path: Path) -> None:
    """Every command as printed: the check is clean, the course starts, and a student answers the new questions."""
    port = free_port()
    script = "\n".join(commands()).replace("8600", str(port))
    assert "casecourse check" in script
    log = tmp_path / "log"
    with running(script, tmp_path, log) as process:
        url = f"http://localhost:{port}"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert process.poll() is None, log.read_text(encoding="utf-8")
            with suppress(OSError), urllib.request.urlopen(f"{url}/health", timeout=2):  # noqa: S310
                break
            time.sleep(0.2)
        printed = log.read_text(encoding="utf-8")
        assert "没有发现问题" in printed
        code = re.search(r"班级码：(\w+)", printed)
        assert code, printed
        person = Person(page, url)
        person.open()
        expect(page.get_by_text("河湾村：停车难怎么议").first).to_be_visible(timeout=WAIT)
        person.press(page.get_by_role("button", name="开始"))
        expect(page.get_by_label("姓名或学号").first).to_be_visible(timeout=WAIT)
        person.join("新来的", code[1])
        box = person.exercise("village", "gap")
        field = box.get_by_role("textbox")
        field.fill("60")
        field.press("Tab")
        person.settle()
        person.submit(box)
        expect(box.get_by_text("答对了")).to_be_visible(timeout=WAIT)
        expect(box.get_by_text("笔记第 2 页").first).to_be_visible(timeout=WAIT)
