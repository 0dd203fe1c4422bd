"""Running a course: where content and data lie, the store and the course of this process, the first start."""

from __future__ import annotations

import hashlib
import os
import secrets
import shlex
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher

from casecourse import loading
from casecourse import store as stores
from casecourse.access import OPERATE, READ_UNPUBLISHED, Who, require
from casecourse.checks import check
from casecourse.diagnostics import Diagnostic
from casecourse.model import Course
from casecourse.store import Damaged, Lost, Newer, Store, StoreDown, backup, instructors, people, watching
from casecourse.store.rows import ClassRow
from casecourse.texts import t

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
NEW_STORE = "CASECOURSE_NEW_STORE"  # make a new store even where one went missing
PACKAGED = Path(__file__).parents[1] / "content"  # in an installed copy
SOURCE_TREE = Path(__file__).parents[3]


def content_folder() -> Path:
    """The folder given by CASECOURSE_CONTENT, else the current one if it holds cases/, else the one that ships."""
    if given := os.environ.get("CASECOURSE_CONTENT"):
        return Path(given).resolve()
    here = Path.cwd()
    if (here / "cases").is_dir():
        return here.resolve()
    return PACKAGED if (PACKAGED / "cases").is_dir() else SOURCE_TREE


def data_folder() -> Path:
    """The folder given by CASECOURSE_DATA, else one per content folder in the user's data directory."""
    if given := os.environ.get("CASECOURSE_DATA"):
        return Path(given).resolve()
    from platformdirs import user_data_path

    content = content_folder()
    mark = hashlib.sha256(str(content).encode()).hexdigest()[:8]
    return user_data_path("casecourse", appauthor=False) / f"{content.name}-{mark}"


def store_address() -> str:
    """The address given by CASECOURSE_STORE, else a SQLite file in the data folder."""
    if given := os.environ.get("CASECOURSE_STORE"):
        return given if "://" in given else f"sqlite:///{Path(given).resolve().as_posix()}"
    return f"sqlite:///{(data_folder() / 'casecourse.db').as_posix()}"


def store_file() -> Path | None:
    """The file of the store; None for PostgreSQL. Raises ValueError for an address that is neither."""
    return stores.file_of(store_address())


def backups_folder() -> Path:
    """Where backups are kept."""
    return data_folder() / "backups"


def store() -> Store:
    """The store of this process, opened once. Raises what `store.open` raises."""
    return _store(store_address())


_reached: list[str] = []


def reached_at(names: Iterable[str]) -> None:
    """The server says under which names and addresses this machine is reached, the nearest first."""
    _reached[:] = names


def addresses() -> tuple[str, ...]:
    """The names and addresses under which this machine is reached; empty before the server has said."""
    return tuple(_reached)


def watch() -> Callable[[], bool]:
    """What says, each time it is asked, whether anybody has changed the store of this process since."""
    return watching.watch(store())


@cache
def _store(address: str) -> Store:
    if address.startswith("sqlite:///"):
        Path(address.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    return stores.open(address, backups=backups_folder(), new=bool(os.environ.get(NEW_STORE)))


def course() -> Course:
    """The course of this process, read once."""
    return _content(content_folder())[0]


@cache
def _content(folder: Path) -> tuple[Course, tuple[Diagnostic, ...]]:
    content = loading.load(folder)
    return content.course, tuple(check(content))


def problems(who: Who) -> tuple[Diagnostic, ...]:
    """What is wrong with the content that is being taught. Raises Forbidden."""
    require(who, READ_UNPUBLISHED)
    return _content(content_folder())[1]


def first_start() -> tuple[str, str | None]:
    """(join code of the first class, the passcode made for the first instructor or None where there is one already)."""
    try:
        opened = store()
        code = people.list_classes(opened)[0].code
        if instructors.list_instructors(opened):
            return code, None
        passcode = new_passcode()
        made = instructors.first_instructor(opened, t("教师"), PasswordHasher().hash(passcode))
    except (StoreDown, Damaged, Newer, ValueError, OSError) as error:
        raise CannotStart(why_not(error)) from error
    return code, passcode if made else None


class CannotStart(Exception):  # noqa: N818  a sentence for the operator, not a mistake of ours
    """The course cannot start; the message says why and what to do."""


def why_not(error: Exception) -> str:
    """The sentence for a store that cannot be opened; nothing was replaced."""
    if isinstance(error, Lost):
        return t(
            "存放作答的文件不见了或是空的：{place}；旁边还有 {found}。没有另建新的。{cure}确实要从空的开始：casecourse run --new-store（旧的文件移到一边，不删）。",
            place=error.place,
            found=t("、").join(error.found[:3]),
            cure=cure(),
        )
    if isinstance(error, Damaged):
        return t("存放作答的文件读不出来，没有动它：{place}。{cure}", place=error.place, cure=cure())
    if isinstance(error, Newer):
        return t("存放作答的文件是更新版本的程序建的：{place}。请升级程序。", place=error.place)
    if isinstance(error, ValueError):
        return t("数据库地址不对：{address}。写成 sqlite:///… 或 postgresql+psycopg://…", address=store_address())
    return t(
        "存放作答的地方打不开：{address}（{reason}）。请检查磁盘空间和权限。", address=store_address(), reason=error
    )


def cure() -> str:
    """The sentence that names the newest sound backup and the command that restores it."""
    file = store_file()
    newest = None if file is None else backup.newest_good(backups_folder(), file)
    if newest is None:
        return t("没有找到完好的备份；手里有备份文件时：{command}。", command=restore_command(Path(t("备份文件"))))
    when = newest[0].at.astimezone().strftime("%Y-%m-%d %H:%M")
    return t(
        "最近一份完好的备份是 {time} 的，有 {n} 份作答；恢复它：{command}。",
        time=when,
        n=newest[1].rows["answers"],
        command=restore_command(newest[0].file),
    )


def restore_command(file: Path) -> str:
    """What to type to restore `file` into this store, from any folder."""
    words = ["casecourse", "restore", str(file), "--data", str(data_folder())]
    if given := os.environ.get("CASECOURSE_STORE"):
        words += ["--store", given]
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def new_passcode() -> str:
    """A passcode that can be read aloud: three groups of four, 59 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def set_instructor(who: Who, opened: Store, name: str, passcode: str) -> None:
    """Add an instructor, or give one of that name another passcode. Raises Forbidden, ValueError for an empty name."""
    require(who, OPERATE)
    name = people.tidy(name)
    hashed = PasswordHasher().hash(passcode)
    known = next((i for i in instructors.list_instructors(opened) if i.name == name), None)
    if known:
        instructors.set_passcode(opened, known.id, hashed)
    else:
        instructors.add_instructor(opened, name, hashed)


def classes(opened: Store) -> list[ClassRow]:
    """Every class, the oldest first."""
    return people.list_classes(opened)
