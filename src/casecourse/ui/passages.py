"""Passages beside an answer, where an exercise asks for its evidence: picked, shown beside the author's, counted for a class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from casecourse.grading import ExerciseBase, Passage, Tally
from casecourse.texts import t
from casecourse.ui.blocks import passage as drawn
from casecourse.ui.kinds import marks


def ask(passages: Sequence[Passage], *, key: str, locked: bool) -> tuple[str, ...]:
    """Rows to tick, folded away until wanted; what is ticked stays in sight. Returns the passages picked, in reading order."""
    picked: list[str] = []

    def pick(passage: Passage) -> None:
        if drawn.tick(passage, _widget(key, passage.ref), locked):
            picked.append(passage.ref)

    with st.container(key=f"cites-{key}", gap="xsmall"):
        said = st.container(gap=None)
        with st.expander(t("选出你所依据的段落")), st.container(gap=None):
            drawn.rows(passages, f"{key}-cites", pick)
        names = "、".join(drawn.place(p) for p in passages if p.ref in picked)
        said.caption(t("依据：{names}", names=names) if names else t("这道题要指出依据：至少选一段。"))
    return tuple(picked)


def restore(passages: Sequence[Passage], refs: Iterable[str], *, key: str) -> dict[str, Any]:
    """Widget values for stored citations; a passage that is not offered any more is left out."""
    kept = set(refs)
    return {_widget(key, p.ref): p.ref in kept for p in passages}


def _widget(key: str, ref: str) -> str:
    return f"w-{key}-cites-{ref}"


def review(
    passages: Sequence[Passage], refs: Sequence[str], exercise: ExerciseBase, *, released: bool, key: str
) -> None:
    """The passages that she cited; once the key is released, whether the author cites them too. Nothing is scored here."""
    if not refs:
        return
    found = {p.ref: p for p in passages}
    with st.container(key=f"citing-{key}", gap=None):
        st.caption(t("你指出的依据"))
        for ref in refs:
            badges = []
            if released:
                same = ref in exercise.evidence
                badges.append(f":green-badge[{t('作者也引这一段')}]" if same else f":gray-badge[{t('作者引的是别处')}]")
            text = drawn.line(found[ref]) if ref in found else t("这一段已经改掉了（{ref}）", ref=ref)
            marks.row(f"{key}-cites-{ref}", "info", text, "", *badges)


def show(passages: Sequence[Passage], tally: Tally, *, key: str) -> None:
    """How many of a class cited each passage, most often cited first; nothing where none was asked for."""
    counts: Mapping[str, int] = tally.extra.get("cites", {})
    if not counts:
        return
    with st.container(key=f"bars-cites-{key}", gap="xsmall"):
        st.caption(t("全班指出的依据"))
        for passage in sorted((p for p in passages if p.ref in counts), key=lambda p: -counts[p.ref]):
            st.text(t("{label}　{n} 人", label=drawn.line(passage), n=counts[passage.ref]))
            st.progress(min(1.0, counts[passage.ref] / max(1, tally.n)))
