"""Whether the store's file is the one that should be there: never a new one in the place of one that went missing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from casecourse.store import locks
from casecourse.store.errors import Lost, StoreDown
from casecourse.store.locks import Hold

Guard = Callable[[], None]
PARTS = ("", "-wal", "-shm")  # what SQLite keeps beside the file belongs to it


def lock_of(file: Path) -> Path:
    """The lock that whoever has this store open shares."""
    return file.with_name(f"{file.name}.lock")


def stamp(moment: datetime) -> str:
    """A moment in a file's name, in UTC; no colons, which Windows refuses."""
    return moment.strftime("%Y%m%dT%H%M%SZ")


def arrive(file: Path, earlier: Callable[[], tuple[str, ...]], now: datetime, patience: float, *, new: bool) -> Hold:
    """Share the store's lock and see to it that a file lies there; a new one only where there was never another.

    `earlier` names what shows that there was one. `new` allows a new one all the same; what is left of the old one is
    then moved aside. Raises Lost, StoreDown.
    """
    hold = locks.share_soon(lock_of(file), patience)
    try:
        found = _missing(file, earlier)
        if found and not new:
            raise Lost(str(file), found)
        if found:
            hold.release()
            _clear(file, now, patience)
            hold = locks.share_soon(lock_of(file), patience)
        if not file.exists():
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o666))
    except OSError as error:
        hold.release()
        raise locks.trouble(error) from error
    except BaseException:
        hold.release()
        raise
    return hold


def _missing(file: Path, earlier: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    """What shows that a store was here, where there is none now; nothing where all is well.

    The log is looked for before the file: another process that is making a new store makes the file first.
    """
    log = file.with_name(f"{file.name}-wal")
    traces = ((log.name,) if log.exists() else ()) + earlier()
    return traces if not file.exists() or file.stat().st_size == 0 else ()


def _clear(file: Path, now: datetime, patience: float) -> None:
    """Move what is left aside, unless another process has already made the new store."""
    deadline = time.monotonic() + patience
    while not file.exists() or file.stat().st_size == 0:
        if hold := locks.alone(lock_of(file)):
            if not file.exists() or file.stat().st_size == 0:
                put_aside(file, now)
            hold.release()
            return
        if time.monotonic() > deadline:
            raise StoreDown("busy", f"{file} is held")
        time.sleep(0.02)


def put_aside(file: Path, now: datetime) -> Path | None:
    """Give the store's file and what belongs to it another name; nothing is deleted. None where nothing was there.

    The lock must be held alone. The file goes first: were it left without its log, its last answers would be gone
    unnoticed, while a log without its file is noticed at the next start.
    """
    n, target = 1, file.with_name(f"{file.stem}-{stamp(now)}-aside{file.suffix}")
    while any(target.with_name(target.name + part).exists() for part in PARTS):
        n += 1
        target = file.with_name(f"{file.stem}-{stamp(now)}-{n}-aside{file.suffix}")
    moved = False
    for part in PARTS:
        old = file.with_name(file.name + part)
        if old.exists():
            old.rename(target.with_name(target.name + part))
            moved = True
    sync_folder(file.parent)
    return target if moved else None


def asides(file: Path) -> tuple[str, ...]:
    """The names of stores that were moved aside."""
    return tuple(
        sorted(p.name for p in file.parent.glob(f"*-aside{file.suffix}") if p.name.startswith(f"{file.stem}-"))
    )


def sync_folder(folder: Path) -> None:
    """Make names given or taken in a folder outlive a power cut."""
    if os.name == "nt":  # folders cannot be opened there; NTFS writes its names in order
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def watch(file: Path) -> Guard:
    """Return what raises StoreDown once the file that lies there now is gone or another one lies in its place.

    A connection goes on writing into a deleted file without an error, and all of it would be gone at the next start.
    """
    known = file.stat().st_ino

    def guard() -> None:
        try:
            found = file.stat().st_ino
        except OSError as error:
            raise locks.trouble(error) from error
        if found != known:
            raise StoreDown("unreachable", f"{file} is another file now")

    return guard
