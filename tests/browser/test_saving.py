"""What the page says about saving is true, and the same test against a naive page finds what that one loses."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.cable import Cable
from tests.browser.conftest import Server, free_port
from tests.browser.desk import light
from tests.browser.person import WAIT
from tests.browser.saving import sample
from tests.browser.test_matrix import sit_down

pytestmark = pytest.mark.browser
LOOKS = 400  # `make faults` looks 10,000 times


@pytest.fixture
def server(serve: Callable[[Path], Server], tmp_path: Path) -> Server:
    """A server of one's own, whose unit is soon drawn."""
    return serve(light(tmp_path))


def test_kept_is_never_said_of_what_is_not(page: Page, server: Server) -> None:
    """Somebody types and chooses while the line is cut: whenever "kept" stands there, the store has it."""
    line = Cable(server.port)
    try:
        desk = sit_down(page.context, server, line.url)
        found = sample(desk.person.page, server, line, LOOKS, seed=3, kills=False)
    finally:
        line.close()
    assert found.false == []
    assert found.cuts, "the line was never cut"
    assert LOOKS / 10 < found.kept < LOOKS, "the page said the same all the time"


@pytest.fixture
def naive(tmp_path: Path) -> Iterator[tuple[str, Path, Callable[[], None], Callable[[], None]]]:
    """The naive page: its address, its file, and how to start and kill it."""
    port, file = free_port(), tmp_path / "text"
    running: list[subprocess.Popen[bytes]] = []
    script = Path(__file__).with_name("naive_page.py")
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.headless", "true", "--browser.gatherUsageStats", "false", "--server.fileWatcherType", "none"]

    def start() -> None:
        running.append(
            subprocess.Popen(
                command,
                env={**os.environ, "NAIVE_FILE": str(file)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.STDOUT,
            )
        )
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline:
            with suppress(OSError), urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=2):
                return
            time.sleep(0.1)
        raise AssertionError("the naive page did not start")

    def kill() -> None:
        running[-1].kill()
        running[-1].wait(10)

    start()
    yield f"http://localhost:{port}", file, start, kill
    kill()


def test_a_naive_page_loses_what_ours_keeps(
    page: Page, naive: tuple[str, Path, Callable[[], None], Callable[[], None]]
) -> None:
    """The control: saved in `on_change`, what is being typed is lost by a refresh, and so is the edit after a restart."""
    url, file, start, kill = naive
    page.goto(url)
    field = page.get_by_label("你的看法")
    field.press_sequentially("第一句")
    field.press("Tab")
    expect(page.get_by_text("已存草稿")).to_be_visible(timeout=WAIT)
    assert file.read_text(encoding="utf-8") == "第一句"
    field.press("End")
    field.press_sequentially("，第二句")
    page.wait_for_timeout(3000)
    page.reload()
    expect(page.get_by_label("你的看法")).to_have_value("第一句", timeout=WAIT)

    kill()
    page.wait_for_timeout(500)
    start()
    page.wait_for_timeout(3000)
    field = page.get_by_label("你的看法")
    field.fill("第一句，又一句")
    field.press("Tab")
    page.wait_for_timeout(3000)
    assert "已存草稿" in page.locator('[data-testid="stMain"]').inner_text()
    assert file.read_text(encoding="utf-8") == "第一句"
