"""stage: the projector's keys, and the fitting of a step to it, in parts where it is too long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from casecourse.ui.components.files import source

_stage = st.components.v2.component("casecourse.stage", js=source("stage.js"))


@dataclass(frozen=True, slots=True)
class Heard:
    """What the stage says of revision `rev`, which has the face `face`.

    It cut it into `parts`; type is `base` pixels large, and `size` is for what figures are to be drawn, 0 where it has
    not said. `key` is one that was pressed then ("" for none), the `n`-th.
    """

    rev: int = 0
    face: str = ""
    parts: int = 0
    base: int = 0
    size: int = 0
    key: str = ""
    n: int = 0


def stage(rev: int, part: int, parts: int, *, face: str, size: int, heard: int) -> Heard:
    """Listen to keys and fit revision `rev`, of whose `parts` part number `part` is shown.

    `face` tells what is shown apart, however it is turned; its figures are drawn for type of `size` pixels. `heard` is
    the number of the last key that was obeyed.
    """
    told = _stage(
        key="stage-keys",
        data={"rev": rev, "part": part, "parts": parts, "face": face, "size": size, "heard": heard},
        on_key_change=lambda: None,
        on_fit_change=lambda: None,
    )
    key, fit = _mapping(told.get("key")), _mapping(told.get("fit"))
    said = key or fit  # what a key was pressed at is newer than what was told
    numbers = {name: _number(said.get(name)) for name in ("rev", "parts", "base", "size", "n")}
    return Heard(face=str(said.get("face", "")), key=str(key.get("key", "")), **numbers)


def _mapping(said: Any) -> dict[str, Any]:
    return said if isinstance(said, dict) else {}


def _number(said: Any) -> int:
    return int(said) if isinstance(said, (int, float)) and not isinstance(said, bool) and abs(said) < 2**53 else 0
