"""What every test may use: the shipped course, a fresh store, and no silent skips where the tools must be there."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from casecourse import store as stores
from casecourse.loading import Content, load
from casecourse.store import Store

ROOT = Path(__file__).parents[1]
# `make whole`: in a browser, too, every exercise of the gallery and every step of the stage, not some of each kind
WHOLE = bool(os.environ.get("CASECOURSE_WHOLE"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CASECOURSE_CI a test that is skipped for a missing tool has failed: there the tool must be there."""
    report = yield
    if os.environ.get("CASECOURSE_CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each of two workers begins with half of the modules that need a browser: what is left for the end is short.

    The tests are dealt out in two halves, and whoever is done takes from the end of the other's. The faults come before
    any browser: once Playwright runs, its event loop and its stacks stay in the process, and they need a loop of their own.

    A browser's test that fails is tried once more, four of a whole run at most: `pytest_terminal_summary` tells of it.
    """
    faults = [item for item in items if "faults" in item.path.parts]
    items[:] = [item for item in items if item not in set(faults)]
    slow = [item for item in items if item.get_closest_marker("browser")]
    for item in slow:
        item.add_marker(pytest.mark.flaky(reruns=1))
    quick = [item for item in items if not item.get_closest_marker("browser")]
    first = [*dict.fromkeys(item.path for item in slow)][::2]
    ours = [item for item in slow if item.path in first]
    middle = max(0, (len(items) + len(faults)) // 2 - len(ours) - len(faults))
    items[:] = [*faults, *ours, *quick[:middle], *(item for item in slow if item.path not in first), *quick[middle:]]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What failed once and then passed is shown whole: it is a fault that has not been found yet, not a success."""
    failed = {report.nodeid for report in terminalreporter.stats.get("failed", [])}  # these are shown anyway
    for report in (r for r in terminalreporter.stats.get("rerun", []) if r.nodeid not in failed):
        terminalreporter.write_sep("-", f"failed at first: {report.nodeid}", yellow=True)
        terminalreporter.write_line(report.longreprtext)
        for name, said in report.sections:
            terminalreporter.write_line(f"[{name}]\n{said}")


@pytest.fixture(scope="session")
def content() -> Content:
    """The shipped course, as loaded."""
    return load(ROOT)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A fresh store in a folder of its own."""
    opened = stores.open(f"sqlite:///{(tmp_path / 'test.db').as_posix()}")
    yield opened
    opened.close()
