"""A class of 200 in scenario and route: counting and drawing its answers against reading their rows from the store.

`python -m benchmarks.process` prints the ratios, and fails where counting and drawing take a second or more.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest
from tests.writing import CONTENT, course

from casecourse import store as stores
from casecourse.access import Who
from casecourse.actions import answering, joining
from casecourse.grading import ExerciseBase
from casecourse.loading import Content, load
from casecourse.store import Store, answers, people
from casecourse.ui.kinds import TWINS

CLASS = 200
LONGEST = 1.0  # seconds for counting and drawing
REPEATS = 5


def timed(work: Callable[[], Any]) -> float:
    """The least of several times, in seconds: what the work takes on a machine that does nothing else."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def answered(store: Store, content: Content, room: int, names: list[str]) -> None:
    """Everybody in the class answers every question, by turns as its samples do."""
    case = content.course.cases[0]
    for n in range(CLASS):
        who = joining.as_student(people.join(store, room, f"学员{n}"))
        for name in names:
            raws = [s.raw for s in case.exercises[name].samples() if s.expects != "unreadable"]
            raw = next(islice(cycle(raws), n % len(raws), None))
            answering.submit(who, store, content.course, case.id, name, raw, f"{name}-{n}")


def drawn(exercise: ExerciseBase, tally: Any) -> Callable[[], Any]:
    """The class's result as a page run draws it."""

    def page(exercise, tally, twins):  # type: ignore[no-untyped-def]  # it becomes a script without our imports
        twins[exercise.kind].show(exercise, tally, big=False, reveal=True, key="class")

    app = AppTest.from_function(page, kwargs={"exercise": exercise, "tally": tally, "twins": TWINS}, default_timeout=60)
    app.run()
    assert not app.exception, app.exception
    return app.run


def main() -> int:
    """Measure both kinds; returns 1 where one is too slow."""
    slow = False
    with tempfile.TemporaryDirectory() as folder:
        banks = [(CONTENT / "good" / f"{kind}.yaml").read_text("utf-8") for kind in ("scenario", "route")]
        course(Path(folder) / "course", bank_yaml="\n".join(banks))
        content = load(Path(folder) / "course")
        case = content.course.cases[0]
        store = stores.open(f"sqlite:///{Path(folder) / 'class.db'}")
        room = people.add_class(store, "一班").id
        teacher = Who("instructor", class_id=room, name="教师", instructor="i")
        names = ["relay", "dispatch"]
        answered(store, content, room, names)
        for name in names:
            read = timed(lambda name=name: answers.answers_to(store, room, case.id, name))  # type: ignore[misc]
            whole = timed(lambda name=name: answering.class_tally(teacher, store, content.course, case.id, name))  # type: ignore[misc]
            found = answering.class_tally(teacher, store, content.course, case.id, name)
            assert found is not None
            assert found[1].n == CLASS
            draw = timed(drawn(*found))
            said = f"{case.exercises[name].kind}: read 1, count {whole / read:.1f}, draw {draw / read:.1f}"
            print(f"{said}   ({read * 1000:.1f} ms, {whole * 1000:.1f} ms, {draw * 1000:.1f} ms)")
            slow = slow or whole + draw >= LONGEST
        store.close()
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
