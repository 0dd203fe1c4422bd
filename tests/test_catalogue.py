"""Every word that people see goes through `t` and stands in the committed catalogue."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from string import Formatter

import pytest

from casecourse import texts
from casecourse.checks.allow import COMMENT
from casecourse.checks.craft import ASKS
from tests.catalogue import HAN, PLACE, POT, SOURCE, TABLES, catalogue, words

FILES = {p.relative_to(SOURCE).as_posix(): p for p in sorted(SOURCE.rglob("*.py"))}

# Chinese that is no message. Languages: they read or compute with what authors and students write in Chinese.
LANGUAGES = ("chinese.py", "formula.py")
# Single words of the language in which content is written, and names that are stored as data.
VOCABULARY = {
    "grading.py": {"源文未载", "自填"},  # the reserved words
    "blanks.py": {"个百分点", "万亿", "某", "不在其中的话"},  # units with a scale, and parts of test answers
    "checks/evidence.py": {
        "源文未载",
        "没有写",
        "没有说",
        "没有留下",
        "没有保留",
        "查不到",
        "未载",
        "缺",
    },  # what a gap says
    "checks/craft.py": {ASKS.pattern},  # words with which a stem asks
    "checks/typed.py": {"年", "多余"},  # a unit, and words of approximation
    "checks/allow.py": {"允许", COMMENT.pattern},  # the word of the comment
    "model/case.py": {"约", "多", "余", "近"},  # the values of `approx`
    "model/facts.py": {
        "约",
        "近",
        "合计",
        "项数",
        "最小",
        "最大",
        "四舍五入",
        "向下取整",
        "向上取整",
        "年月日",
    },  # 约, how a formula is said, the signs of a date
    "intervals.py": {"多", "余", "近"},
    "model/unit.py": {"数"},  # counted in place of a fact, never shown
    "ui/blocks/table.py": {
        r"^[-−+约近≈\s]*[\d.,]+[\s\u00a0]*\S{0,6}$",
        "合计",
        "总计",
        "总数",
        "共计",
    },  # a figure, and a row that sums up
    "store/people.py": {"默认班级"},  # a name in the store, as a person would have written it
}


def silent(tree: ast.Module) -> Iterator[ast.AST]:
    """Places whose literals are not words of the running product: docstrings, help of commands, and test answers."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(
            node
        ):
            yield node.body[0]
        if isinstance(node, ast.FunctionDef) and node.name == "samples":
            yield node
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("click."):
            yield from (k.value for k in node.keywords if k.arg in ("help", "short_help"))


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    """Every call of `t`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t":
            yield node


@pytest.mark.parametrize("name", [n for n in FILES if n not in LANGUAGES])
def test_no_word_for_people_stands_outside_t(name: str) -> None:
    """A Chinese literal is given to `t`, or is one of the few that are no message."""
    tree = ast.parse(FILES[name].read_text(encoding="utf-8"))
    through = {id(n) for n in words(tree)} | {id(n) for place in silent(tree) for n in ast.walk(place)}
    outside = [
        f"{name}:{n.lineno}: {n.value}"
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and HAN.search(n.value)
        if id(n) not in through and n.value not in VOCABULARY.get(name, ())
    ]
    assert outside == []


@pytest.mark.parametrize("name", FILES)
def test_a_message_is_a_literal_and_all_its_places_are_filled(name: str) -> None:
    """A message put together at run time is in no catalogue; a {place} without a value breaks the page."""
    faults = []
    for call in calls(ast.parse(FILES[name].read_text(encoding="utf-8"))):
        message = call.args[0]
        if any(isinstance(n, ast.JoinedStr | ast.BinOp) for n in ast.walk(message)):
            faults.append(f"{name}:{call.lineno}: put together at run time")
        given = {k.arg for k in call.keywords}
        if isinstance(message, ast.Constant) and None not in given:  # `**values` are counted where they are made
            places = (
                {place for _, place, _, _ in Formatter().parse(message.value) if place is not None} if given else set()
            )
            if places != given or (not given and PLACE.search(message.value)):
                faults.append(f"{name}:{call.lineno}: {message.value} with {sorted(map(str, given))}")
    assert faults == []


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_words_is_given_to_t_where_it_is_shown(table: str) -> None:
    """What the catalogue takes from a table is also looked up there."""
    looked_up = []
    for file in FILES.values():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call | ast.ListComp) and any(
                isinstance(n, ast.Name) and n.id == table for n in ast.walk(node)
            ):
                looked_up += [n for n in ast.walk(node) if isinstance(n, ast.Name) and n.id == "t"]
    assert looked_up


def test_the_committed_catalogue_is_fresh() -> None:
    """`make catalogue` would change nothing."""
    assert POT.read_text(encoding="utf-8") == catalogue()


def test_the_catalogue_lies_where_the_words_are_looked_up() -> None:
    """Translations made from it stand beside it."""
    assert POT.parent == texts.LOCALE
    assert POT.stem == texts.DOMAIN
