"""How an audit looks: 数, a field for the value; 判, the judgements to pick from; then the calculation, step by step."""

from __future__ import annotations

from typing import Any

import streamlit as st

from casecourse.grading import JSON, UNKNOWN, Tally, Verdict
from casecourse.kinds.audit import JUDGEMENTS, Audit, Input, Working, judgement_word, relation_word
from casecourse.texts import t
from casecourse.ui.blocks import spans
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.components.answer_box import answer_box
from casecourse.ui.kinds import marks


def meanings() -> dict[str, str]:
    """What each judgement says."""
    return {
        "consistent": t("算出来就是源文的数"),
        "rounding": t("不相等，但四舍五入就能造成"),
        "scope": t("两个数说的不是同一批人、同一件事或同一个时点"),
        "conflict": t("同一件事的两个数对不上"),
        "unknowable": t("缺一个要用的数，没法算"),
    }


def ask(ex: Audit, *, key: str, big: bool, locked: bool) -> JSON | None:
    """Two steps: the value, then the judgement; and a question to the author, which is kept and not scored."""
    del big
    with st.container(key=f"asked-{key}", gap="small"):
        st.markdown(f"**{t('一、数')}**　:gray[{t('用源文的数算一算')}]")
        unknown = bool(st.session_state.get(f"w-{key}-unknown"))
        label = t("算出来是（{unit}）", unit=ex.unit) if ex.unit else t("算出来是")
        digits = t("保留 {n} 位小数", n=ex.decimals) if ex.decimals else ""
        text = answer_box(
            label, key=f"w-{key}-value", field="value", disabled=locked or unknown, placeholder=digits, max_chars=60,
            width=340,
        )  # fmt: skip
        st.checkbox(UNKNOWN, key=f"w-{key}-unknown", disabled=locked)
        st.markdown(f"**{t('二、判')}**　:gray[{t('和源文的数比一比，怎么说才站得住')}]")
        said = meanings()
        verdict = st.radio(
            t("判断"), JUDGEMENTS, index=None, format_func=judgement_word, captions=[said[j] for j in JUDGEMENTS],
            key=f"w-{key}-verdict", disabled=locked, label_visibility="collapsed", width="stretch",
        )  # fmt: skip
        asked = answer_box(
            t("你想向作者追问什么？（不计分）"), key=f"w-{key}-question", field="question", lines=2, disabled=locked,
            max_chars=400,
        )  # fmt: skip
    raw = {"value": UNKNOWN if unknown else text.strip(), "question": asked.strip()}
    raw |= {"verdict": verdict} if verdict else {}
    return raw if any(raw.values()) else None


def restore(ex: Audit, raw: JSON, *, key: str) -> dict[str, Any]:
    """The value or the tick, the judgement and the question, as far as they are there."""
    del ex
    found = {k: v for k, v in raw.items() if isinstance(v, str)} if isinstance(raw, dict) else {}
    values: dict[str, Any] = {f"w-{key}-{k}": found[k] for k in ("value", "question") if found.get(k)}
    if found.get("value") == UNKNOWN:
        del values[f"w-{key}-value"]
        values[f"w-{key}-unknown"] = True
    if found.get("verdict") in JUDGEMENTS:
        values[f"w-{key}-verdict"] = found["verdict"]
    return values


def review(ex: Audit, answer: dict[str, str], verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """Value and judgement with their marks; after release the judgement of the key, the calculation and both questions."""
    if verdict and verdict.notes:
        marks.notes(verdict.notes, key)
    else:
        marks.row(f"{key}-0", "rest", answer["value"], "", marks.yours("rest"))
        marks.row(f"{key}-1", "rest", judgement_word(answer["verdict"]), "", marks.yours("rest"))
    if reveal:
        if answer["verdict"] != ex.judged:
            why = ex.scope.fill(ex.why.get(ex.judged, ""))
            marks.row(f"{key}-key", "right", judgement_word(ex.judged), why, f":green-badge[{t('标准判断')}]")
        for said in ex.also:
            if answer["verdict"] != said:
                why = ex.scope.fill(ex.why.get(said, ""))
                marks.row(f"{key}-{said}", "part", judgement_word(said), why, f":yellow-badge[{t('也说得通')}]")
        working = ex.working()
        if working:
            _steps(ex, working, key)
    _questions(ex, answer["question"], reveal, key)


def _steps(ex: Audit, working: Working, key: str) -> None:
    """The facts with their places, the formula with figures, the value, the stated figure, and how they lie."""
    with st.container(key=f"steps-{key}", gap="xsmall"):
        st.caption(t("一步一步算"))
        lines = [_fact(one) for one in working.inputs]
        lines.append(t("算：{value}", value=f"{working.filled} = **{working.value}**　{working.span}"))
        if working.stated and working.stated.label:
            lines.append(t("源文的数：{fact}", fact=_fact(working.stated)))
        elif working.stated:
            spelt = f"{working.stated.note} = " if working.stated.note else ""
            lines.append(t("对照：{value}", value=f"{spelt}**{working.stated.text}**　{working.stated.span}"))
        lines.append(t("比：{word}。", word=relation_word(working.found)))
        st.markdown("\n".join(f"1. {set_right(line)}" for line in lines))
        if working.stated and (working.span or working.stated.span):
            _bars(ex, working, working.stated, key)


def _bars(ex: Audit, working: Working, stated: Input, key: str) -> None:
    """Both intervals on one scale, where there is anything to see."""
    sides = ((ex.compute, t("算出 {value}", value=working.value)), (ex.stated, t("对照 {value}", value=stated.text)))
    bounds = [ex.bounds(text) for text, _ in sides]
    if any(b.unknown for b in bounds):
        return
    first, second = (
        spans.Span(words, float(b.low), float(ex.measure.key(text, ex.scope)), float(b.high))
        for (text, words), b in zip(sides, bounds, strict=True)
    )
    said = [f"{words} {span}".strip() for (_, words), span in zip(sides, (working.span, stated.span), strict=True)]
    spans.draw((first, second), "；".join([*said, relation_word(working.found)]), key)


def _fact(one: Input) -> str:
    """A fact in one line: its name, its figure, what it may stand for, and where it comes from."""
    parts = [f"{one.label}　**{one.text}**", one.span, t("来历：{note}", note=one.note)]
    return "　".join(p for p in parts if p)


def _questions(ex: Audit, asked: str, reveal: bool, key: str) -> None:
    """Her question, as written, and beside it the one that the author of the exercise would ask."""
    if not asked and not reveal:
        return
    with st.container(key=f"ask-{key}", gap="xsmall"):
        st.caption(t("向作者追问"))
        if asked:
            marks.row(f"{key}-asked", "rest", asked, "", f":gray-badge[{t('你的追问')}]")
        if reveal:
            marks.row(f"{key}-model", "rest", ex.scope.fill(ex.question), "", f":gray-badge[{t('可以这样问')}]")


def show(ex: Audit, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """How often each judgement was made and each value found, and how many asked something."""
    del big, reveal
    judged = {judgement_word(j): n for j, n in tally.slots["verdict"].items()}
    marks.bars(ex, Tally(tally.n, {t("判"): judged, t("数"): tally.slots["value"]}), key)
    st.caption(t("{n} 人向作者提了问题。", n=len(tally.extra["questions"])))
