"""The shim between a process and the disk: compiled once, preloaded into a child, spoken to from inside it."""

from __future__ import annotations

import ctypes
import hashlib
import shutil
import subprocess
import sys
import tempfile
from enum import IntFlag
from functools import cache
from pathlib import Path

from tests.faults.serving import ROOT, environment

FOLDER = ROOT / ".faults"  # not part of the project
SOURCE = Path(__file__).with_name("shim.c")
CAN = sys.platform == "linux" and shutil.which("gcc") is not None


class Kind(IntFlag):
    """What may fail."""

    WRITE = 1
    SYNC = 2
    OPEN = 4
    READ = 8
    NAMES = 16


@cache
def library() -> Path:
    """The compiled shim; made where it is not there yet, whole or not at all."""
    mark = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]
    made = FOLDER / f"shim-{mark}.so"
    if not made.exists():
        FOLDER.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=made.parent) as folder:
            fresh = Path(folder) / "shim.so"
            command = ["gcc", "-O1", "-shared", "-fPIC", "-pthread", "-w", "-o", str(fresh), str(SOURCE), "-ldl"]
            subprocess.run(command, check=True, timeout=60)
            fresh.replace(made)
    return made


def preloaded(folder: Path, tape: Path | None = None) -> dict[str, str]:
    """The environment of a child whose files below `folder` are watched."""
    given = {"LD_PRELOAD": str(library()), "FAULTS_FOLDER": str(folder.resolve())}
    return environment(**given, **({"FAULTS_TAPE": str(tape)} if tape else {}))


@cache
def _inside() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def mark(words: str) -> None:
    """Write words onto the tape, between what happened before and after."""
    _inside().faults_mark(words.encode())


def arm(after: int, kinds: Kind, number: int, *, stays: bool, torn: bool = False) -> None:
    """From now on let the `after`-th operation of these kinds fail with an errno, and all later ones where it stays."""
    _inside().faults_arm(ctypes.c_long(after), int(kinds), number, int(stays), int(torn))


def disarm() -> int:
    """Let everything succeed again; returns how many operations failed."""
    return int(_inside().faults_off())
