"""The catalogue of the product's words: `python -m tests.catalogue` extracts them from the source into casecourse.pot."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

SOURCE = Path(__file__).parents[1] / "src" / "casecourse"
POT = SOURCE / "locale" / "casecourse.pot"
HAN = re.compile(r"[\u3400-\u9fff]")
PLACE = re.compile(r"(?<!\{)\{[a-z_]+\}(?!\})")  # `{{fact}}` speaks of what an author writes
# Tables at the top of a module whose texts are given to `t` where they are shown.
TABLES = ("TITLES", "LEVELS", "HEAD")
# Babel's own header bears the date of the run; the catalogue changes only when the words do.
HEADER = """\
# The words of casecourse: Chinese message ids. Written by `make catalogue`.
msgid ""
msgstr ""
"Language: zh\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def words(tree: ast.AST) -> Iterator[ast.Constant]:
    """Every literal of a syntax tree that goes through `t`: given to it, a field's description, a kind's manual, an entry of a table."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "t" and node.args:
                yield from _literals(node.args[0])
            elif node.func.id == "Field":
                yield from (c for k in node.keywords if k.arg == "description" for c in _literals(k.value))
            elif node.func.id == "Manual":
                yield from (c for k in node.keywords for c in _literals(k.value))
        elif isinstance(node, ast.Assign) and any(isinstance(n, ast.Name) and n.id in TABLES for n in node.targets):
            yield from (c for c in _literals(node.value) if HAN.search(c.value))


def _literals(node: ast.AST) -> Iterator[ast.Constant]:
    return (n for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str) and n.value)


def _extracted(
    file: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, None, str, list[str]]]:
    """What Babel asks of a method of extraction; its own does not look into f-strings before Python 3.12."""
    del keywords, comment_tags, options
    yield from ((node.lineno, None, node.value, []) for node in words(ast.parse(file.read())))


def catalogue() -> str:
    """The text of casecourse.pot."""
    found = Catalog()
    method: Any = _extracted
    for name, _, message, _, _ in extract_from_dir(SOURCE, [("**.py", method)]):
        flags = {"python-brace-format"} if PLACE.search(str(message)) else set()
        found.add(message, locations=[(f"src/casecourse/{Path(name).as_posix()}", 1)], flags=flags)
    for entry in found:
        entry.flags -= {"python-format"}  # % in a sentence is a per cent sign
    out = BytesIO()
    write_po(out, found, width=0, omit_header=True, sort_output=True, include_lineno=False)
    return HEADER + out.getvalue().decode("utf-8").strip() + "\n"


if __name__ == "__main__":
    POT.parent.mkdir(exist_ok=True)
    POT.write_text(catalogue(), encoding="utf-8", newline="\n")
