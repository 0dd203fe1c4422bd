"""What our policy and settings do to real Streamlit elements in a real browser."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page, expect

from casecourse.server import settings
from tests.server.conftest import ROOT, Running, free_ports, launch

pytestmark = pytest.mark.browser

SERVER = """
import sys
import streamlit as st
from casecourse.server import settings, start
settings.apply()
app = st.App({script!r}, middleware=start.middleware())
app.run(config=start.from_command_line(sys.argv[1:]))
"""
SCRIPT = """
import pandas as pd, plotly.graph_objects as go, streamlit as st
st.title("题目")
st.plotly_chart(go.Figure(go.Bar(x=["甲", "乙"], y=[1, 2])))
st.plotly_chart(go.Figure(go.Sankey(node={"label": ["a", "b"]}, link={"source": [0], "target": [1], "value": [1]})))
st.graphviz_chart("digraph { 甲 -> 乙 }")
st.dataframe(pd.DataFrame({"数": [1, 2]}))
st.components.v2.component("probe", html="<p id='probe'></p>", css="#probe { color: rgb(1, 2, 3) }", js=\"\"\"
export default function ({ parentElement }) { parentElement.querySelector("#probe").textContent = "脚本已跑" }
\"\"\")(key="probe")
st.download_button("下载", b"x", "x.txt")
st.write("cookie", len(st.context.cookies.get("cc_sid", "")))
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A page of many elements behind our middleware and settings."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "script.py").write_text(SCRIPT, "utf-8")
    (folder / "server.py").write_text(SERVER.format(script=str(folder / "script.py")), "utf-8")
    (port,) = free_ports(1)
    command = [sys.executable, str(folder / "server.py"), "--port", str(port)]
    server = launch(command, port, folder, folder / "data", PYTHONPATH=str(ROOT / "src"))
    server.answers("/_stcore/health")
    yield server
    server.process.kill()
    server.process.wait(10)


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """Page errors, and what the browser's console says of the policy."""
    found: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            found.append(message.text)

    def error(problem: Error) -> None:
        found.append(str(problem))

    page.on("console", console)
    page.on("pageerror", error)
    return found


def test_everything_works_under_the_policy(page: Page, served: Running, complaints: list[str]) -> None:
    """Charts, diagrams, tables, components and the cookie work, with no page error and nothing refused by our policy."""
    page.goto(f"http://localhost:{served.port}/")
    expect(page.locator(".js-plotly-plot .bars .point")).to_have_count(2, timeout=30_000)
    expect(page.locator(".js-plotly-plot .sankey-node")).to_have_count(2)
    expect(page.locator("[data-testid=stGraphVizChart] svg .node")).to_have_count(2)
    expect(page.locator("[data-testid=stDataFrame] canvas").first).to_be_visible()
    expect(page.locator("#probe")).to_have_text("脚本已跑")
    expect(page.locator("#probe")).to_have_css("color", "rgb(1, 2, 3)")
    expect(page.get_by_text("cookie 43")).to_be_visible()
    page.wait_for_timeout(500)
    assert complaints == []


def test_policy_is_enforced(page: Page, served: Running) -> None:
    """A script written into the page, eval, and a request to another host are refused."""
    page.goto(f"http://localhost:{served.port}/")
    refused = page.evaluate(
        """async () => {
          const refused = []
          const pause = () => new Promise(done => setTimeout(done, 100))
          addEventListener("securitypolicyviolation", e => refused.push(e.effectiveDirective))
          await pause()  // what runs before is the debugger's and may evaluate
          const script = document.createElement("script")
          script.textContent = "document.title = 'injected'"
          document.body.append(script)
          try { new Function("document.title = 'evaluated'")() } catch {}
          await fetch("http://127.0.0.1:1/", { mode: "no-cors" }).catch(() => {})
          await pause()
          return refused
        }"""
    )
    assert refused == ["script-src-elem", "script-src", "connect-src"]
    assert page.title() not in {"injected", "evaluated"}


def test_page_as_we_set_it(page: Page, served: Running) -> None:
    """The page says it is Chinese, wears our paper colour, and keeps its cookie from scripts and over reloads."""
    page.goto(f"http://localhost:{served.port}/")
    expect(page.get_by_role("heading", name="题目")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    paper = str(settings.SETTINGS["theme.light.backgroundColor"]).removeprefix("#")
    red, green, blue = bytes.fromhex(paper)
    expect(page.locator(".stApp")).to_have_css("background-color", f"rgb({red}, {green}, {blue})")
    assert "cc_sid" not in page.evaluate("document.cookie")
    first = {c["name"]: c for c in page.context.cookies()}["cc_sid"]
    page.reload()
    again = {c["name"]: c for c in page.context.cookies()}["cc_sid"]
    assert first["value"] == again["value"]
    assert (first["httpOnly"], first["sameSite"], first["secure"]) == (True, "Lax", False)
