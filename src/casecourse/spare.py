"""Kinds with entries that belong nowhere: those stand in `spare`, and `extra` is the switch 选做 as everywhere.

Both once shared the word `extra`; whoever still writes it so is told the other word.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from casecourse.grading import yes_or_no


def _switch(value: object) -> bool:
    found = yes_or_no(value)
    if not isinstance(found, bool):
        raise PydanticCustomError("extra_or_spare", "entries that belong nowhere stand in `spare`")
    return found


Elective: TypeAlias = Annotated[bool, BeforeValidator(_switch, json_schema_input_type=bool)]
