"""Adding a kind touches the files that the house names and no other: done literally, in a copy of the project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

TOY = Path(__file__).parent / "toy"
KINDS = "src/casecourse/kinds/__init__.py"
TWINS = "src/casecourse/ui/kinds/__init__.py"
# The two files, and the examples, good and bad.
NEW = {
    "src/casecourse/kinds/truth.py": "kind.py",
    "src/casecourse/ui/kinds/truth.py": "twin.py",
    "tests/content/good/truth.yaml": "good.yaml",
    "tests/content/bad/truth.yaml": "bad.yaml",
}
PATIENCE = 120  # seconds


def line_before(file: Path, mark: str, line: str) -> None:
    """Write a line before the first line that begins with `mark`."""
    lines = file.read_text("utf-8").splitlines(keepends=True)
    place = next(n for n, text in enumerate(lines) if text.startswith(mark))
    file.write_text("".join([*lines[:place], line, *lines[place:]]), encoding="utf-8")


def line_after(file: Path, mark: str, line: str) -> None:
    """Write a line after the first line that begins with `mark`."""
    text = file.read_text("utf-8")
    assert mark in text
    file.write_text(text.replace(mark, mark + line, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with one kind more."""
    root = tmp_path_factory.mktemp("toy") / "project"
    for part in ("src", "tests", "docs", "cases", "exercises", "schema"):
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    shutil.copy(ROOT / "pyproject.toml", root)
    for target, source in NEW.items():
        shutil.copy(TOY / source, root / target)
    register(root)
    return root


def register(root: Path) -> None:
    """One line in each registry, with the import that it needs."""
    line_after(root / KINDS, "from casecourse.kinds.text import Text\n", "from casecourse.kinds.truth import Truth\n")
    line_after(root / KINDS, "KINDS: dict[str, type[ExerciseBase]] = {\n", '    "truth": Truth,\n')
    line_before(root / TWINS, "TWINS", "from casecourse.ui.kinds import truth\n")
    line_after(root / TWINS, "TWINS: dict[str, ModuleType] = {\n", '    "truth": truth,\n')


def run(copy: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the copy."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(copy / "src"), str(copy)]),
        "PYTHONUTF8": "1",
        **more,
    }
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    return subprocess.run(
        [sys.executable, *words],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def tree(root: Path) -> Mapping[str, bytes]:
    """Every file of the parts that were copied."""
    parts = ("src", "tests", "docs", "cases", "exercises", "schema")
    files = (f for part in parts for f in (root / part).rglob("*") if f.is_file())
    return {
        f.relative_to(root).as_posix(): f.read_bytes()
        for f in files
        if not any(p.startswith(".") or p == "__pycache__" for p in f.relative_to(root).parts)
    }


def test_it_keeps_the_contract(copy: Path) -> None:
    """The contract's tests, the tests of bad content and the house's rules on kinds pass for it in the copy."""
    tests = ["tests/kinds/test_contract.py", "tests/checks/test_bad_content.py", "tests/test_house.py"]
    chosen = "truth or registries or two_files"
    done = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests, "-k", chosen)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split(" passed")[0].split()[-1]) > 15, done.stdout


TALK = """
import json, sys
from pathlib import Path
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest
from casecourse.actions import joining, operating
from casecourse.cli import main
from casecourse.model.schema import schemas
from casecourse.store import answers, people
from casecourse.ui.kinds import TWINS
from tests import kindbook
from tests.writing import course

folder = Path(sys.argv[1])
content = course(folder, bank_yaml=Path("tests/content/good/truth.yaml").read_text("utf-8"))
call = lambda *words: CliRunner().invoke(main, [*words])
checked = call("check", str(folder), "--strict")
tried = call("try", "nearest", "--answer", '"说不准"', "--path", str(folder), "--format", "text")
listed = call("list", str(folder))
store = operating.store()
who = joining.as_student(people.join(store, people.list_classes(store)[0].id, "王芳"))
app = AppTest.from_file(str(Path("src/casecourse/ui/main.py").resolve()), default_timeout=30)
app.session_state["who"] = who
app.run()
app.query_params["case"], app.query_params["unit"] = "demo", "first"
app.switch_page("screens/unit.py").run()
(case,) = content.course.cases
for widget, value in TWINS["truth"].restore(case.exercises["nearest"], "对", key="demo-nearest").items():
    app.session_state[widget] = value
app.run()
app.button(key="submit-demo-nearest").click().run()
(row,) = answers.answers_of(store, who.person, "demo")
page = [*app.markdown, *app.caption]
print(json.dumps({
    "check": [checked.exit_code, checked.stdout, checked.stderr],
    "try": tried.stdout,
    "list": listed.stdout,
    "broke": [str(e.value) for e in app.exception],
    "page": "\\n".join(str(p.value) for p in page),
    "stored": [row.raw, str(row.share), str(row.score)],
    "schema": json.dumps(schemas()["exercises.schema.json"], ensure_ascii=False),
    "manual": kindbook.manual(),
}, ensure_ascii=False))
"""


@pytest.fixture(scope="module")
def told(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the program says in the copy: check, list, try, a page with an answer, the schema, the manual."""
    folder = tmp_path_factory.mktemp("toycourse")
    places = {"CASECOURSE_CONTENT": str(folder), "CASECOURSE_DATA": str(tmp_path_factory.mktemp("toydata"))}
    done = run(copy, "-c", TALK, str(folder), **places)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_commands_know_it(told: dict[str, Any]) -> None:
    """check finds nothing, list names it, try judges it in words."""
    assert told["check"][:2] == [0, ""]
    assert "nearest　truth" in told["list"]
    assert told["try"].splitlines() == [
        "demo:nearest　判断　2 分", "答案　说不准", "判分　部分对：1 / 2 分（份额 0.5）", "  ◐ 说不准",
    ]  # fmt: skip


def test_the_page_asks_judges_and_stores_it(told: dict[str, Any]) -> None:
    """A unit with it can be answered; the answer is stored with its score, and the page says so."""
    assert told["broke"] == []
    assert [told["stored"][0], *map(float, told["stored"][1:])] == ["对", 1, 2]
    assert "练习 1　判断　2 分" in told["page"]
    assert "**答对了，2 / 2 分**" in told["page"]


def test_schema_and_manual_speak_of_it(told: dict[str, Any]) -> None:
    """The editor completes it; the manual has its section with fields, rule and a tried example."""
    assert '"const": "truth"' in told["schema"]
    assert "这句话对还是错；不写就是投票" in told["schema"]
    section = told["manual"].split("## 判断 `truth`")[1]
    for words in (
        "判断一句话对不对。",
        "| `truth` | ",
        "**判分。** 判对得 1",
        "nearest:\n  kind: truth",
        '- `"错"` → 份额 0：再近就没有了。',
    ):
        assert words in section


def test_nothing_else_was_touched(copy: Path, told: dict[str, Any]) -> None:
    """After all of this the copy differs from the project in the named files alone."""
    before, after = tree(ROOT), tree(copy)
    assert set(after) - set(before) == set(NEW)
    assert {name for name in before if after.get(name) != before[name]} == {KINDS, TWINS}
