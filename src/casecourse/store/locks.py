"""Locks on files, held by the operating system for a process: whoever dies, however, has let go.

Whoever has a store open shares the lock on `<store>.lock`; whoever puts another file in its place has it alone.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections import Counter
from pathlib import Path
from threading import Lock
from typing import Final

from casecourse.store.errors import Reason, StoreDown

_PLACES: Final = 64  # Windows has no shared locks: each holder takes one byte of so many, and all of them are "alone"
_HELD: Final = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_REASONS: Final[dict[int | None, Reason]] = {
    errno.EACCES: "readonly",
    errno.EPERM: "readonly",
    errno.EROFS: "readonly",
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EIO: "io",
    errno.ENOLCK: "unsafe",
    errno.EOPNOTSUPP: "unsafe",
}


_shared: Final[Counter[Path]] = Counter()  # file of a lock → how often this process shares it
_counting: Final = Lock()


def shared_here(file: Path) -> int:
    """How often this process shares a lock: whoever does has the store open."""
    return _shared[file.absolute()]


class Hold:
    """A lock that is held until `release`, or until the process ends."""

    def __init__(self, descriptor: int, shared: Path | None = None) -> None:
        self._descriptor: int | None = descriptor
        self._shared = shared
        if shared is not None:
            with _counting:
                _shared[shared] += 1

    def release(self) -> None:
        """Let go; doing it twice is no mistake."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            if self._shared is not None:
                with _counting:
                    _shared[self._shared] -= 1
            os.close(descriptor)


def share(file: Path) -> Hold | None:
    """Hold the lock beside others who share it; None while somebody has it alone. Raises StoreDown."""
    return _take(file, alone=False)


def alone(file: Path) -> Hold | None:
    """Hold the lock with nobody beside; None while anybody has it. Raises StoreDown."""
    return _take(file, alone=True)


def share_soon(file: Path, patience: float) -> Hold:
    """Hold the lock beside others within `patience` seconds. Raises StoreDown("busy") where somebody keeps it alone."""
    deadline = time.monotonic() + patience
    while (hold := share(file)) is None:
        if time.monotonic() > deadline:
            raise StoreDown("busy", f"{file} is held")
        time.sleep(0.02)
    return hold


def trouble(error: OSError) -> StoreDown:
    """What an error of the file system means to people."""
    return StoreDown(_REASONS.get(error.errno, "unreachable"), str(error))


def _take(file: Path, *, alone: bool) -> Hold | None:
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise trouble(error) from error
    try:
        if _lock(descriptor, alone=alone):
            return Hold(descriptor, None if alone else file.absolute())
    except OSError as error:
        os.close(descriptor)
        raise trouble(error) from error
    os.close(descriptor)
    return None


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, alone: bool) -> bool:
        for place in range(1 if alone else _PLACES):
            os.lseek(descriptor, place, os.SEEK_SET)
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, _PLACES if alone else 1)
            except OSError as error:
                if error.errno not in _HELD:
                    raise
            else:
                return True
        return False

else:
    import fcntl

    def _lock(descriptor: int, *, alone: bool) -> bool:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _HELD:
                raise
            return False
        return True
