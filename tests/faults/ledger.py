"""What the harnesses have reached over their runs, kept beside the source; another source begins again from nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from tests.faults.outcome import Outcome
from tests.faults.serving import ROOT
from tests.faults.shim import FOLDER


def mark() -> str:
    """A short name for the source as it is: figures of another source would promise nothing about this one."""
    digest = hashlib.sha256()
    for file in [ROOT / "app.py", *sorted((ROOT / "src").rglob("*.py"))]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def read(file: Path | None = None) -> dict[str, Outcome]:
    """Harness → everything it did on this source."""
    file = file or FOLDER / "reached.json"
    if not file.exists():
        return {}
    kept = json.loads(file.read_text("utf-8"))
    return {name: Outcome(**told) for name, told in kept["harnesses"].items()} if kept["source"] == mark() else {}


def add(name: str, outcome: Outcome, file: Path | None = None) -> Outcome:
    """Add one run of a harness; returns everything it did on this source."""
    file = file or FOLDER / "reached.json"
    known = read(file)
    total = known.setdefault(name, Outcome())
    total.add(outcome)
    total.wrong = total.wrong[:20]
    file.parent.mkdir(exist_ok=True)
    fresh = file.with_suffix(".new")
    kept = {"source": mark(), "harnesses": {n: asdict(o) for n, o in known.items()}}
    fresh.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
    fresh.replace(file)
    return total
