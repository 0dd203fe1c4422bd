"""A process that keeps the real store busy while the shim writes down what reaches the disk, with a mark after each promise."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

from casecourse import store as stores
from casecourse.store import Store, answers, backup, dialects, drafts, people, settings
from casecourse.store.rows import NewAnswer
from tests.faults.shim import mark

THREADS = 6
SITTINGS = 3  # the store is closed and opened again between them


def said(answer_id: str) -> dict[str, str]:
    """What an answer with this id consists of; long ones move the log on to its next turn."""
    n = int(answer_id.rpartition("-")[2])
    return {"text": f"{answer_id}：" + "停电以后先修哪一处？" * (n % 40)}


def new(answer_id: str, person_id: str, exercise: str = "essay") -> NewAnswer:
    """An answer whose content follows from its id."""
    return NewAnswer(answer_id, person_id, "faults", exercise, "open", "f", said(answer_id), {"prompt": "?"})


def write(store: Store, person_id: str, thread: int, begin: int, end: int) -> None:
    """Answer and draft in turn; every promise of the store is marked."""
    for n in range(begin, end):
        drafts.put_draft(store, person_id, "faults", "note", {"n": n})
        mark(f"draft {person_id} {n}")
        answers.add_answer(store, new(f"{thread}-{n}", person_id))
        mark(f"answer {person_id} {thread}-{n}")


def sit(url: str, persons: dict[int, str], begin: int, end: int) -> None:
    """One sitting: open, join whoever is new, write from several threads, close."""
    store = stores.open(url)
    mark("open")
    for thread in range(THREADS):
        if thread not in persons:
            persons[thread] = people.join(store, 1, f"学生{thread}").id
            mark(f"person {persons[thread]}")
    threads = [threading.Thread(target=write, args=(store, persons[t], t, begin, end)) for t in range(THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    settings.put_setting(store, "sitting", begin)
    mark(f"setting {begin}")
    file = Path(url.removeprefix("sqlite:///"))
    folder = file.with_name("kept")
    folder.mkdir(exist_ok=True)
    kept = backup.make(file, folder / f"{begin}.db")
    mark(f"backup kept/{begin}.db {kept.rows['answers']}")
    store.close()


def main(url: str, turns: str, synchronous: str) -> None:
    """Write `turns` answers from each thread with this `synchronous`; 2 is what the store promises with."""
    pragmas: Any = dialects.PRAGMAS
    pragmas["synchronous"] = int(synchronous)
    persons: dict[int, str] = {}
    step = max(1, int(turns) // SITTINGS)
    for sitting in range(SITTINGS):
        sit(url, persons, sitting * step, (sitting + 1) * step)


if __name__ == "__main__":
    main(*sys.argv[1:])
