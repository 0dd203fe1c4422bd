"""The doctor: how store, disk, backups and the running server are, each in one line with its cure."""

from __future__ import annotations

import json
import re
import shutil
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Literal

from casecourse import __version__
from casecourse import store as stores
from casecourse.access import OPERATE, Who, require
from casecourse.actions import keeping, operating
from casecourse.store import Damaged, Lost, StoreDown, backup
from casecourse.store.examine import Examined, examine
from casecourse.store.restore import in_use
from casecourse.texts import t

Level = Literal["good", "note", "bad"]
STATUS: Final[dict[Level, int]] = {"good": 0, "note": 1, "bad": 2}  # how the command ends
MEGABYTE: Final = 1_000_000
ROOM: Final = 500 * MEGABYTE  # less than this free is worth a word
TIGHT: Final = 50 * MEGABYTE  # less than this is a class that ends in the middle
LOG: Final = 64 * MEGABYTE
LATE: Final = timedelta(days=2)
NETWORK: Final = frozenset(
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "ncpfs",
        "afs",
        "ceph",
        "glusterfs",
        "lustre",
        "davfs",
        "fuse.sshfs",
        "fuse.davfs2",
        "fuse.rclone",
        "fuse.glusterfs",
    ]
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: what it is about, how it stands, what was seen, and what to do."""

    about: str
    level: Level
    seen: str
    cure: str = ""


def report(who: Who, port: int) -> list[Finding]:
    """Look at everything; a server is asked on `port` of this machine. Changes nothing. Raises Forbidden."""
    require(who, OPERATE)
    try:
        file = operating.store_file()
    except ValueError as error:
        return [Finding("store", "bad", operating.why_not(error))]
    log = _size(file.with_name(f"{file.name}-wal")) if file else 0  # looking may empty it
    seen, found = _store(file)
    found += [*_server(file, port)]
    if file is not None:
        found += [_disk(file.parent), _room(file), *_backups(file, seen)]
        if log > LOG:
            cure = t("停下课件再启动，日志就并回去；一直这么大，请找出哪个程序长时间开着这个文件。")
            found.append(Finding("log", "note", t("写前日志有 {n} MB。", n=log // MEGABYTE), cure))
        else:
            found.append(Finding("log", "good", t("写前日志 {n} MB。", n=log // MEGABYTE)))
    return found


def worst(found: list[Finding]) -> int:
    """The exit status: 0 all well, 1 something to look at, 2 something wrong."""
    return max(STATUS[f.level] for f in found)


# ---- the store -------------------------------------------------------------------------------------------------------


def _store(file: Path | None) -> tuple[Examined | None, list[Finding]]:
    if file is not None and _size(file) == 0:
        return None, [_missing(file)]
    try:
        seen = examine(operating.store_address())
    except (StoreDown, Damaged) as error:
        return None, [Finding("store", "bad", operating.why_not(error))]
    return seen, list(_examined(seen))


def _missing(file: Path) -> Finding:
    if traces := stores.traces_of(file, operating.backups_folder()):
        return Finding("store", "bad", operating.why_not(Lost(str(file), traces)))
    said = t("还没有作答数据库：{place}。", place=file)
    return Finding("store", "note", said, t("第一次启动时会建好；若已经上过课，用 --data 指明启动时印出的数据文件夹。"))


def _examined(seen: Examined) -> Iterator[Finding]:
    if seen.dangling:
        said = t("数据库里有 {n} 行没有归属。", n=seen.dangling)
        yield Finding("store", "bad", said, operating.cure())
    else:
        where = operating.store_file() or "PostgreSQL"
        yield Finding(
            "store",
            "good",
            t("数据库完好：{place}，{people} 人，{n} 份作答。", place=where, people=seen.people, n=seen.answers),
        )
    if seen.pragmas:
        here = t("数据文件夹要放在本机磁盘上，用 --data 换一处。")
        cure = here if operating.store_file() else t("请在 PostgreSQL 的设置里打开它。")
        yield Finding("promises", "bad", t("落盘的保证没有生效：{what}", what=", ".join(seen.pragmas)), cure)
    else:
        what = "WAL, synchronous=FULL" if operating.store_file() else "fsync, synchronous_commit"
        yield Finding("promises", "good", t("落盘的保证都在（{what}）。", what=what))
    yield _schema(seen)


def _schema(seen: Examined) -> Finding:
    if seen.schema == seen.newest:
        return Finding("schema", "good", t("结构是最新的（{version}）。", version=seen.schema))
    if not seen.known:
        said = t("结构是这个程序不认识的（{version}）。", version=seen.schema or t("没有版本"))
        return Finding("schema", "bad", said, t("请升级程序；不要用旧程序打开它。"))
    said = t("结构是旧的（{version}，最新 {newest}）。", version=seen.schema, newest=seen.newest)
    return Finding("schema", "note", said, t("下次启动时先备份，再自动升级。"))


# ---- the server ------------------------------------------------------------------------------------------------------


def _server(file: Path | None, port: int) -> Iterator[Finding]:
    try:
        used = file is not None and in_use(file)
    except StoreDown as down:
        yield Finding(
            "lock", "bad", t("这个文件夹里不能上锁：{why}", why=down.detail), t("检查权限，或用 --data 换一处。")
        )
        used = False
    answer = _health(port)
    if answer is None:
        if used:
            said = t("有程序正在用数据库，但端口 {port} 没有回答。", port=port)
            yield Finding("server", "note", said, t("课件在别的端口上时，用 --port 指明。"))
        else:
            yield Finding("server", "good", t("课件没有在运行。"))
        return
    if not answer.get("ok"):
        yield Finding(
            "server", "bad", t("端口 {port} 上的课件不能出页面。", port=port), t("看它的窗口里说了什么，再重新启动。")
        )
    elif answer.get("version") != __version__:
        said = t("运行中的课件是 {there} 版，这里的命令是 {here} 版。", there=answer.get("version"), here=__version__)
        yield Finding("server", "note", said, t("用同一个版本，或重新启动课件。"))
    else:
        yield Finding("server", "good", t("课件在端口 {port} 上运行，{version} 版。", port=port, version=__version__))
    if differing := answer.get("differing"):
        said = t("有设置被改过：{names}", names=", ".join(map(str, differing)))
        yield Finding("settings", "note", said, t("去掉自己的 Streamlit 设置，除非确实要这样；内存和速度可能受影响。"))
    else:
        yield Finding("settings", "good", t("运行设置都在。"))


def _health(port: int) -> dict[str, Any] | None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy knows nothing of this machine
    try:
        with direct.open(f"http://127.0.0.1:{port}/health", timeout=3) as reply:
            answer = json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return {"ok": False} if error.code == 503 else None
    except (OSError, ValueError):
        return None
    return answer if isinstance(answer, dict) and "version" in answer else None


# ---- disk and backups ------------------------------------------------------------------------------------------------


def _disk(folder: Path) -> Finding:
    kind = file_system(folder)
    if kind is None:
        return Finding("disk", "good", t("这个系统上查不出磁盘的种类；请自己确认不是网络盘。"))
    if kind in NETWORK:
        cure = t("网络盘上的锁和落盘不可靠：用 --data 换到本机磁盘，或用 PostgreSQL。")
        return Finding("disk", "bad", t("数据文件夹在网络盘上（{kind}）。", kind=kind), cure)
    return Finding("disk", "good", t("数据文件夹在本机磁盘上（{kind}）。", kind=kind))


def file_system(folder: Path, mounts: Path = Path("/proc/mounts")) -> str | None:
    """The kind of file system that a folder lies on; None where this system does not say."""
    try:
        lines = mounts.read_text("utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    here, best, kind = folder.resolve(), -1, None
    for line in lines:
        _, point, found, *_ = line.split(" ")
        place = Path(re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), point))
        if here.is_relative_to(place) and len(place.parts) >= best:  # of two on one place the later one is seen
            best, kind = len(place.parts), found
    return kind


def _room(file: Path) -> Finding:
    try:
        free = shutil.disk_usage(file.parent).free
    except OSError:
        return Finding("room", "bad", t("数据文件夹不在：{path}。", path=file.parent), t("用 --data 指明数据文件夹。"))
    level: Level = "bad" if free < TIGHT else "note" if free < max(ROOM, 3 * _size(file)) else "good"
    return Finding(
        "room", level, t("磁盘还剩 {n} MB。", n=free // MEGABYTE), "" if level == "good" else t("请腾出空间。")
    )


def _backups(file: Path, seen: Examined | None) -> Iterator[Finding]:
    folder = operating.backups_folder()
    listed = backup.listed(folder, file)
    newest = backup.newest_good(folder, file)
    if newest is None:
        wanted = seen is not None and (seen.people or seen.answers)
        none = t("还没有备份。") if wanted else t("还没有人加入，不用备份。")
        said = t("备份里没有一份完好。") if listed else none
        cure = t("casecourse backup 现在做一份；课件运行时每天自动做一份。")
        yield Finding(
            "backup", "bad" if listed else "note" if wanted else "good", said, cure if listed or wanted else ""
        )
    else:
        kept, checked = newest
        said = t("最近一份完好的备份：{file}，{n} 份作答。", file=kept.file, n=checked.rows["answers"])
        behind = seen is not None and seen.answers > checked.rows["answers"] and stores.utc() - kept.at > LATE
        cure = t("已经两天没有备份，而作答增加了：casecourse backup 现在做一份。")
        yield Finding("backup", "note" if behind else "good", said, cure if behind else "")
        if broken := [k.file.name for k in listed if k.number > kept.number]:
            said = t("有备份读不完整：{names}", names=t("、").join(broken[:3]))
            yield Finding("backup", "note", said, t("磁盘可能在坏。把完好的备份抄到别的磁盘上。"))
    if failure := keeping.last_failure():
        cure = t("按原因处理后，casecourse backup 现在做一份。")
        yield Finding("backup", "note", t("上一次每日备份没有做成：{why}", why=failure), cure)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
