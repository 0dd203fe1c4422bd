"""stage: the projector's keys, and the fitting of a step to it, in parts where it is too long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from casecourse.ui.components.files import source

_stage = st.components.v2.component("casecourse.stage", js=source("stage.js"))


@dataclass(frozen=True, slots=True)
class Heard:
    """What the stage says: a key that was pressed ("" for none) at a revision; into how many parts it cut the step."""

    key: str = ""
    rev: int = 0
    parts: int = 0
    parts_of: int = 0


def stage(rev: int, part: int, parts: int) -> Heard:
    """Listen to keys and fit the step of revision `rev`, of whose `parts` part number `part` is shown."""
    told = _stage(
        key="stage-keys",
        data={"rev": rev, "part": part, "parts": parts},
        on_key_change=lambda: None,
        on_parts_change=lambda: None,
    )
    key, cut = _mapping(told.get("key")), _mapping(told.get("parts"))
    return Heard(
        str(key.get("key", "")),
        _number(key.get("rev")),
        _number(cut.get("parts")),
        _number(cut.get("rev")),
    )


def _mapping(said: Any) -> dict[str, Any]:
    return said if isinstance(said, dict) else {}


def _number(said: Any) -> int:
    return int(said) if isinstance(said, (int, float)) and not isinstance(said, bool) and abs(said) < 2**53 else 0
