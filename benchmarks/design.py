"""A class of 200 in allocate, scorecard, scale and graph: counting and drawing its answers against reading their rows.

`python -m benchmarks.design` prints the ratios, and fails where counting and drawing take a second or more.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.writing import CONTENT, course

from benchmarks.process import CLASS, LONGEST, answered, drawn, timed
from casecourse import store as stores
from casecourse.access import Who
from casecourse.actions import answering
from casecourse.loading import load
from casecourse.store import answers, people

NAMES = {"staff": "allocate", "review": "scorecard", "paths": "scale", "flow": "graph"}


def main() -> int:
    """Measure the four kinds; returns 1 where one is too slow."""
    slow = False
    with tempfile.TemporaryDirectory() as folder:
        banks = [(CONTENT / "good" / f"{kind}.yaml").read_text("utf-8") for kind in NAMES.values()]
        course(Path(folder) / "course", bank_yaml="\n".join(banks))
        content = load(Path(folder) / "course")
        case = content.course.cases[0]
        store = stores.open(f"sqlite:///{Path(folder) / 'class.db'}")
        room = people.add_class(store, "一班").id
        teacher = Who("instructor", class_id=room, name="教师", instructor="i")
        answered(store, content, room, list(NAMES))
        for name, kind in NAMES.items():
            read = timed(lambda name=name: answers.answers_to(store, room, case.id, name))  # type: ignore[misc]
            whole = timed(lambda name=name: answering.class_tally(teacher, store, content.course, case.id, name))  # type: ignore[misc]
            found = answering.class_tally(teacher, store, content.course, case.id, name)
            assert found is not None
            assert found[1].n == CLASS
            draw = timed(drawn(*found))
            said = f"{kind}: read 1, count {whole / read:.1f}, draw {draw / read:.1f}"
            print(f"{said}   ({read * 1000:.1f} ms, {whole * 1000:.1f} ms, {draw * 1000:.1f} ms)")
            slow = slow or whole + draw >= LONGEST
        store.close()
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
