"""What the terminal says when the server is up: its addresses, the join code, and once the instructor's passcode."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from casecourse.texts import t

_EVERYWHERE: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  compared with, never bound
# The request that reads an interface's IPv4 address, by platform.
_SIOCGIFADDR: Final = {"linux": 0x8915, "darwin": 0xC0206921}
# Private and public destinations: which of our addresses would speak to them? Connecting a datagram socket sends nothing.
_DIRECTIONS: Final = ("10.255.255.254", "172.31.255.254", "192.168.255.254", "192.0.2.1")


def addresses(host: str | None) -> list[str]:
    """Return the names and IPv4 addresses at which a server bound to `host` (None: everywhere) is reached.

    Read from the interfaces of this machine; no name is looked up and nothing is sent.
    """
    if host is not None and host not in _EVERYWHERE:
        return [host]
    found = dict.fromkeys([*_of_interfaces(), *_of_routes()])
    return ["localhost", *(a for a in found if not a.startswith("127."))]


def _of_interfaces() -> Iterator[str]:
    request = _SIOCGIFADDR.get(sys.platform)
    if request is None:
        return
    from fcntl import ioctl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):  # an interface without an IPv4 address
                answer = ioctl(probe, request, struct.pack("256s", name.encode()[:15]))
                yield socket.inet_ntoa(answer[20:24])


def _of_routes() -> Iterator[str]:
    for direction in _DIRECTIONS:
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((direction, 9))
            yield probe.getsockname()[0]


def banner(
    addresses: Iterable[str],
    port: int,
    join_code: str,
    passcode: str | None,
    *,
    scheme: str = "http",
    data: Path | None = None,
) -> str:
    """Return what to print: one line an address, where `data` lies, the join code, a `passcode` that was made just now."""
    lines = [t("课件已启动，可以打开："), *(f"  {scheme}://{_in_url(a)}:{port}" for a in addresses)]
    if data is not None:
        lines.append(t("数据文件夹：{path}", path=data))
    lines.append(t("班级码：{code}", code=join_code))
    if passcode is not None:
        lines.append(t("教师口令：{passcode}（只显示这一次，请记下）", passcode=passcode))
    lines.append(t("按 Ctrl+C 停止。"))
    return "\n".join(lines) + "\n"


def _in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address
