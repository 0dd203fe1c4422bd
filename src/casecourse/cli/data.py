"""Commands about what people answered: back it up, put a backup back, look whether all is well."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from casecourse.texts import t

TROUBLE = 2


def placed(command: Callable[..., None]) -> Callable[..., None]:
    """Add the two options that say which store is meant."""
    command = click.option("--store", help="数据库地址；默认是数据文件夹里的 SQLite")(command)
    kind = click.Path(path_type=Path, file_okay=False)
    return click.option("--data", type=kind, help="数据文件夹（启动时印出）")(command)


def _place(data: Path | None, store: str | None) -> None:
    for variable, value in (("CASECOURSE_DATA", data), ("CASECOURSE_STORE", store)):
        if value:
            os.environ[variable] = str(value.resolve() if isinstance(value, Path) else value)


def _done(work: Callable[[], Any]) -> Any:
    """What `work` gives, or its sentence on stderr and exit status 2."""
    from casecourse.actions.keeping import Refused

    try:
        return work()
    except Refused as why:
        click.echo(str(why), err=True)
        sys.exit(TROUBLE)


@click.command(short_help="备份作答（上课时也可以）")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@placed
def backup(file: Path | None, data: Path | None, store: str | None) -> None:
    """把作答备份到 FILE（新文件，或一个文件夹）；不写 FILE 时放进数据文件夹的 backups。

    备份读过一遍、核对完整之后才得到名字，不会顶掉已有的文件。
    """
    _place(data, store)
    from casecourse.access import HOST
    from casecourse.actions import keeping

    made = _done(lambda: keeping.back_up(HOST, file))
    click.echo(t("已备份并核对：{file}（{people} 人，{n} 份作答）", file=made.file, **_counts(made.rows)))


@click.command(short_help="用一份备份恢复作答（先停下课件）")
@click.argument("file", type=click.Path(path_type=Path))
@placed
def restore(file: Path, data: Path | None, store: str | None) -> None:
    """用备份 FILE 恢复作答。课件要先停下；现有的数据库移到旁边，不删。"""
    _place(data, store)
    from casecourse.access import HOST
    from casecourse.actions import keeping

    done = _done(lambda: keeping.restore(HOST, file))
    click.echo(t("已恢复：{file}（{people} 人，{n} 份作答）", file=done.now.file, **_counts(done.now.rows)))
    if done.aside is not None:
        click.echo(t("原来的移到了：{file}", file=done.aside))


def _counts(rows: dict[str, int]) -> dict[str, int]:
    return {"people": rows["people"], "n": rows["answers"]}


@click.command(short_help="体检：数据库、磁盘、备份、运行设置")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出格式")
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True, help="课件的端口")
@placed
def doctor(form: str, port: int, data: Path | None, store: str | None) -> None:
    """看一看数据库、磁盘、备份和运行中的课件，每项一行，附上办法。什么也不改。

    退出码：0 都好，1 有要注意的，2 有坏的。
    """
    _place(data, store)
    from casecourse.access import HOST
    from casecourse.actions import doctoring

    found = doctoring.report(HOST, port)
    if form == "json":
        click.echo(json.dumps([dataclasses.asdict(f) for f in found], ensure_ascii=False, indent=1))
    else:
        marks = {"good": t("好"), "note": t("注意"), "bad": t("坏")}
        for finding in found:
            cure = f"\n      {finding.cure}" if finding.cure else ""
            click.echo(f"{marks[finding.level]}　{finding.seen}{cure}")
    sys.exit(doctoring.worst(found))
