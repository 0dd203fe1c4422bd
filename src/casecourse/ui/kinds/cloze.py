"""How a text with gaps looks: running text with a field in every gap, then the same text with what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import streamlit as st

from casecourse.grading import JSON, UNKNOWN, Note, Tally, Verdict
from casecourse.kinds.cloze import HOLE, Cloze
from casecourse.texts import t
from casecourse.ui.blocks.prose import JOINER, set_right
from casecourse.ui.components.answer_box import answer_box
from casecourse.ui.kinds import marks

WIDTH, BIG = 132, 220  # pixels of a field to type in; the same for all, its length tells nothing
PARAGRAPH = re.compile(r"\n[ \t]*\n|\n(?=(?:[-*+]|\d+\.) )")
LISTED = re.compile(r"^[-*+] ")
MARKED = re.compile(r"^(?=[-*+>#]|\d+[.)])")  # what Markdown would take for a list, a quotation or a heading
OPENS, CLOSES = "（“‘《「『【(", "，。；：、！？）”’》」』】％,.;:!?)%"


@dataclass(frozen=True)
class Piece:
    """Words, or a gap with the marks that must stay on its line."""

    text: str = ""
    gap: str = ""
    lead: str = ""
    tail: str = ""


def number(n: int) -> str:
    """The sign by which people call the n-th gap."""
    return chr(0x2460 + n - 1) if n <= 20 else f"({n})"


def numbers(ex: Cloze) -> dict[str, str]:
    """Gap → its sign."""
    return {name: number(n) for n, name in enumerate(ex.order(), 1)}


def paragraphs(ex: Cloze) -> list[list[Piece]]:
    """The text in paragraphs of words and gaps; a gap that cannot be asked for here stays a hole."""
    found: list[list[Piece]] = [[]]
    seen: set[str] = set()
    for what, piece in ex.pieces():
        if what == "gap" and piece in ex.gaps and piece not in seen:
            seen.add(piece)
            found[-1].append(Piece(gap=piece))
            continue
        text = ex.scope.fill(piece) if what == "text" else HOLE
        for n, part in enumerate(PARAGRAPH.split(text)):
            if n:
                found.append([])
            if part.strip():
                found[-1].append(Piece(text=LISTED.sub("•\u00a0", part.strip("\n"))))
    return [list(_bound(p)) for p in found if p]


def _bound(pieces: list[Piece]) -> Iterator[Piece]:
    """Give each gap the opening marks before it and the closing marks after it: no line begins with a comma."""
    texts = [p.text for p in pieces]
    for n, piece in enumerate(pieces):
        if piece.gap:
            before, after = texts[n - 1] if n else "", texts[n + 1] if n + 1 < len(texts) else ""
            lead = before[len(before.rstrip(OPENS)) :]
            tail = after[: len(after) - len(after.lstrip(CLOSES))]
            if lead:
                texts[n - 1] = before[: -len(lead)]
            if tail:
                texts[n + 1] = after[len(tail) :]
            texts[n] = ""
            pieces[n] = Piece(gap=piece.gap, lead=lead, tail=tail)
    for piece, text in zip(pieces, texts, strict=True):
        if piece.gap or text.strip():
            yield piece if piece.gap else Piece(text=text)


def _words(text: str) -> None:
    st.markdown(MARKED.sub(JOINER, set_right(text.strip())))


def ask(ex: Cloze, *, key: str, big: bool, locked: bool) -> JSON | None:
    """The text with a field or a dropdown in each gap; 源文未载 can be typed or chosen in each."""
    answer: dict[str, str] = {}
    signs = numbers(ex)
    with st.container(key=f"cloze-{key}", gap="small"):
        for n, pieces in enumerate(paragraphs(ex)):
            with st.container(key=f"clozeline-{key}-{n}", gap=None):
                for piece in pieces:
                    if not piece.gap:
                        _words(piece.text)
                        continue
                    with st.container(key=f"clozegap-{'tail-' if piece.tail else ''}{key}-{piece.gap}", gap=None):
                        st.markdown(f"{piece.lead}:small[:gray[{signs[piece.gap]}]]")
                        if text := _field(ex, piece, signs[piece.gap], f"w-{key}-{piece.gap}", big, locked):
                            answer[piece.gap] = text
                        if piece.tail:
                            st.markdown(piece.tail)
    st.caption(t("材料没有写的空，填“{word}”。", word=UNKNOWN))
    return answer or None


def _field(ex: Cloze, piece: Piece, sign: str, key: str, big: bool, locked: bool) -> str:
    gap = ex.gap(piece.gap)
    label = t("第 {n} 空：{words}", n=sign, words=ex.around(piece.gap))
    unit = gap.measure.unit
    if gap.choices:
        longest = max(len(ex.scope.fill(c)) for c in gap.choices)
        width = min(96 + longest * (24 if big else 16), 460 if big else 320)  # the words, and room for × and the arrow
        picked = st.selectbox(
            label, gap.choices, index=None, key=key, placeholder=t("选一项"), disabled=locked, width=width,
            label_visibility="collapsed", format_func=ex.scope.fill, filter_mode=None,
        )  # fmt: skip
        return picked or ""
    return answer_box(
        label, key=key, field=piece.gap, disabled=locked, max_chars=200, hide_label=True, width=BIG if big else WIDTH,
        placeholder=t("单位：{unit}", unit=unit) if unit and unit not in ex.around(piece.gap) else "",
    ).strip()  # fmt: skip


def restore(ex: Cloze, raw: JSON, *, key: str) -> dict[str, Any]:
    """The gaps' values; a gap or a choice that no longer exists is left out."""
    stored = raw if isinstance(raw, dict) else {}
    values: dict[str, Any] = {}
    for name in ex.gaps:
        text, choices = stored.get(name), ex.gap(name).choices
        if isinstance(text, str) and text and (not choices or text in choices):
            values[f"w-{key}-{name}"] = text
    return values


def review(ex: Cloze, answer: dict[str, str], verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """The text with what was filled in and how it stands; after release with the keys; the reasons below."""
    signs = numbers(ex)
    notes = {n.about: n for n in verdict.notes} if verdict else {}
    with st.container(key=f"cloze-{key}", gap="small"):
        for n, pieces in enumerate(paragraphs(ex)):
            with st.container(key=f"clozeline-{key}-{n}", gap=None):
                for piece in pieces:
                    if piece.gap:
                        _filled(ex, piece, answer.get(piece.gap, ""), notes.get(piece.gap), reveal, signs, key)
                    else:
                        _words(piece.text)
    for name, note in notes.items():
        if note.why:
            said = f"{signs.get(name, '')} {ex.scope.fill(answer.get(name, ''))}"
            marks.row(f"{key}-{name}", note.state, said, ex.scope.fill(note.why), marks.yours(note.state))


def _filled(
    ex: Cloze, piece: Piece, text: str, note: Note | None, reveal: bool, signs: dict[str, str], key: str
) -> None:
    """One gap in the text: its sign, the word with its mark, and the key once it is released."""
    gap = ex.gap(piece.gap)
    state: marks.State = note.state if note else "rest"
    said = ex.scope.fill(text) if gap.choices else text
    with st.container(key=f"clozegap-{'tail-' if piece.tail else ''}{key}-{piece.gap}", gap=None):
        st.markdown(f"{piece.lead}:small[:gray[{signs[piece.gap]}]]")
        with st.container(key=f"clozeword-{marks.STYLE[state]}-{key}-{piece.gap}", gap=None):
            if note:
                st.markdown(marks.ICONS[state])
            st.text(said or t("没有填"))
            if note:
                st.markdown(marks.yours(state))
        if reveal and not gap.blank.free and state != "right":
            with st.container(key=f"clozeword-key-{key}-{piece.gap}", gap=None):
                st.text(t("应为 {key}", key=gap.key(ex.scope)))
        if piece.tail:
            st.markdown(piece.tail)


def show(ex: Cloze, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """Gap by gap, how often each answer was given."""
    del big, reveal
    named = {f"{sign}　{ex.around(name)}": tally.slots.get(name, {}) for name, sign in numbers(ex).items()}
    marks.bars(ex, Tally(tally.n, named), key)
