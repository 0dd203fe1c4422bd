"""The short version of `make faults`: a few turns of every harness, and each against the naive choice that it must find out."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any

import pytest

from casecourse import store as stores
from tests.faults import ledger
from tests.faults.__main__ import Line, report
from tests.faults.harnesses import HARNESSES, Harness, found_out, workplace
from tests.faults.outcome import Budget, Outcome
from tests.faults.shim import CAN
from tests.faults.sites import Site, prepare, sites, values

HERE = [h for h in HARNESSES if not h.browser]


def able(harness: Harness) -> None:
    """Skip where the shim cannot be compiled."""
    if harness.shim and not CAN:
        pytest.skip("needs Linux and gcc")


def seed() -> str:
    """Another one in each run of the tests, so that many runs see much; printed with a failure."""
    return os.environ.get("CASECOURSE_FAULTS_SEED") or os.urandom(4).hex()


@pytest.mark.parametrize("harness", HERE, ids=lambda h: h.name)
def test_no_promise_is_broken(harness: Harness, tmp_path: Path) -> None:
    """Nothing that was acknowledged is lost or doubled, whatever fails; and what is refused is refused in words."""
    able(harness)
    chosen = seed()
    with workplace(harness, tmp_path) as folder:
        outcome = harness.run(folder / "run", Budget(*harness.short), chosen)
    assert outcome.clean, (chosen, outcome)
    assert outcome.tried > 0
    assert outcome.figures


@pytest.mark.parametrize("harness", HERE, ids=lambda h: h.name)
def test_the_naive_choice_is_found_out(harness: Harness, tmp_path: Path) -> None:
    """The same harness finds the naive choice losing answers: it can fail."""
    able(harness)
    chosen = seed()
    with workplace(harness, tmp_path) as folder:
        outcome = harness.control(folder / "control", Budget(*harness.short_control), chosen)
    assert found_out(outcome), (chosen, outcome)


def test_everything_that_writes_is_swept(tmp_path: Path) -> None:
    """Every function of the store that writes was found, and the sweep has something to call it with."""
    assert {"answers.add_answer", "drafts.put_draft", "people.join", "devices.bind_device"} <= {s.name for s in sites()}
    store = stores.open(f"sqlite:///{tmp_path / 'store.db'}")
    prepare(store)
    given = values(store)
    store.close()
    assert {s.name: unknown for s in sites() if (unknown := wanted(s) - given.keys())} == {}


def wanted(site: Site) -> set[str]:
    """The parameters that have to be given."""
    parameters = inspect.signature(site.function).parameters
    return {name for name, p in parameters.items() if p.default is p.empty} - {"store"}


def line(tried: int, control: bool = True, **found: Any) -> Line:
    """A line of the table about a first harness that did this."""
    outcome = Outcome(tried=tried, **found)
    return Line(HARNESSES[0], outcome, outcome, control)


def test_the_report_says_what_was_not_reached() -> None:
    """What is missing to a goal stands below the table, and is no failure."""
    goal = HARNESSES[0].goal
    said = report([line(goal - 7)], 1)
    assert f"没有达到：{HARNESSES[0].title}还差 7 {HARNESSES[0].unit}" in said
    assert "目标都达到了" in report([line(goal)], 1)
    assert "恢复超过 10 秒 2 次" in report([line(goal, figures={"恢复超过 10 秒": 2})], 1)
    assert line(goal - 7).good


@pytest.mark.parametrize("bad", [{"lost": 1}, {"doubled": 1}, {"control": False}])
def test_a_loss_or_a_control_that_passes_is_a_failure(bad: dict[str, Any]) -> None:
    """One lost answer, one double or one control that was not found out makes the whole run a failure, by name."""
    assert not line(5, **bad).good
    assert f"有问题：{HARNESSES[0].title}" in report([line(5, **bad)], 1)


def test_runs_add_up_while_the_source_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs reach together what one did not; after a change of the source counting begins anew."""
    file = tmp_path / "reached.json"
    run = Outcome(tried=3, acknowledged=2, figures={"断电：全丢": 1, "最长恢复秒数": 4})
    ledger.add("powercut", run, file)
    total = ledger.add("powercut", run, file)
    assert (total.tried, total.acknowledged, total.figures) == (6, 4, {"断电：全丢": 2, "最长恢复秒数": 4})
    monkeypatch.setattr(ledger, "mark", lambda: "another source")
    assert ledger.read(file) == {}
