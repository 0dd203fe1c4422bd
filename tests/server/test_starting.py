"""Every way of starting gives the same server, from any folder."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from streamlit.web.server.app_discovery import discover_asgi_app

from casecourse import __version__
from casecourse.cli.run import run, start_file
from casecourse.server import settings
from casecourse.server.banner import addresses, banner
from casecourse.server.start import Listening, from_command_line, listening
from tests.server.conftest import ROOT, Running

WAYS = ["streamlit", "python", "environment", "uvicorn", "casecourse"]


@pytest.mark.parametrize("way", WAYS)
def test_settings_in_force(started: Mapping[str, Running], way: str) -> None:
    """However it is started, from elsewhere and out of a folder named 课 件, all our settings are in force."""
    assert started[way].health() == {"ok": True, "version": __version__, "settings": True, "differing": []}


def test_choice_by_hand(started: Mapping[str, Running]) -> None:
    """What somebody set on the command line stays, and health names it."""
    assert started["by hand"].health()["differing"] == ["server.maxUploadSize"]


@pytest.mark.parametrize("way", WAYS)
def test_printed(started: Mapping[str, Running], way: str) -> None:
    """The terminal shows address, data folder, join code and the first passcode, and no welcome that asks the network."""
    started[way].health()
    deadline = time.monotonic() + 5
    while "Ctrl+C" not in (said := started[way].printed()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert f":{started[way].port}\n" in said
    assert str(started[way].log.parent) in said
    assert said.count("班级码：") == said.count("教师口令：") == 1
    assert "External URL" not in said
    assert "Email" not in said
    assert "restart streamlit" not in said


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="reads what a process has loaded from /proc")
@pytest.mark.parametrize("way", WAYS)
def test_arrow_is_there_before_any_page(started: Mapping[str, Running], way: str) -> None:
    """What tables are drawn with is loaded at the start, not by the first page that has one: a page's thread ends."""
    started[way].health()
    assert "libarrow.so" in Path(f"/proc/{started[way].process.pid}/maps").read_text(encoding="utf-8")


def test_arrow_takes_its_memory_from_the_system() -> None:
    """Its own allocator keeps state for each thread; somebody's choice of another stays."""
    code = "from casecourse.server.start import load_arrow; load_arrow(); import pyarrow as a; print(a.default_memory_pool().backend_name)"  # fmt: skip
    clean = {k: v for k, v in os.environ.items() if k != "ARROW_DEFAULT_MEMORY_POOL"} | {
        "PYTHONPATH": str(ROOT / "src")
    }
    for chosen, expected in (({}, "system"), ({"ARROW_DEFAULT_MEMORY_POOL": "mimalloc"}, "mimalloc")):
        said = subprocess.run(
            [sys.executable, "-c", code],
            env={**clean, **chosen},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert said.stdout.strip() == expected


def test_streamlits_own_health(started: Mapping[str, Running]) -> None:
    """Our health route leaves Streamlit's in place."""
    started["python"].health()
    with urllib.request.urlopen(f"http://127.0.0.1:{started['python'].port}/_stcore/health") as reply:
        assert reply.read() == b"ok"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to send to another process")
@pytest.mark.parametrize("way", ["python", "casecourse"])
def test_stops_quietly(started: Mapping[str, Running], way: str) -> None:
    """Ctrl+C ends the server well and without a traceback."""
    server = started[way]
    server.health()
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(40) == 0
    assert "Traceback" not in server.printed()


def test_streamlit_finds_the_app() -> None:
    """`streamlit run` recognises the start file as a server without running it."""
    assert discover_asgi_app(ROOT / "app.py").import_string == "app:app"


def test_early_settings_agree() -> None:
    """What stands in config.toml is what Streamlit reads before our code runs, with the values of the table."""
    written = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    flat = {f"{section}.{name}": value for section, options in written.items() for name, value in options.items()}
    assert flat == {name: settings.SETTINGS[name] for name in settings.READ_EARLY}


def test_settings_outlive_a_reading() -> None:
    """When Streamlit reads its files again, as it does when one changes, our settings are in force again."""
    code = (
        "from streamlit import config; from casecourse.server import settings; settings.apply()\n"
        "for _ in range(2):\n"
        "    config.get_config_options(force_reparse=True)\n"
        "    assert all(wanted == got for wanted, got in settings.in_force().values())"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, timeout=30)


def test_busy_port() -> None:
    """A port in use is one clear sentence."""
    with socket.create_server(("0.0.0.0", 0)) as held:  # noqa: S104  as the server would
        result = CliRunner().invoke(run, ["--port", str(held.getsockname()[1])])
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "已被占用" in result.output


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there is one clear sentence."""
    result = CliRunner().invoke(run, [str(tmp_path / "没有")])
    assert result.exit_code == 1
    assert result.output == f"Error: 没有这个文件夹：{tmp_path / '没有'}\n"


def test_address_of_another_machine() -> None:
    """An address that is not this machine's is one clear sentence."""
    result = CliRunner().invoke(run, ["--host", "192.0.2.200", "--port", "0"])
    assert result.exit_code == 1
    assert "192.0.2.200" in result.output


def test_run_hands_over_its_options(tmp_path: Path) -> None:
    """`casecourse run` serves the folder it is given, with its data and names where it is told."""
    program = (
        "import os, sys\n"
        "def become(path, command, environment):\n"
        "    print(command[1:], sorted(v for k, v in environment.items() if k.startswith('CASECOURSE_')))\n"
        "    sys.exit()\n"
        "os.execve = become\n"
        "from casecourse.cli.run import run; run()"
    )
    options = [
        "--port",
        "0",
        "--data",
        "资料",
        "--store",
        "sqlite:///x.db",
        "--host-name",
        "a.edu",
        "--host-name",
        "b.edu",
    ]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("CASECOURSE_")}
    out = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), *options],
        timeout=30, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=True,
        env={**clean, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"},
    ).stdout  # fmt: skip
    given = sorted([str(tmp_path), str(tmp_path / "资料"), "sqlite:///x.db", "a.edu,b.edu"])
    assert out == f"{[str(ROOT / 'app.py'), '--port', '0']} {given}\n"


def test_start_file_is_there() -> None:
    """What `casecourse run` starts exists and defines the server."""
    assert discover_asgi_app(start_file()).is_asgi_app


def test_starting_loads_no_streamlit() -> None:
    """The command itself stays light: Streamlit is loaded by the server it becomes."""
    code = "import sys, casecourse.cli.run; sys.exit('streamlit' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    assert subprocess.run([sys.executable, "-c", code], check=False, env=environment).returncode == 0


def test_banner() -> None:
    """The banner lists each address on its line; the passcode only where there is one."""
    said = banner(["localhost", "10.0.0.5", "::1"], 8501, "ABC234", "p-q-r", data=Path("数据"))
    assert said.splitlines() == [
        "课件已启动，可以打开：", "  http://localhost:8501", "  http://10.0.0.5:8501", "  http://[::1]:8501",
        "数据文件夹：数据", "班级码：ABC234", "教师口令：p-q-r（只显示这一次，请记下）", "按 Ctrl+C 停止。",
    ]  # fmt: skip
    assert "教师口令" not in banner(["localhost"], 8501, "ABC234", None)


def test_addresses_are_ours() -> None:
    """Every address listed for all interfaces is one this machine can listen on; a chosen host stands alone."""
    for address in addresses(None)[1:]:
        with socket.create_server((address, 0)):
            pass
    assert addresses("0.0.0.0") == addresses(None)  # noqa: S104  compared, not bound
    assert addresses(None)[0] == "localhost"
    assert addresses("127.0.0.1") == ["127.0.0.1"]


def test_where_uvicorn_listens() -> None:
    """Started by uvicorn, the banner takes host and port from uvicorn's command line."""
    module = importlib.util.find_spec("uvicorn.__main__")
    assert module is not None
    for program in (str(module.origin), "/usr/bin/uvicorn"):
        assert listening([program, "app:app"]) == Listening("127.0.0.1", 8000, "http")
        assert listening([program, "--host", "::", "--port", "9000", "app:app"]) == Listening("::", 9000, "http")


def test_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Host and port of `python app.py` come from its options, else from Streamlit's environment variables."""
    monkeypatch.setenv("STREAMLIT_SERVER_PORT", "9001")
    monkeypatch.delenv("STREAMLIT_SERVER_ADDRESS", raising=False)
    assert from_command_line([]) == {"server.port": 9001}
    assert from_command_line(["--port", "9002", "--host", "::1"]) == {"server.port": 9002, "server.address": "::1"}
    assert from_command_line(["--server.port=9003"]) == {"server.port": 9003}
