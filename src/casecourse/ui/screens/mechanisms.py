"""机制: the index of the cases' governance systems, by the question that each answers, with the way to try it."""

from __future__ import annotations

import streamlit as st

from casecourse.actions import mechanisms
from casecourse.actions.mechanisms import Indexed, Trial
from casecourse.kinds import TITLES
from casecourse.texts import t
from casecourse.ui import session
from casecourse.ui.components.page import page as begin

WIDTHS = [0.25, 0.47, 0.1, 0.18]


def themes() -> dict[str, str]:
    """Group → the question that its mechanisms answer, in the order of the index; the last takes what has no group."""
    return {
        "structure": t("结构：谁和谁接在一起"),
        "authority": t("权责：谁说了算"),
        "resources": t("资源：人和钱从哪里来"),
        "process": t("流程：一件事怎么走完"),
        "service": t("服务：怎样送到居民身边"),
        "review": t("考评：好坏由谁来说"),
        "figures": t("口径：数字怎么数出来"),
        "reading": t("证据：材料能说到哪一步"),
        "": t("其他：还没有归类"),
    }


def short(theme: str) -> str:
    """A theme in a word."""
    return theme.partition("：")[0]


def way(trial: Trial) -> str:
    """How something is tried, in a word or two."""
    if trial.number:
        return t("{kind}　第 {n} 题", kind=t(TITLES[trial.kind]), n=trial.number)
    return {"discuss": t("讨论"), "explore": t("推演")}[trial.kind]


def text_of(entry: Indexed) -> str:
    """All that the search looks at."""
    found = entry.mechanism
    ways = [w for trial in entry.trials for w in (way(trial), trial.prompt)]
    return "\n".join([found.name, found.purpose, *found.parts, *ways]).casefold()


def chosen(entries: list[Indexed]) -> tuple[str, list[Indexed]]:
    """The fields of the index: the word that is looked for, and what all of them leave."""
    with st.container(key="filters", gap="small"):
        word = st.text_input(
            t("搜索"), key="mech-word", placeholder=t("机制、作用或练习"), icon=":material/search:",
            label_visibility="collapsed", max_chars=60, width=320,
        )  # fmt: skip
        cases = {e.case.id: f"{e.case.short} {sum(x.case is e.case for x in entries)}" for e in entries}
        groups = {g: f"{short(w)} {sum((e.mechanism.group or '') == g for e in entries)}" for g, w in themes().items()}
        present = [g for g in groups if any((e.mechanism.group or "") == g for e in entries)]
        which = pills(t("案例"), "mech-case", cases, list(cases))
        kinds = pills(t("归类"), "mech-group", groups, present)
    word = (word or "").strip()
    return word, [
        e
        for e in entries
        if (not which or e.case.id in which)
        and (not kinds or (e.mechanism.group or "") in kinds)
        and word.casefold() in text_of(e)
    ]


def pills(label: str, key: str, words: dict[str, str], names: list[str]) -> list[str]:
    """Any of these, none meaning all."""
    return list(
        st.pills(
            label, names, key=key, selection_mode="multi", format_func=lambda n: words[n], label_visibility="collapsed"
        )
        or []
    )


def row(entry: Indexed) -> None:
    """One mechanism: its name, what it is for and made of, its case, and the ways to try it."""
    found, key = entry.mechanism, f"{entry.case.id}-{entry.name}"
    with st.container(key=f"mechrow-{key}"):
        name, purpose, case, ways = st.columns(WIDTHS, gap="small")
        name.subheader(found.name, anchor=False)
        with purpose, st.container(key=f"mechwhat-{key}", gap="xxsmall"):
            st.markdown(f":small[{t('作用')}] {found.purpose}")
            parts = [
                "、".join(found.parts),
                t("出处　{places}", places="、".join(entry.places)) if entry.places else "",
            ]
            if any(parts):
                st.caption("  \n".join(p for p in parts if p))
        case.markdown(f":small[{t('案例')}] {entry.case.short}")
        with ways, st.container(key=f"mechways-{key}", gap=None):
            st.caption(t("练习"))
            for trial in entry.trials:
                query = {"case": trial.case, "unit": trial.unit, "at": trial.at}
                st.page_link("screens/unit.py", label=way(trial), help=trial.prompt[:80], query_params=query)


def listing(entries: list[Indexed]) -> None:
    """The themes, each with its mechanisms."""
    shown = [(g, w, [e for e in entries if (e.mechanism.group or "") == g]) for g, w in themes().items()]
    for n, (group, words, rows) in enumerate(s for s in shown if s[2]):
        with st.container(key=f"mech-{group or 'other'}", gap=None):
            st.header(words, anchor=False)
            with st.container(key=f"mechlist-{group or 'other'}", gap=None):
                if n == 0:
                    heads()
                for entry in rows:
                    row(entry)


def heads() -> None:
    """The names of the columns, above the first theme."""
    with st.container(key="mechheads"):
        words = (t("机制"), t("作用"), t("案例"), t("练习"))
        for column, word in zip(st.columns(WIDTHS, gap="small"), words, strict=True):
            column.caption(word)


def page() -> None:
    """The screen."""
    entries = mechanisms.index(session.who(), session.store(), session.course())
    begin("mechanisms")
    with st.container(key="page-wide"):
        st.title(t("机制索引"), anchor=False)
        if not entries:
            st.markdown(f"**{t('还没有机制')}**")
            st.caption(t("案例里写了机制，并且案例已经开放，就会列在这里。"))
            return
        with st.container(key="lede"):
            cases = len({e.case.id for e in entries})
            st.markdown(t("{cases} 个案例里的 {n} 项机制，按它们解决的问题排列。", cases=cases, n=len(entries)))
        word, found = chosen(entries)
        listing(found)
        if found:
            return
        with st.container(key="empty-search", gap="xsmall"):
            st.markdown(f"**{t('没有找到“{word}”', word=word) if word else t('没有这样的机制')}**")
            st.caption(t("换一个说法，或者去掉上面选中的案例和归类。"))


page()
