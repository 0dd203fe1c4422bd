"""`casecourse run`: start the server as a process of its own, with what to serve in its environment."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

import click

import casecourse
from casecourse.texts import t


@click.command(short_help="启动课件")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--host", help="监听地址；默认所有网卡")
@click.option("--port", type=click.IntRange(0, 65535), default=8501, show_default=True, help="端口")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="数据文件夹：作答、备份、已发布的内容")
@click.option("--store", help="数据库地址；默认是数据文件夹里的 SQLite")
@click.option(
    "--host-name", "host_names", multiple=True, help="还用这个名字访问（可重复）；IP、localhost 和 *.local 不必写"
)
@click.option("--new-store", is_flag=True, help="作答数据库不见了也从空的开始；旧的文件移到一边")
def run(
    folder: Path | None,
    host: str | None,
    port: int,
    data: Path | None,
    store: str | None,
    host_names: tuple[str, ...],
    new_store: bool,
) -> None:
    """启动课件，讲授 FOLDER（含 cases/ 的文件夹）里的内容；不写 FOLDER 时讲授自带的课程。"""
    if folder is not None and not folder.is_dir():
        raise click.ClickException(t("没有这个文件夹：{path}", path=folder))
    _check_free(host, port)
    environment = {
        "CASECOURSE_CONTENT": str(folder.resolve()) if folder else None,
        "CASECOURSE_DATA": str(data.resolve()) if data else None,
        "CASECOURSE_STORE": store,
        "CASECOURSE_HOST_NAMES": ",".join(host_names) or None,
        "CASECOURSE_NEW_STORE": "1" if new_store else None,
    }
    command = [sys.executable, str(start_file()), "--port", str(port), *(["--host", host] if host else [])]
    _become(command, os.environ | {name: value for name, value in environment.items() if value is not None})


def start_file() -> Path:
    """Return the file that starts the server: app.py of the source tree, or its copy inside an installed package."""
    package = Path(casecourse.__file__).resolve().parent
    inside = package / "start.py"
    return inside if inside.is_file() else package.parents[1] / "app.py"


def _check_free(host: str | None, port: int) -> None:
    """Raise one clear sentence where the server could not listen."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
        with socket.socket(family, kind) as probe:
            if os.name != "nt":  # there the option would let two servers share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except OSError as problem:
        raise click.ClickException(_why_not(problem, host, port)) from problem


def _why_not(problem: OSError, host: str | None, port: int) -> str:
    if problem.errno == errno.EADDRINUSE:
        return t("端口 {port} 已被占用。请关掉占用它的程序，或用 --port 换一个端口。", port=port)
    if problem.errno == errno.EACCES:
        return t("不允许使用端口 {port}。请用 --port 换一个 1024 以上的端口。", port=port)
    return t("不能在地址 {host} 上监听：{reason}", host=host or "", reason=problem.strerror or problem)


def _become(command: list[str], environment: dict[str, str]) -> None:
    """Let the server take this process's place, so that signals and the exit code are its own."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execve(command[0], command, environment)  # noqa: S606  our own interpreter and file
    with subprocess.Popen(command, env=environment) as server:  # noqa: S603  our own interpreter and file
        while True:
            try:
                sys.exit(server.wait())
            except KeyboardInterrupt:  # the console has sent it to the server too
                continue
