"""Prose: Markdown whose figures say where they come from and whose terms show what they mean."""

from __future__ import annotations

import re

import streamlit as st

from casecourse.model import CaseFacts, Shown
from casecourse.model.blocks import Prose
from casecourse.model.facts import MENTION
from casecourse.texts import t

# the anchors of the apparatus at the end of a unit
ANCHORS = {"at": "from-source", "formula": "from-derived", "assumed": "from-assumed", "external": "from-external"}
WIDE = r"\u2018-\u201d\u3000-\u9fff\uff00-\uffef"
# a line of the source ends beside Chinese: no space belongs there, whatever follows on the next line but a list
NEWLINES = re.compile(rf"(?<=[{WIDE}*)])\n(?=[{WIDE}*\[])(?![*-] )|(?<=[{WIDE}])\n(?=[\w(])(?!\d+\. )")
BOLD = re.compile(r"\*\*([^*\n]+?)\*\*")
JOINER = "\u2060"  # no width, no break: lets ** stand beside Chinese punctuation


def origin_word(origin: str) -> str:
    """The word under which readers know an origin."""
    return {"at": t("源文"), "formula": t("据源文计算"), "assumed": t("教学设定"), "external": t("外部")}[origin]


def fact_link(shown: Shown) -> str:
    """A figure as a link to the apparatus; its title says where it comes from."""
    parts = [origin_word(shown.origin), shown.label, shown.note, shown.as_of]
    title = "　".join(p for p in parts if p).replace('"', "”").replace("\n", " ")
    text = shown.text.replace("[", "［").replace("]", "］")
    return f'[{text}](#{ANCHORS[shown.origin]} "{title}")'


def set_right(text: str) -> str:
    """Markdown as Chinese needs it: no space where a line of the source ends, bold beside punctuation."""
    text = NEWLINES.sub("", text)
    return BOLD.sub(lambda m: f"**{JOINER}{m[1]}{JOINER}**", text)


def linked(text: str, scope: CaseFacts, terms: dict[str, str]) -> str:
    """`text` with its facts as links and the first occurrence of each term as one.

    `terms` maps term → definition; a term that was found is taken out, so that each is marked once on a page.
    """
    out, end = [], 0
    for match in MENTION.finditer(text):
        out.append(_with_terms(text[end : match.start()], terms))
        out.append(scope.mentions(match.group(0), fact_link))
        end = match.end()
    out.append(_with_terms(text[end:], terms))
    return set_right("".join(out))


def _with_terms(text: str, terms: dict[str, str]) -> str:
    for term in sorted(terms, key=len, reverse=True):
        if term in text and "](" not in text:
            title = terms.pop(term).replace('"', "”").replace("\n", " ")
            before, _, after = text.partition(term)
            return f'{_with_terms(before, terms)}[{term}](#terms "{title}"){_with_terms(after, terms)}'
    return text


def draw(block: Prose, scope: CaseFacts, key: str, terms: dict[str, str]) -> None:
    """A passage."""
    with st.container(key=f"prose-{key}", gap="xsmall"):
        st.markdown(linked(block.prose, scope, terms))
        label(block.assumed, block.external)


def label(assumed: str, external: str) -> None:
    """Say that a block is a teaching assumption or comes from elsewhere, with the reason."""
    if assumed:
        st.caption(t("教学设定：{reason}", reason=assumed))
    if external:
        st.caption(t("外部：{reason}", reason=external))


def heading(title: str, note: str) -> None:
    """The statement that a figure or a table makes, and what is measured."""
    with st.container(gap=None):
        st.markdown(f"**{title}**")
        if note:
            st.caption(note)
