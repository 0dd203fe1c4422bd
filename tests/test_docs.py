"""The documents say what the program does: commands, codes, kinds, fields and links are in step."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from casecourse.cli import COMMANDS
from casecourse.diagnostics import CODES
from casecourse.kinds import KINDS
from casecourse.model.blocks import BLOCKS
from casecourse.model.case import Fact

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def read(name: str) -> str:
    """A document's text."""
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda f: f.name)
def test_every_link_and_picture_leads_somewhere(file: Path) -> None:
    """A relative link names a file that is there."""
    for target in re.findall(r"\]\(([^)#:]+)\)", file.read_text(encoding="utf-8")):
        assert (file.parent / target).exists(), target


def test_every_command_is_documented() -> None:
    """Whatever `casecourse` offers stands in a document for authors or operators."""
    text = read("docs/authoring.md") + read("docs/operations.md")
    assert [c for c in COMMANDS if f"casecourse {c}" not in text] == []


def test_every_code_is_documented_and_none_is_invented() -> None:
    """The table of the authors' guide names exactly the codes that exist."""
    table = read("docs/authoring.md").split("| 代码 |", 1)[1]
    named = set(
        re.findall(r"`([a-z][a-z0-9-]+)`", "\n".join(row.split("|")[1] for row in table.splitlines()[2:] if "|" in row))
    )
    assert named == set(CODES)


def test_every_kind_block_and_field_of_a_fact_is_documented() -> None:
    """The authors' guide has a row for each."""
    text = read("docs/authoring.md")
    assert [k for k in KINDS if f"| `{k}` " not in text] == []
    assert [b for b in BLOCKS if f"| `{b}` " not in text] == []
    assert [f for f in Fact.model_fields if f != "margin" and f"`{f}`" not in text] == []


def test_the_two_commands_come_first() -> None:
    """The README's first code block is `make run` and `make test`."""
    first = re.search(r"```sh\n(.*?)```", read("README.md"), re.S)
    assert first
    assert [line.split("#")[0].strip() for line in first[1].splitlines()] == ["make run", "make test"]
