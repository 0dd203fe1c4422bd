"""check, list and try as a person at a terminal and a program in a pipe meet them."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from types import NoneType
from typing import Any

import pytest
from click.testing import CliRunner, Result

from casecourse.cli import main
from casecourse.loading import Content
from tests.conftest import ROOT
from tests.writing import BANK, CASE, CONTENT, DEMO, UNIT, place

PATIENCE = 6  # seconds of computing; what else the machine does is not counted
HANGS = 60  # seconds after which a program is taken to hang


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A copy of the demo course to spoil."""
    return Path(shutil.copytree(DEMO, tmp_path / "demo"))


def run(*words: str | Path) -> Result:
    """Run a command in this process; stdout and stderr are kept apart."""
    return CliRunner().invoke(main, [str(w) for w in words])


def spoil(demo: Path) -> None:
    """Put the bank with ten faults in the place of the good one."""
    text = (CONTENT / "bad" / "ten.yaml").read_text("utf-8")
    (demo / BANK).write_text(text, encoding="utf-8")
    place(demo, text)


def spawn(*words: str, folder: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    """Run a program in a process of its own, with the sources on its path and no help from the terminal's locale."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, timeout=HANGS, check=False)


# ---- check ---------------------------------------------------------------------------------------------------------------


def test_the_shipped_course_passes() -> None:
    """check on what is shipped exits 0, says so on stderr and prints nothing."""
    found = run("check", ROOT)
    assert found.exit_code == 0
    assert found.stdout == ""
    assert "没有发现问题" in found.stderr


def test_json_on_stdout_is_json_alone_and_comes_at_once() -> None:
    """With --format json stdout holds one JSON list and not a word around it, long before anybody thinks that it hangs."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = spawn(sys.executable, "-m", "casecourse.cli", "check", str(ROOT), "--format", "json")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, [], b"")
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime <= PATIENCE


def test_faults_exit_with_one(demo: Path) -> None:
    """Errors exit 1; each is printed with place, code and cure, and stderr counts them."""
    spoil(demo)
    found = run("check", demo)
    assert found.exit_code == 1
    assert f"{BANK}:4:9: 错误[unknown-kind]: 没有题型 'chioce'" in found.stdout
    assert "是不是 'choice'？" in found.stdout
    assert found.stderr.strip() == "错误 10 处，提醒 0 处。"


def test_json_names_every_fault(demo: Path) -> None:
    """The same faults as JSON, with severity and place."""
    spoil(demo)
    found = run("check", demo, "--format", "json")
    rows = json.loads(found.stdout)
    assert found.exit_code == 1
    assert len(rows) == 10
    assert set(rows[0]) == {"file", "line", "column", "end_line", "end_column", "severity", "code", "message", "help"}
    assert (rows[0]["file"], rows[0]["line"], rows[0]["column"], rows[0]["code"]) == (BANK, 4, 9, "unknown-kind")


def test_warnings_pass_unless_strict(demo: Path) -> None:
    """A warning exits 0, and 1 under --strict; a clean course passes under --strict, too."""
    assert run("check", demo, "--strict").exit_code == 0
    text = (demo / UNIT).read_text("utf-8").replace("minutes: 200", "minutes: 1")
    (demo / UNIT).write_text(text, encoding="utf-8")
    found = run("check", demo)
    assert found.exit_code == 0
    assert "提醒[minutes]" in found.stdout
    assert run("check", demo, "--strict").exit_code == 1
    assert run("check", demo, "--strict", "--format", "json").exit_code == 1


@pytest.mark.parametrize(
    ("path", "files"),
    [
        ("", {BANK, CASE}),
        ("cases", {CASE}),
        ("cases/demo", {CASE}),
        (CASE, {CASE}),
        ("exercises", {BANK}),
        (BANK, {BANK}),
        (UNIT, set()),
    ],
)
def test_a_path_below_the_content_folder_shows_its_own_faults(demo: Path, path: str, files: set[str]) -> None:
    """The whole course is read, what lies below PATH is shown and decides the exit status."""
    spoil(demo)
    text = (demo / CASE).read_text("utf-8").replace("started:", "Started:")
    (demo / CASE).write_text(text, encoding="utf-8")
    found = run("check", demo / path, "--format", "json")
    assert {row["file"] for row in json.loads(found.stdout)} == files
    assert found.exit_code == bool(files)


def test_check_finds_the_course_from_inside(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without PATH the folder is the one that the person stands in, or lies above it."""
    spoil(demo)
    monkeypatch.chdir(demo / "exercises" / "demo")
    assert run("check").exit_code == 1
    monkeypatch.chdir(demo / "cases")
    assert run("check").exit_code == 0


@pytest.mark.parametrize(
    "words", [("check", "missing"), ("check", "."), ("list", "."), ("try", "seen", "--answer", "1")]
)
def test_no_course_is_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    """A path that does not exist, or without cases/ above it, exits 2 with a sentence on stderr and an empty stdout."""
    monkeypatch.chdir(tmp_path)
    found = run(*words)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.strip()


@pytest.mark.parametrize("words", [("check", "--format", "xml"), ("check", "--nope"), ("chekc",), ("try", "seen")])
def test_wrong_usage_is_trouble(words: tuple[str, ...]) -> None:
    """An unknown option, format or command, and a missing answer exit 2."""
    found = run(*words)
    assert (found.exit_code, found.stdout) == (2, "")


def test_the_module_is_the_command(demo: Path) -> None:
    """`python -m casecourse.cli` prints the same as `casecourse`, byte for byte."""
    spoil(demo)
    program = Path(sys.executable).with_name("casecourse")
    if not program.exists():
        pytest.skip("the package is not installed beside this Python")
    one = spawn(str(program), "check", str(demo))
    other = spawn(sys.executable, "-m", "casecourse.cli", "check", str(demo))
    assert (one.returncode, one.stdout, one.stderr) == (other.returncode, other.stdout, other.stderr)
    assert one.stdout


# ---- list ------------------------------------------------------------------------------------------------------------------

TEXTS = [str]
LISTING: dict[str, Any] = {
    "cases": [
        {
            "id": str,
            "title": str,
            "units": [{"id": str, "title": str, "minutes": int, "exercises": TEXTS}],
            "facts": int,
            "facts_used": TEXTS,
            "mechanisms": [{"id": str, "title": str, "exercises": TEXTS}],
        }
    ],
    "exercises": [
        {
            "id": str,
            "case": str,
            "unit": (str, NoneType),  # a test's question stands in no unit
            "kind": str,
            "points": float,
            "evidence": TEXTS,
            "assumption": bool,
            "objectives": TEXTS,
        }
    ],
}


def _has_shape(value: Any, shape: Any) -> bool:
    """Whether `value` is of the documented shape: the same names in the same order, and the types."""
    if isinstance(shape, dict):
        return list(value) == list(shape) and all(_has_shape(value[k], shape[k]) for k in shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(_has_shape(v, shape[0]) for v in value)
    return type(value) in (shape if isinstance(shape, tuple) else (shape,))


def test_the_listing_has_exactly_the_documented_shape(content: Content) -> None:
    """list --format json: cases with units, facts and mechanisms; exercises with evidence and objectives; nothing else."""
    found = run("list", ROOT, "--format", "json")
    listing = json.loads(found.stdout)
    assert (found.exit_code, found.stderr) == (0, "")
    assert _has_shape(listing, LISTING)
    assert [c["id"] for c in listing["cases"]] == [c.id for c in content.course.cases]
    assert len(listing["exercises"]) == sum(len(c.exercises) for c in content.course.cases)
    for case in listing["cases"]:
        assert len(case["facts_used"]) <= case["facts"]
        placed = [name for unit in case["units"] for name in unit["exercises"]]
        assert all(e["unit"] for e in listing["exercises"] if e["id"] in placed and e["case"] == case["id"])


def test_the_listing_of_a_small_course(demo: Path) -> None:
    """Facts used are those that units, exercises and mechanisms show, cite or compute with; formulas count as evidence."""
    mechanism = "mechanisms:\n  loop: {name: 三级循环, purpose: 就近, evidence: share, try: [seen, first#p2]}\n"
    (demo / CASE).write_text((demo / CASE).read_text("utf-8") + mechanism, encoding="utf-8")
    bank = (
        "head:\n  kind: number\n  prompt: 几人？\n  answer: per-grid\n  assumed: 取整\n  points: 2.5\n  explain: 略\n"
    )
    (demo / BANK).write_text((demo / BANK).read_text("utf-8") + bank, encoding="utf-8")
    listing = json.loads(run("list", demo, "--format", "json").stdout)
    assert listing["cases"] == [
        {
            "id": "demo",
            "title": "白鹭街的网格",
            "units": [{"id": "first", "title": "谁来办", "minutes": 200, "exercises": ["seen"]}],
            "facts": 15,
            "facts_used": ["forces", "grids", "share", "levels", "steps", "per-grid"],
            "mechanisms": [{"id": "loop", "title": "三级循环", "exercises": ["seen"]}],
        }
    ]
    assert listing["exercises"] == [
        {
            "id": "seen", "case": "demo", "unit": "first", "kind": "choice", "points": 1.0,
            "evidence": ["levels"], "assumption": False, "objectives": ["see"],
        },
        {
            "id": "head", "case": "demo", "unit": None, "kind": "number", "points": 2.5,
            "evidence": ["per-grid"], "assumption": True, "objectives": [],
        },
    ]  # fmt: skip


def test_the_listing_for_people(demo: Path) -> None:
    """Case, units and exercises as an indented list, with the minutes that each takes; the teaching note last."""
    shutil.copytree(CONTENT / "teaching", demo, dirs_exist_ok=True)
    found = run("list", demo)
    assert found.stdout.splitlines() == [
        "demo　白鹭街的网格　15 条事实",
        "  first　谁来办　200 分钟（核心 7）",
        "    seen　choice　1 分钟",
        "  note　使用说明书　45 分钟",
    ]


# ---- try -------------------------------------------------------------------------------------------------------------------


def trial(demo: Path, name: str, answer: object) -> Any:
    """What `try` prints, as JSON; it must exit 0."""
    found = run("try", name, "--answer", json.dumps(answer, ensure_ascii=False), "--path", demo)
    assert (found.exit_code, found.stderr) == (0, "")
    return json.loads(found.stdout)


def test_trying_an_answer(demo: Path) -> None:
    """An answer that can be read prints score, maximum, what matched and the remarks, and nothing else."""
    assert trial(demo, "demo:seen", ["微循环"]) == {
        "score": 1.0,
        "max": 1.0,
        "matched": ["微循环"],
        "notes": [{"about": "微循环", "state": "right", "why": ""}],
    }
    assert trial(demo, "demo:seen", ["大循环"]) == {
        "score": 0.0,
        "max": 1.0,
        "matched": [],
        "notes": [{"about": "大循环", "state": "wrong", "why": "大循环要跨部门。"}],
    }


@pytest.mark.parametrize("answer", [[], "微循环", ["没有的"], None, {"a": 1}, [["微循环"]], ["\ud800"]])
def test_trying_what_is_no_answer(demo: Path, answer: object) -> None:
    """What cannot be read prints why, and is no failure of the command."""
    told = run("try", "demo:seen", "--answer", json.dumps(answer), "--path", demo)
    assert told.exit_code == 0
    assert set(json.loads(told.stdout)) == {"unreadable"}


def test_trying_what_has_no_score(demo: Path) -> None:
    """A poll's score is null."""
    (demo / BANK).write_text("seen:\n  kind: choice\n  prompt: 选？\n  options: [甲, 乙]\n  assumed: 自拟\n", "utf-8")
    assert trial(demo, "seen", ["甲"]) == {"score": None, "max": 1.0, "matched": [], "notes": []}


def test_a_name_alone_will_do_where_only_one_case_has_it(demo: Path) -> None:
    """Without a case the name must be in one case alone; in two or none it is trouble that says which."""
    assert trial(demo, "seen", ["微循环"])["score"] == 1
    nowhere = run("try", "nothing", "--answer", "1", "--path", demo)
    assert (nowhere.exit_code, nowhere.stdout) == (2, "")
    shutil.copytree(demo / "cases/demo", demo / "cases/other")
    shutil.copytree(demo / "exercises/demo", demo / "exercises/other")
    (demo / "cases/course.yaml").write_text("title: 两案\ncases: [demo, other]\n", "utf-8")
    twice = run("try", "seen", "--answer", "1", "--path", demo)
    assert (twice.exit_code, twice.stdout) == (2, "")
    assert "几个案例都有" in twice.stderr
    assert trial(demo, "other:seen", ["微循环"])["score"] == 1


def test_an_answer_that_is_not_json_is_trouble(demo: Path) -> None:
    """The cure shows the quotation marks that are missing."""
    found = run("try", "demo:seen", "--answer", "微循环", "--path", demo)
    assert (found.exit_code, found.stdout) == (2, "")
    assert "不是 JSON" in found.stderr


def test_a_key_that_cannot_be_computed_is_trouble(demo: Path) -> None:
    """Trying an exercise whose formula is broken points to check."""
    spoil(demo)
    found = run("try", "demo:five", "--answer", '"1"', "--path", demo)
    assert (found.exit_code, found.stdout) == (2, "")
    assert "casecourse check" in found.stderr
