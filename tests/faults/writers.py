"""Everything that writes a file besides the store, and two naive ways of writing that the sweep must find out."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from casecourse.store import Store, StoreDown, answers
from casecourse.store.rows import NewAnswer
from tests.faults import shim
from tests.faults.outcome import Outcome
from tests.faults.serving import COURSE
from tests.faults.shim import Kind

FILE: Final = "exercises/faults/bank.yaml"
NEW: Final = "essay:\n  kind: open\n  prompt: 换一问。\n  serves: say\n" + "# 注\n" * 4000
ENDLESS: Final = 100
Writer = Callable[[Path, str], None]


def swallow(store: Store, new: NewAnswer) -> None:
    """Naive: store an answer and say nothing when that failed."""
    with suppress(StoreDown):
        answers.add_answer(store, new)


def in_place(file: Path, text: str) -> None:
    """Naive: empty the file, then fill it."""
    with file.open("w", encoding="utf-8") as out:
        out.write(text)


WRITERS: Final[tuple[Writer, ...]] = ()


def sweep(folder: Path, chosen: tuple[Writer, ...]) -> Outcome:
    """Let the n-th operation of each writer fail: the file is then as it was, or wholly new, and no other has changed."""
    outcome = Outcome()
    old = (COURSE / FILE).read_text("utf-8")
    for writer in chosen:
        for number, torn in ((errno.ENOSPC, True), (errno.EIO, False)):
            for n in range(1, ENDLESS):
                tree = folder / "course"
                shutil.rmtree(tree, ignore_errors=True)
                shutil.copytree(COURSE, tree)
                shim.arm(n, Kind.WRITE | Kind.SYNC | Kind.OPEN | Kind.NAMES, number, stays=True, torn=torn)
                with suppress(OSError):
                    writer(tree / FILE, NEW)
                fired = shim.disarm()
                left = (tree / FILE).read_text("utf-8")
                outcome.lost += left not in (old, NEW)
                if (others := changed(tree)) - {FILE}:
                    outcome.wrong.append(f"别的文件也变了：{sorted(others)}")
                if not fired:
                    break
                outcome.tried += 1
    return outcome


def changed(tree: Path) -> set[str]:
    """The files of a course that are not byte for byte as they ship."""
    before = {f.relative_to(COURSE).as_posix(): f.read_bytes() for f in COURSE.rglob("*") if f.is_file()}
    after = {f.relative_to(tree).as_posix(): f.read_bytes() for f in tree.rglob("*") if f.is_file()}
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
