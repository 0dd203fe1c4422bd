"""A failing disk: full, unreadable, read-only, at every operation of every write, in a process behind the shim."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.faults.outcome import Budget, Outcome
from tests.faults.shim import preloaded

WHOLE: Final = 300.0  # turns of the whole sweep: every site in every way, with warm and with new connections
GRACE: Final = 60.0  # seconds beyond its budget before a process counts as hanging


def child(what: str, folder: Path, seconds: float, seed: str, share: float) -> Outcome:
    """Run one sweep in a process of its own. A crash and a hang are findings."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.faults.sweep", what, str(folder.resolve()), str(seconds), seed, str(share)]
    try:
        done = subprocess.run(
            command, env=preloaded(folder), capture_output=True, text=True, encoding="utf-8", timeout=seconds + GRACE, check=False
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Outcome(wrong=[f"{what}：停不下来"])
    if done.returncode != 0:
        return Outcome(wrong=[f"{what}：退出码 {done.returncode}：{done.stderr[-600:]}"])
    return Outcome(**json.loads(done.stdout.splitlines()[-1]))


def run(folder: Path, budget: Budget, seed: str) -> Outcome:
    """Every write of the store, the first start, and every file that is written; with few turns every site, in fewer ways."""
    share = min(1.0, budget.turns / WHOLE)
    outcome = child("files", folder / "files", budget.seconds, seed, share)
    outcome.add(child("backups", folder / "backups", budget.seconds * 0.2, seed, share))
    outcome.add(child("start", folder / "start", budget.seconds * 0.3, seed, share))
    outcome.add(child("calls", folder / "calls", budget.seconds * 0.7, seed, share))
    return outcome


def control(folder: Path, budget: Budget, seed: str) -> Outcome:
    """A writer that empties the file first, and a caller that hides the refusal: both must be found losing."""
    file = child("naive file", folder / "file", budget.seconds, seed, 1.0)
    call = child("naive call", folder / "call", budget.seconds, seed, 0.2)
    if not file.lost or not call.lost:
        return Outcome()
    file.add(call)
    return file
