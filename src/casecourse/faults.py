"""The sentences for what a model refuses: (code, message, help) for each fault, in the author's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casecourse.model.blocks import BLOCKS
from casecourse.texts import t

Words = tuple[str, str, str]


def worded(kind: str, ctx: Mapping[str, Any], given: object, field: str) -> Words:
    """(code, message, help) for what pydantic or a validator of ours refused; `field` is where it stands."""
    word = str(given)[:40] if isinstance(given, str | int) else ""
    found = (
        _by_rule(ctx).get(kind)
        or _in_figures().get(kind)
        or _in_options(ctx).get(kind)
        or _in_questions(ctx).get(kind)
        or _in_designs().get(kind)
        or _by_type(word).get(kind)
        or _by_limit(kind, ctx, word)
    )
    return found or ("wrong-value", t("这里写得不对（{kind}）", kind=kind), t("字段：{name}", name=field))


def _by_rule(ctx: Mapping[str, Any]) -> dict[str, Words]:
    """Rules of facts, notes and tables to read."""
    said = {"row": ctx.get("row"), "n": ctx.get("n"), "wanted": ctx.get("wanted")}
    cells = ("wrong-value", t("“{row}”有 {n} 格，应有 {wanted} 格", **said), t("一栏一格；句子里的逗号用全角 ，"))
    return {
        "row_cells": cells,
        "rubric_row": cells,
        "rubric_levels": ("wrong-value", t("各档分值要从高到低，不能相等"), t("例如 levels: [4, 3, 2, 1]")),
        "rubric_below": ("wrong-value", t("档分不能小于 0"), t("最低一档不得分就写 0")),
        "theory_origin": (
            "missing-field",
            t("理论要写来处：evidence 或 external"),
            t("源文引用了就写 evidence: 依据；教师补充的写 external: 出处"),
        ),
        "origin": (
            "origin",
            t("来历要写且只写一个：at、formula、assumed 或 external"),
            t("源文里有就写 at: 位置；算出来的写 formula；教学设定写 assumed: 理由；外部知识写 external: 出处"),
        ),
        "value_or_formula": ("origin", t("写 value 或 formula，二者取一"), t("源文的数写 value；算出来的写 formula")),
    }


def _in_figures() -> dict[str, Words]:
    """Rules of blocks."""
    return {
        "chart_body": (
            "wrong-value",
            t("图的数要写 facts、series 或 flows 中的一种"),
            t("一项一个数用 facts；多个系列用 labels 与 series"),
        ),
        "chart_labels": ("wrong-value", t("每个系列的数要与 labels 一样多"), t("一个名称对应一个公式")),
        "diagram_body": ("wrong-value", t("图要写 steps 或 edges 中的一种"), t("一条链写 steps；有分叉写 edges")),
        "event_body": ("wrong-value", t("事件写一个事实 id，或写 when 与 text"), ""),
        "union_tag_not_found": (
            "unknown-block",
            t("认不出这是哪种块"),
            t("块的第一个字段是它的种类：{names}", names="、".join(BLOCKS)),
        ),
    }


def _in_options(ctx: Mapping[str, Any]) -> dict[str, Words]:
    """Rules of options."""
    return {
        "option_text": (
            "missing-field",
            t("选项要写 right、wrong 或 text 中的一个"),
            t("对的写 right，错的写 wrong，投票题写一行文字"),
        ),
        "options_mixed": (
            "wrong-value",
            t("有的选项有对错，有的没有"),
            t("有答案的题每项都写 right 或 wrong；投票题每项都只写一行"),
        ),
        "no_right": (
            "no-right-option",
            t("没有一个选项是 right"),
            t("把对的那一项写成 right；没有标准答案就全写成一行文字"),
        ),
        "options_twice": ("wrong-value", t("两个选项一样：“{word}”", word=ctx.get("word", "")), t("改写其中一个")),
    }


def _in_questions(ctx: Mapping[str, Any]) -> dict[str, Words]:
    """Rules of exercises."""
    fault = formula_words(str(ctx.get("fault", "")), int(ctx.get("column", 1)), str(ctx.get("word", "")))
    return {
        "formula": ("bad-formula", *fault),
        "count_accept": (
            "wrong-value",
            t("只接受 {n} 个答案，却要写更多", n=ctx.get("n")),
            t("减小 count 或补足 accept"),
        ),
        "blank_key": (
            "wrong-value",
            t("这一格要写 accept 或 answer 中的一个"),
            t("文字写 accept，公式写 answer 或以 = 开头"),
        ),
        "cite_key": (
            "wrong-value",
            t("答案写 right，或写 supports、contradicts，二者取一"),
            t("只找一类段落用 right；要分支持与反对，用后两个"),
        ),
        "tolerance": ("wrong-value", t("误差写成不小于 0 的数，或 2％ 这样的百分比"), ""),
        "columns_twice": ("wrong-value", t("两栏同名"), t("改写其中一个栏名")),
        "steps_or_items": (
            "wrong-value",
            t("排序题要写 steps 或 items 中的一个"),
            t("有正确次序写 steps；自由排名写 items"),
        ),
        "extra_or_spare": (
            "wrong-value",
            t("extra 只写 true 或 false：它是选做"),
            t("混进来的项写在 spare 里，例如 spare: [群众投票]"),
        ),
        "nothing_asked": ("wrong-value", t("整张表没有要填的格"), t("至少有一栏不写 given: true")),
    }


def _in_designs() -> dict[str, Words]:
    """Rules of what is set, shared, placed and drawn."""
    return {
        "lever_both": (
            "wrong-value",
            t("写了 options，就不写 min、max、step"),
            t("几选一写 options；连续的数写 min、max"),
        ),
        "lever_ends": (
            "missing-field",
            t("要写 start、min、max，或写 options"),
            t("连续的数写 start: 1, min: 1, max: 12；几选一写 options: {名称: 值}"),
        ),
        "span": ("wrong-value", t("范围写成 [低, 高]，低的在前"), t("例如 x: [20, 60]，0 到 100")),
        "graph_body": (
            "wrong-value",
            t("写 nodes，或写 left 与 right"),
            t("连线、填框写 nodes；行与列打勾写 left 和 right"),
        ),
        "need_or_when": (
            "wrong-value",
            t("规则写 need 或 when 中的一个"),
            t("提交前必须成立的写 need；成立时说一句的写 when"),
        ),
    }


def _by_type(word: str) -> dict[str, Words]:
    """What was written is of another type."""
    return {
        "bool_type": ("wrong-type", t("这里写 true 或 false"), ""),
        "bool_parsing": ("wrong-type", t("“{word}”不是 true 或 false", word=word), t("只写 true 或 false")),
        "int_parsing": ("wrong-type", t("“{word}”不是整数", word=word), t("写成 45 这样的数字")),
        "int_type": ("wrong-type", t("这里应当是一个整数"), ""),
        "int_from_float": ("wrong-type", t("这里应当是一个整数"), ""),
        "decimal_parsing": ("wrong-type", t("“{word}”不是一个数", word=word), t("写成 0.5 这样的数字")),
        "decimal_type": ("wrong-type", t("这里应当是一个数"), ""),
        "string_type": ("wrong-type", t("这里应当是文字"), t("若是一句话里有冒号加空格，请用全角冒号 ： 或加引号")),
        "tuple_type": ("wrong-type", t("这里应当是一列"), t("写成 [甲, 乙]，或每行以 - 开头")),
        "mapping_type": ("wrong-type", t("这里应当是“名称: 内容”的小块"), ""),
        "dict_type": ("wrong-type", t("这里应当是“名称: 内容”的小块"), ""),
        "model_type": ("wrong-type", t("这里应当是“字段: 内容”的小块"), ""),
        "model_attributes_type": ("wrong-type", t("这里应当是“字段: 内容”的小块"), ""),
        "string_too_short": ("missing-field", t("这里不能空着"), ""),
    }


def _by_limit(kind: str, ctx: Mapping[str, Any], word: str) -> Words | None:
    """What was written lies outside what is allowed."""
    if kind == "literal_error":
        names = str(ctx.get("expected", "")).replace(" or ", ", ")
        return "wrong-value", t("不认识“{word}”", word=word), t("可以写：{names}", names=names)
    if kind == "string_pattern_mismatch" and "d{4}" in str(ctx.get("pattern")):
        return "wrong-value", t("“{word}”不是日期", word=word), t("写成 2014、2014-07 或 2014-07-01")
    if kind == "string_pattern_mismatch":
        return "bad-id", t("“{word}”不能作 id", word=word), t("id 用小写英文字母、数字和 -，以字母开头")
    if kind in ("decimal_max_digits", "decimal_whole_digits", "finite_number"):
        return (
            "wrong-value",
            t("“{word}”写成一个数，位数太多", word=word),
            t("最多 {n} 位", n=ctx.get("max_digits", 12)),
        )
    if kind == "too_short":
        return "wrong-value", t("这里的项数不对"), t("至少 {n} 项", n=ctx["min_length"])
    if kind == "too_long":
        return "wrong-value", t("这里的项数不对"), t("最多 {n} 项", n=ctx["max_length"])
    if kind == "greater_than_equal":
        return "wrong-value", t("“{word}”超出范围", word=word), t("应当 ≥ {n}", n=ctx["ge"])
    if kind == "less_than_equal":
        return "wrong-value", t("“{word}”超出范围", word=word), t("应当 ≤ {n}", n=ctx["le"])
    return None


def formula_words(fault: str, column: int, word: str) -> tuple[str, str]:
    """(message, help) for a formula that cannot be read or computed."""
    said = {
        "unknown-name": (t("公式里的“{word}”不是事实", word=word), t("先在 facts 里写它，或检查拼写")),
        "too-long": (t("公式太长，最多 500 个字符"), t("拆成几个派生事实")),
        "not-a-number": (t("“{word}”的值不是一个数，不能计算", word=word), t("数值要写成纯数字")),
        "needs-number": (t("“{word}”是一列名称，不是一个数", word=word), t("要它的个数就写 count({word})", word=word)),
        "needs-list": (t("count 要的是一列名称"), t("“{word}”只有一个值", word=word)),
        "divide-by-zero": (t("公式除以了零"), t("检查分母")),
        "too-big": (t("公式的结果太大"), t("检查单位与乘方")),
        "minus-space": (t("公式里的减号两边要有空格"), t("写成 a - b；没有空格的 a-b 是一个名字")),
        "unknown-function": (
            t("公式里没有“{word}”这个函数", word=word),
            t("可以用 count sum min max round floor ceil"),
        ),
        "arguments": (
            t("“{word}”括号里的项数不对", word=word),
            t("count round floor ceil 要一项，sum min max 可以多项"),
        ),
        "too-deep": (t("公式的括号套得太深"), t("拆成几个派生事实")),
        "bad-power": (t("公式里的乘方算不了"), t("指数写成较小的数")),
        "character": (t("公式里不能有“{word}”", word=word), t("减号用 -，乘用 *，除用 /，括号用半角")),
        "circle": (t("事实“{word}”绕一圈又用到自己", word=word), t("去掉其中一处引用")),
    }
    found = said.get(fault)
    return found or (t("公式在第 {column} 个字符处读不懂", column=column), t("减号两边要有空格；乘用 *，除用 /"))
