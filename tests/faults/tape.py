"""What the shim wrote down, and the disk that it describes: what is safe on it, what is on its way, how it looks when the power goes."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, NamedTuple

SECTOR: Final = 512  # what a disk writes whole
_HEAD: Final = struct.Struct("<IIQQ")

Fate = Literal["全留", "全丢", "有留有丢", "扇区撕裂"]
FATES: Final[tuple[Fate, ...]] = ("全留", "全丢", "有留有丢", "扇区撕裂")


class Record(NamedTuple):
    """One thing that happened: C create, W write, T truncate, S sync, R rename, L another name, U unlink, M a mark of the program."""

    what: str
    path: str
    offset: int
    data: bytes


def records(tape: Path) -> Iterator[Record]:
    """Everything on a tape, in order."""
    with tape.open("rb") as file:
        while head := file.read(_HEAD.size):
            what, path, offset, length = _HEAD.unpack(head)
            name = file.read(path).decode()
            yield Record(chr(what), name, offset, file.read(length) if chr(what) in "WRL" else b"")


@dataclass
class File:
    """Content that survives a cut, and the changes since that may or may not."""

    safe: bytearray = field(default_factory=bytearray)
    loose: list[tuple[int, bytes | None]] = field(default_factory=list)  # None: cut to this length

    def sync(self) -> None:
        """Everything so far is safe."""
        for offset, data in self.loose:
            _apply(self.safe, offset, data)
        self.loose.clear()

    def after_cut(self, fate: Fate, choice: random.Random) -> bytearray:
        """The content as the disk may have it when the power comes back."""
        left = bytearray(self.safe)
        for offset, data in self.loose if fate != "全丢" else ():
            if fate == "有留有丢" and choice.random() < 0.5:
                continue
            if fate == "扇区撕裂" and data is not None:
                for at in range(0, len(data), SECTOR):
                    if choice.random() < 0.5:
                        _apply(left, offset + at, data[at : at + SECTOR])
                continue
            _apply(left, offset, data)
        return left


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    if offset > len(content):
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


class Disk:
    """A folder on a disk whose power may go: names are safe once their own folder was synced, in the order they changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        self._safe: dict[str, File] = {}
        self._now: dict[str, File] = {}
        self._loose: list[tuple[str, File | None]] = []  # (name, what it means from now on)

    def happen(self, record: Record) -> None:
        """Let one record of the tape happen."""
        what, path, offset, data = record
        match what:
            case "C":
                self._name(path, File())
            case "W":
                self._now[path].loose.append((offset, data))
            case "T":
                self._now[path].loose.append((offset, None))
            case "R":
                self._name(data.decode(), self._now[path])
                self._name(path, None)
            case "L":
                self._name(data.decode(), self._now[path])
            case "U":
                self._name(path, None)
            case "S" if path in self._now:
                self._now[path].sync()
            case "S":
                self._sync_names(path)

    def _sync_names(self, folder: str) -> None:
        kept = []
        for path, file in self._loose:
            if path.rpartition("/")[0] == folder:
                _call(self._safe, path, file)
            else:
                kept.append((path, file))
        self._loose = kept

    def _name(self, path: str, file: File | None) -> None:
        self._loose.append((path, file))
        _call(self._now, path, file)

    def cut(self, to: Path, choice: random.Random) -> Fate:
        """Write into `to` what may be on the disk when the power comes back; returns the fate of what was on its way."""
        fate = choice.choice(FATES)
        names = dict(self._safe)
        reached = {"全留": len(self._loose), "全丢": 0}.get(fate, choice.randint(0, len(self._loose)))
        for path, file in self._loose[:reached]:
            _call(names, path, file)
        for path, file in names.items():
            name = path.removeprefix(self.folder).lstrip("/")
            (to / name).parent.mkdir(exist_ok=True)
            if name.endswith("-shm"):
                # not a promise of anybody: gone, empty or rubbish after a cut
                if left := choice.choice((b"", bytes(32768), choice.randbytes(32768))):
                    (to / name).write_bytes(left)
                continue
            (to / name).write_bytes(file.after_cut(fate, choice))
        return fate


def _call(names: dict[str, File], path: str, file: File | None) -> None:
    """Let a name mean a file from now on, or nothing."""
    if file is None:
        names.pop(path, None)
    else:
        names[path] = file
