"""Places of a unit: under which key the container stands that an address names."""

from __future__ import annotations

from casecourse.model import Case, Unit, full_id
from casecourse.model.blocks import Discuss, ExerciseBlock


def place_of(case: Case, unit: Unit, at: str) -> str:
    """The key of the container that the address names: a question, a prompt or another block with an id; else ""."""
    for n, block in enumerate(unit.blocks):
        if isinstance(block, ExerciseBlock) and block.exercise == at:
            return "exercise-" + "-".join(full_id(case.id, at))
        if at and block.id == at:
            tail = block.id if isinstance(block, Discuss) else str(n)
            return f"{block.NAME}-{case.id}-{unit.id}-{tail}"
    return ""
