"""Keeping what people answered: backups by hand and every day, putting one back."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

from casecourse import store as stores
from casecourse.access import HOST, OPERATE, Who, require
from casecourse.actions import counting, operating
from casecourse.store import Damaged, StoreDown, backup
from casecourse.store.backup import Checked
from casecourse.store.errors import Unfit
from casecourse.store.presence import stamp
from casecourse.store.restore import Restored
from casecourse.store.restore import restore as put_back
from casecourse.texts import t

_log = logging.getLogger(__name__)
FAILED = "last-failure.txt"  # in the folder of backups, until a daily one succeeds


class Refused(Exception):  # noqa: N818  a sentence for the operator, not a mistake of ours
    """It cannot be done; the message says why and what to do."""


def file() -> Path:
    """The file of the store. Raises Refused for PostgreSQL and for an address that is no store's."""
    try:
        found = operating.store_file()
    except ValueError as error:
        raise Refused(operating.why_not(error)) from error
    if found is None:
        raise Refused(
            t("作答存放在 PostgreSQL 里：备份用 pg_dump -Fc，恢复用 pg_restore --clean，这里的命令只管 SQLite 文件。")
        )
    return found


def back_up(who: Who, target: Path | None = None) -> Checked:
    """Back the store up, beside running classes: to `target` (a new file, or a folder), or into the folder of backups.

    Raises Forbidden, Refused.
    """
    require(who, OPERATE)
    source, now = file(), stores.utc()
    if not source.is_file():
        raise Refused(t("这里没有作答数据库：{place}。数据文件夹在启动时印出，用 --data 指明。", place=source))
    try:
        if target is None:
            return backup.make_numbered(source, operating.backups_folder(), backup.BY_HAND, now)
        if target.is_dir():
            target = target / f"{source.stem}-{stamp(now)}{source.suffix}"
        return backup.make(source, target)
    except FileExistsError as error:
        raise Refused(t("已经有这个文件，没有动它：{path}。换一个名字。", path=target)) from error
    except Damaged as error:
        raise Refused(operating.why_not(error)) from error
    except StoreDown as down:
        raise Refused(t("没有备份成，也没有留下半个文件：{why}", why=_because(down))) from down


def restore(who: Who, source: Path) -> Restored:
    """Put a backup in the place of the store; what was there is moved aside. Raises Forbidden, Refused."""
    require(who, OPERATE)
    place = file()
    try:
        return put_back(source, place, stores.utc())
    except Unfit as unfit:
        raise Refused(_unfit(unfit)) from unfit
    except StoreDown as down:
        if down.reason == "busy":
            raise Refused(
                t("课件还开着，或另一个程序正在用 {place}。先停下课件（Ctrl+C），再恢复。什么也没有动。", place=place)
            ) from down
        raise Refused(t("没有恢复成：{why}", why=_because(down))) from down


def _unfit(unfit: Unfit) -> str:
    said = {
        "missing": t("没有这个文件：{path}。", path=unfit.file),
        "damaged": t("这个文件读不完整，不能用来恢复：{path}（{detail}）。", path=unfit.file, detail=unfit.detail),
        "foreign": t("这个文件不是课件的备份：{path}。", path=unfit.file),
        "newer": t("这份备份是更新版本的程序做的：{path}。请升级程序再恢复。", path=unfit.file),
        "same": t("这就是正在用的文件，不是备份：{path}。", path=unfit.file),
    }
    return said[unfit.why] + t("什么也没有动。")


def _because(down: StoreDown) -> str:
    said = {
        "full": t("磁盘满了。请腾出空间再试。"),
        "readonly": t("这个位置不许写。请换一个文件夹，或检查权限。"),
        "unreachable": t("找不到这个位置。请检查路径和磁盘。"),
    }
    return said.get(down.reason, t("读写出错。请检查磁盘。")) + f"（{down.detail}）"


# ---- what a running course does by itself ----------------------------------------------------------------------------


def prepare() -> None:
    """After a start: counters that fit the content in force. What fails here is logged and disturbs nobody."""
    try:
        counting.recount(HOST, operating.store(), operating.course())
    except Exception:
        _log.exception("counting anew failed")


def every_day() -> None:
    """Make the daily backup where it is due; asked every few minutes. What fails is logged, noted, and disturbs nobody."""
    try:
        place = operating.store_file()
        if place is None:
            return
        if backup.daily(place, operating.backups_folder(), stores.utc()) == "made":
            (operating.backups_folder() / FAILED).unlink(missing_ok=True)
    except Exception as error:
        _log.warning("the daily backup failed: %s", error)
        note = f"{stores.utc().isoformat(timespec='seconds')} {type(error).__name__} {error}\n"
        with suppress(OSError):  # the disk may be what is wrong
            operating.backups_folder().mkdir(parents=True, exist_ok=True)
            (operating.backups_folder() / FAILED).write_text(note, encoding="utf-8")


def last_failure() -> str:
    """When and why the daily backup last failed; "" where it has succeeded since."""
    try:
        return (operating.backups_folder() / FAILED).read_text("utf-8").strip()
    except OSError:
        return ""
