"""One word, two fields: in kinds with entries that belong nowhere `extra` holds those, or it is the common switch 选做.

Both fields read the word, and each takes its own.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import BeforeValidator

from casecourse.grading import one_or_several, yes_or_no


def _switch(value: object) -> bool:
    return isinstance(yes_or_no(value), bool)


ExtraSwitch: TypeAlias = Annotated[
    bool, BeforeValidator(lambda v: yes_or_no(v) if _switch(v) else False, json_schema_input_type=bool)
]
ExtraLines: TypeAlias = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda v: () if _switch(v) else one_or_several(v), json_schema_input_type=bool | str | list[str]),
]
