"""Commands about people: give an instructor a passcode."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from casecourse.texts import t


@click.command(short_help="新增教师，或给教师换口令")
@click.argument("name", default=lambda: t("教师"))
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="数据文件夹")
@click.option("--store", help="数据库地址")
@click.option("--passcode", help="自己定口令；不写就生成一个")
def instructor(name: str, data: Path | None, store: str | None, passcode: str | None) -> None:
    """给 NAME（默认“教师”）一个口令，印在屏幕上；已有的同名教师换成新口令。"""
    for variable, value in (("CASECOURSE_DATA", data), ("CASECOURSE_STORE", store)):
        if value:
            os.environ[variable] = str(value.resolve() if isinstance(value, Path) else value)
    from casecourse.access import HOST
    from casecourse.actions import operating
    from casecourse.store.errors import Damaged, Newer, StoreDown

    word = passcode or operating.new_passcode()
    try:
        operating.set_instructor(HOST, operating.store(), name, word)
    except ValueError:
        raise click.ClickException(t("姓名不能是空的。")) from None
    except (StoreDown, Damaged, Newer) as error:
        click.echo(operating.why_not(error), err=True)
        sys.exit(2)
    click.echo(t("{name}的口令：{word}", name=name, word=word))
