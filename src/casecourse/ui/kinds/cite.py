"""How finding evidence looks: passages to tick or to put for and against, then those picked with their marks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import streamlit as st

from casecourse.grading import JSON, Passage, Tally, Verdict
from casecourse.kinds.cite import ONE, Cite
from casecourse.texts import t
from casecourse.ui.blocks import passage as drawn
from casecourse.ui.kinds import marks


def words(heading: str) -> str:
    """A heading as people read it."""
    return {"supports": t("支持"), "contradicts": t("反对")}.get(heading, t("所选段落"))


def ask(ex: Cite, *, key: str, big: bool, locked: bool) -> JSON | None:
    """One row per passage: a tick, or 支持 and 反对; the whole passage on demand."""
    del big
    picked: dict[str, list[str]] = {}

    def pick(passage: Passage) -> None:
        if heading := _heading(ex, passage, f"w-{key}-{passage.ref}", locked):
            picked.setdefault(heading, []).append(passage.ref)

    with st.container(key=f"cite-{key}", gap=None):
        st.caption(t("可选多段") if ex.headings == ONE else t("每段选支持或反对；无关的不选，再按一次取消"))
        drawn.rows(ex.passages(), key, pick)
    return {h: picked[h] for h in ex.headings if h in picked} or None


def _heading(ex: Cite, passage: Passage, key: str, locked: bool) -> str:
    """The heading under which the passage is put, or ""."""
    if ex.headings == ONE:
        return ONE[0] if drawn.tick(passage, key, locked) else ""
    st.markdown(drawn.line(passage))
    picked = st.segmented_control(
        drawn.line(passage), ex.headings, key=key, format_func=words, disabled=locked, label_visibility="collapsed"
    )
    return picked or ""


def restore(ex: Cite, raw: JSON, *, key: str) -> dict[str, Any]:
    """Ticks or headings for stored picks; a passage or a heading that no longer exists is left out."""
    stored = raw if isinstance(raw, dict) else {}
    chosen = {
        ref: heading
        for heading in ex.headings
        if isinstance(stored.get(heading), list)
        for ref in stored[heading]
        if isinstance(ref, str)
    }
    if ex.headings == ONE:
        return {f"w-{key}-{p.ref}": p.ref in chosen for p in ex.passages()}
    return {f"w-{key}-{p.ref}": chosen[p.ref] for p in ex.passages() if p.ref in chosen}


def review(ex: Cite, answer: dict[str, list[str]], verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """What was picked, under its heading, with its mark and reason; after release also what was missed."""
    notes = {n.about: n for n in verdict.notes} if verdict else {}
    with st.container(key=f"cited-{key}", gap="small" if len(ex.headings) > 1 else None):
        for heading in ex.headings:
            rows = list(_reviewed(ex, heading, answer.get(heading, []), reveal))
            if len(ex.headings) > 1:
                st.caption(words(heading) if rows else t("{heading}　没有选", heading=words(heading)))
            for passage, picked in rows:
                note = notes.get(passage.ref) if picked else None
                state: marks.State = note.state if note else "rest" if picked else "missed"
                badges = [f":green-badge[{t('正确答案')}]"] if reveal and ex.key.get(passage.ref) == heading else []
                badges.append(marks.yours(state))
                why = ex.scope.fill(note.why) if note else ""
                marks.row(f"{key}-{heading}-{passage.ref}", state, drawn.line(passage), why, *badges)
                if reveal:
                    drawn.whole(passage, f"{key}-{heading}-{passage.ref}")


def _reviewed(ex: Cite, heading: str, picked: list[str], reveal: bool) -> Iterator[tuple[Passage, bool]]:
    """(passage, whether it was picked) of what is shown under a heading, in reading order."""
    for passage in ex.passages():
        if passage.ref in picked or (reveal and ex.key.get(passage.ref) == heading):
            yield passage, passage.ref in picked


def show(ex: Cite, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """How many picked each passage, by heading, most often picked first; after release the keys are named."""
    del big
    slots: dict[str, dict[str, int]] = {}
    for heading in ex.headings:
        counts = {p: tally.slots.get(p.ref, {}).get(heading, 0) for p in ex.passages()}
        chosen = sorted((p for p in counts if counts[p]), key=lambda p: -counts[p])
        right = f"　{t('正确答案')}" if reveal else ""
        slots["" if ex.headings == ONE else words(heading)] = {
            drawn.line(p) + (right if ex.key.get(p.ref) == heading else ""): counts[p] for p in chosen
        }
    marks.bars(ex, Tally(tally.n, slots), key)
