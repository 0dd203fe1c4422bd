"""The house rules of the source: who may import whom, what the core never loads, two files a kind, and small rooms."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from inspect import signature
from pathlib import Path

import pytest

from casecourse import blanks, grading, model
from casecourse.grading import ExerciseBase, Frozen
from casecourse.kinds import KINDS, TITLES
from casecourse.loading import Content
from casecourse.ui.kinds import TWINS
from casecourse.ui.look import CSS, NOTE, STAGE

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "casecourse"
FILES = {p.relative_to(SOURCE).as_posix(): p for p in sorted(SOURCE.rglob("*.py"))}

# ---- who may import whom -------------------------------------------------------------------------------------------

CORE = "texts access formula intervals chinese diagnostics yamlsource scope grading blanks reckoning kinds model rubrics shapes loading checks"
SHOWN = "actions analytics model kinds texts"
# What the actions take, return and raise; a screen cannot speak to them without these words.
SPOKEN = "access.Who access.Forbidden grading formula store.errors store.rows store.Store"

# Room → what its modules may import besides their own room. A name covers all that is below it; `x.*` speaks of the
# modules in x one by one (they do not know each other), plain `x` of x/__init__.py then; `{own}` is the module's name.
TABLE = {
    "texts": "",
    "access": "",
    "formula": "",
    "intervals": "formula",
    "chinese": "",
    "diagnostics": "texts",
    "yamlsource": "diagnostics texts",
    "scope": "formula intervals",
    "grading": "formula scope texts",
    "blanks": "chinese formula grading texts",
    "walks": "",
    "stories": "blanks formula grading texts walks",
    "storyfaults": "formula grading stories texts walks",
    "dispatch": "blanks formula grading texts",
    "reckoning": "blanks formula grading texts",
    "agreement": "",
    "networks": "grading texts",
    "kinds": "grading",
    "kinds.*": "grading formula intervals chinese blanks stories storyfaults dispatch walks texts spare reckoning agreement networks",
    "spare": "grading",
    "model": "kinds grading formula intervals blanks reckoning",
    "rubrics": "formula grading model texts",
    "faults": "model texts",
    "shapes": "model diagnostics faults texts yamlsource",
    "loading": "model kinds grading formula yamlsource diagnostics shapes texts",
    "checks": "model kinds grading formula chinese reckoning yamlsource diagnostics faults texts loading",
    "store": "",
    "analytics": "model kinds grading store.rows",
    "interchange": "model kinds grading diagnostics analytics texts",
    "actions": f"{CORE} store analytics interchange",
    "cli": f"{CORE} store analytics interchange actions",
    "server": "actions texts",
    "ui": f"{SHOWN} {SPOKEN} reckoning agreement rubrics",
    "ui.components": "texts",
    "ui.kinds": "",
    "ui.kinds.*": "kinds.{own} grading formula reckoning texts ui.components ui.blocks ui.kinds.marks ui.kinds.moves ui.kinds.shares",
}
ROOMS = {"yamlevents": "yamlsource", "yamlhints": "yamlsource", "yamlstops": "yamlsource"}  # one room, four modules

# Who may import what is not ours, where that is a law: whatever is not named here is nobody's business.
FOREIGN = {
    "streamlit": "server ui",
    "starlette": "server",
    "plotly": "ui",
    "pandas": "ui analytics actions",
    "sqlalchemy": "store",
    "alembic": "store",
    "yaml": "yamlsource",
}


@cache
def tree(file: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"), file.name)


def module(name: str) -> str:
    """`kinds/open.py` → `kinds.open`, `kinds/__init__.py` → `kinds`."""
    return name.removesuffix(".py").removesuffix("__init__").strip("/").replace("/", ".")


def room(name: str) -> str:
    """The row of the table that speaks of a module."""
    parts = ROOMS.get(name, name).split(".")
    for n in range(len(parts), 0, -1):
        row = ".".join(parts[:n])
        if n < len(parts) and f"{row}.*" in TABLE:
            return f"{row}.*"
        if row in TABLE:
            return row
    raise AssertionError(f"no row of the table speaks of {name}")


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything imported, wherever in the file it stands."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: a relative import hides which room it names"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def below(name: str, allowed: str) -> bool:
    """True when `name` is one of the allowed names or stands below one."""
    return any(name == a or name.startswith(f"{a}.") for a in allowed.split())


@pytest.mark.parametrize("name", [n for n in FILES if module(n)])
def test_a_room_imports_only_what_the_table_allows(name: str) -> None:
    """Every import of our own modules stands in the table of who may import whom."""
    here = module(name)
    row = room(here)
    own = "" if row.endswith(".*") else row
    allowed = f"__version__ {own} {TABLE[row]}".format(own=here.rpartition(".")[2])
    found = [
        (line, n.removeprefix("casecourse").strip(".")) for line, n in imports(FILES[name]) if below(n, "casecourse")
    ]
    strangers = [
        f"{name}:{line}: {n}" for line, n in found if n and not below(ROOMS.get(n.partition(".")[0], n), allowed)
    ]
    assert strangers == []


@pytest.mark.parametrize("library", FOREIGN)
def test_a_library_stays_in_its_rooms(library: str) -> None:
    """Only the named rooms know Streamlit, plotly, pandas, SQL and YAML."""
    strangers = [
        f"{name}:{line}"
        for name, file in FILES.items()
        for line, n in imports(file)
        if below(n, library) and not below(room(module(name)).removesuffix(".*"), FOREIGN[library])
    ]
    assert strangers == []


def test_every_row_of_the_table_speaks_of_a_module() -> None:
    """A row without a module would be a rule about nothing."""
    assert {room(module(n)) for n in FILES if module(n)} == set(TABLE)


@pytest.mark.parametrize("command", ["check", "list", "try"])
def test_a_command_about_content_loads_neither_streamlit_nor_pandas_nor_sql(command: str, content: Content) -> None:
    """The core has never heard of the screens, the tables and the store: whoever checks content does not load them."""
    case = next(c for c in content.course.cases if c.exercises)
    words = (
        ["try", f"{case.id}:{next(iter(case.exercises))}", "--answer", "[]", "--path"]
        if command == "try"
        else [command]
    )
    script = (
        "import json, sys\nfrom casecourse.cli import main\n"
        "try: main()\nfinally: print(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words, str(ROOT)], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "casecourse" in loaded
    assert loaded & {"streamlit", "starlette", "pandas", "numpy", "plotly", "sqlalchemy", "alembic", "opencc"} == set()


# ---- one kind, one name, two files -----------------------------------------------------------------------------------

HOMES_OF_KINDS = ("kinds/", "ui/kinds/", "interchange/")
ELSEWHERE = [n for n in FILES if not n.startswith(HOMES_OF_KINDS)]


def is_kind(node: ast.AST) -> bool:
    """True for `….kind`."""
    return isinstance(node, ast.Attribute) and node.attr == "kind"


@pytest.mark.parametrize("name", ELSEWHERE)
def test_nobody_else_asks_which_kind_it_is(name: str) -> None:
    """Outside the kinds there is no comparison or match on `.kind`, and no kind's class to ask isinstance about."""
    asked = []
    for node in ast.walk(tree(FILES[name])):
        if (isinstance(node, ast.Compare) and any(map(is_kind, [node.left, *node.comparators]))) or (
            isinstance(node, ast.Match) and is_kind(node.subject)
        ):
            asked.append(f"{name}:{node.lineno}: compares .kind")
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in ("isinstance", "issubclass"):
            assert isinstance(node, ast.Call)
            if any(isinstance(n, ast.Name) and n.id == "KINDS" for n in ast.walk(node.args[1])):
                asked.append(f"{name}:{node.lineno}: isinstance against a kind")
    asked += [f"{name}:{line}: {n}" for line, n in imports(FILES[name]) if below(n, kinds_modules())]
    assert asked == []


def kinds_modules() -> str:
    """The modules whose classes nobody else may name."""
    return " ".join(f"casecourse.kinds.{k}" for k in KINDS)


def test_both_registries_name_the_same_kinds() -> None:
    """A kind has a meaning, a look and a title, in the same order."""
    assert list(KINDS) == list(TWINS) == list(TITLES)


def test_every_kind_is_two_files_of_its_name() -> None:
    """kinds/<kind>.py and ui/kinds/<kind>.py are there for each name of the registry, and no others."""
    meant = {module(n).rpartition(".")[2] for n in FILES if n.startswith("kinds/")} - {"kinds"}
    looks = {module(n).rpartition(".")[2] for n in FILES if n.startswith("ui/kinds/")} - {
        "kinds",
        "marks",
        "moves",
        "shares",
    }
    assert meant == looks == set(KINDS)
    assert {k: c.__module__ for k, c in KINDS.items()} == {k: f"casecourse.kinds.{k}" for k in KINDS}
    assert {k: m.__name__ for k, m in TWINS.items()} == {k: f"casecourse.ui.kinds.{k}" for k in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_keeps_the_contract(kind: str) -> None:
    """A kind answers read, grade, tally, samples and public itself, with the contract's parameters, under its own name."""
    model_class = KINDS[kind]
    for verb in ("read", "grade", "tally", "samples", "public"):
        assert verb in vars(model_class), f"{kind} lacks {verb}"
    for verb in (
        "read",
        "grade",
        "tally",
        "samples",
        "public",
        "positions",
        "paper",
        "written",
        "key_formulas",
        "key_words",
        "options_shown",
    ):
        assert list(signature(getattr(model_class, verb)).parameters) == list(
            signature(getattr(ExerciseBase, verb)).parameters
        ), f"{kind}.{verb}"
    assert model_class.model_fields["kind"].annotation.__args__ == (kind,)  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", KINDS)
def test_a_twin_keeps_the_contract(kind: str) -> None:
    """A twin asks, restores, reviews and shows, and takes what the frame gives it."""
    contract = {
        "ask": ("ex", "key", "big", "locked"),
        "restore": ("ex", "raw", "key"),
        "review": ("ex", "answer", "verdict", "reveal", "key"),
        "show": ("ex", "tally", "big", "reveal", "key"),
    }
    for verb, parameters in contract.items():
        assert tuple(signature(getattr(TWINS[kind], verb)).parameters) == parameters, f"{kind}.{verb}"


def test_a_move_sends_nothing() -> None:
    """The buttons inside a question, all in one module, call back and are never asked whether they were pressed."""
    calls = [n for n in ast.walk(tree(FILES["ui/kinds/moves.py"])) if isinstance(n, ast.Call) and is_button(n.func)]
    alone = [n.value for n in ast.walk(tree(FILES["ui/kinds/moves.py"])) if isinstance(n, ast.Expr)]
    assert len(calls) == 2
    assert all(call in alone and "on_click" in {k.arg for k in call.keywords} for call in calls)


def is_button(node: ast.AST) -> bool:
    """True for `….button`."""
    return isinstance(node, ast.Attribute) and node.attr == "button"


@pytest.mark.parametrize("kind", KINDS)
def test_a_twin_owns_no_button_and_no_memory(kind: str) -> None:
    """提交 belongs to the frame: a twin draws fields and marks and stores nothing."""
    drawn = {n.attr for n in ast.walk(tree(FILES[f"ui/kinds/{kind}.py"])) if isinstance(n, ast.Attribute)}
    assert drawn & {"button", "form", "form_submit_button", "rerun", "cache_data", "cache_resource"} == set()


def pieces(base: type[Frozen] = Frozen) -> Iterator[type[Frozen]]:
    """Every model of content."""
    for child in base.__subclasses__():
        yield child
        yield from pieces(child)


def test_every_field_of_every_model_is_documented() -> None:
    """An author who points at a field reads what it means."""
    ours = [p for p in pieces() if p.__module__.startswith("casecourse.")]
    assert {
        model.Case,
        model.Unit,
        model.CourseFile,
        model.TeachingNote,
        grading.Mistake,
        blanks.Blank,
        *KINDS.values(),
    } <= set(ours)
    assert [f"{p.__name__}.{n}" for p in ours for n, f in p.model_fields.items() if not f.description] == []


NOTES = ("loading.py", "checks/", "cli/", "actions/teaching.py")


@pytest.mark.parametrize("name", [n for n in FILES if not n.startswith(NOTES)])
def test_nobody_else_reaches_for_a_teaching_note(name: str) -> None:
    """A note is got through the action that asks access; no screen and nothing made for students touches the course's."""
    named = [
        f"{name}:{node.lineno}"
        for node in ast.walk(tree(FILES[name]))
        if isinstance(node, ast.Attribute) and node.attr == "notes" and ast.unparse(node.value).endswith("course")
    ]
    assert named == []


# ---- a room stays small ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_a_room_stays_small(name: str) -> None:
    """A module has at most 400 lines and a screen 150; a function at most 40; a module says in its docstring what it owns."""
    file = FILES[name]
    longest = 150 if name.startswith("ui/screens/") else 400
    assert len(file.read_text(encoding="utf-8").splitlines()) <= longest
    functions = [n for n in ast.walk(tree(file)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = {f.name: (f.end_lineno or 0) - f.lineno + 1 for f in functions}
    assert {n: lines for n, lines in long.items() if lines > 40} == {}
    assert ast.get_docstring(tree(file)), "what does this module own?"


# ---- what stands nowhere ---------------------------------------------------------------------------------------------

# Written in two halves, so that this page does not name them either.
NOWHERE = {
    "a package registry": r"py{0}pi\.org|python{0}hosted|registry\.npm{0}js|anaconda\.{0}org|/simp{0}le/|index-{0}url|npm{0}mirror|mirrors?\.[a-z]+\.[a-z]",
    "a path of one machine": r"(?<![\w.<-])/(?:wo{0}rk|ro{0}ot|home/[a-z]+)/|/tmp/ba{0}sh",
    "how it was made": r"clau{0}de|anthro{0}pic|chat{0}gpt|open{0}ai|copi{0}lot|\bllms?{0}\b|language mod{0}el|语言模{0}型|\bthe bri{0}ef\b|\bthis bri{0}ef\b"
    r"|sub-?{0}agent|\bai-{0}generated|as an a{0}i\b|co-authored-{0}by|\bintegra{0}tor\b|issue {0}#?\d+",
}


def tracked() -> list[Path]:
    """The text files that belong to the project."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    files = [ROOT / name for name in listed.decode().split("\0") if name]
    return [f for f in files if f.is_file() and b"\0" not in f.read_bytes()]


@pytest.mark.parametrize("what", NOWHERE)
def test_the_project_speaks_of_itself_alone(what: str) -> None:
    """No tracked text names a package registry, a machine's path or the way it was made."""
    word = re.compile(NOWHERE[what].replace("{0}", ""), re.IGNORECASE)
    found = [
        f"{file.relative_to(ROOT)}:{n}: {match[0]}"
        for file in tracked()
        for n, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if (match := word.search(line))
    ]
    assert found == []


@pytest.mark.parametrize("name", FILES)
def test_no_markup_comes_from_data(name: str) -> None:
    """No unsafe HTML, no frame, no legacy component; st.html is given our own style sheets and nothing else."""
    found = []
    for node in ast.walk(tree(FILES[name])):
        if isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html":
            found.append(f"{name}:{node.lineno}: unsafe_allow_html")
        if isinstance(node, ast.Attribute) and (
            node.attr in ("iframe", "declare_component")
            or (isinstance(node.value, ast.Attribute) and (node.value.attr, node.attr) in FRAMES)
        ):
            found.append(f"{name}:{node.lineno}: {node.attr}")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "html":
            given = [ast.unparse(a) for a in [*node.args, *node.keywords]]
            if given not in (["CSS"], ["STAGE"], ["NOTE"]):
                found.append(f"{name}:{node.lineno}: html({', '.join(given)})")
    found += [f"{name}:{line}: {n}" for line, n in imports(FILES[name]) if below(n, "streamlit.components")]
    assert found == []


FRAMES = {("components", "v1"), ("components", "html"), ("v1", "html")}


@pytest.mark.parametrize("sheet", [CSS, STAGE, NOTE], ids=lambda sheet: sheet.name)
def test_a_style_sheet_is_a_file(sheet: Path) -> None:
    """Streamlit wraps a file ending in .css as a style; it never parses markup from it."""
    assert sheet.suffix == ".css"
    assert sheet.is_file()


def test_the_sheet_of_every_page_asks_few_what_is_inside_them() -> None:
    """`:has` stands at keyed containers alone: at elements of every page it makes a click style thousands of them anew."""
    asked = re.findall(r"([^\s,{}>~+]*):has\(", CSS.read_text(encoding="utf-8"))
    assert [subject for subject in asked if "st-key-" not in subject] == []


def test_every_module_can_be_imported_alone() -> None:
    """No module of the core needs another to have been imported first."""
    for name in FILES:
        if name.split("/")[0] not in ("ui", "server", "store") and not name.endswith("__main__.py"):
            assert importlib.import_module(f"casecourse.{module(name)}".rstrip("."))
