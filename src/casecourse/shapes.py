"""Plain data → frozen models: what a model refuses becomes a placed sentence, and the smallest broken piece is left out."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from casecourse.diagnostics import Diagnostic
from casecourse.model.blocks import BLOCKS, named_by
from casecourse.texts import t
from casecourse.yamlsource import SourceMap

M = TypeVar("M", bound=BaseModel)
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Shaped:
    """What became of a piece of data: the model or None, what was wrong, and the paths of the pieces left out."""

    model: Any
    diagnostics: tuple[Diagnostic, ...]
    left_out: tuple[Path, ...] = ()


def shaped(model: type[M], data: object, places: SourceMap, base: Path = (), pieces: Iterable[str] = ()) -> Shaped:
    """Validate `data` against `model`. Of the fields named in `pieces`, guilty entries are left out one by one.

    Unknown fields are reported and dropped; anything else that is wrong costs the whole.
    """
    found: dict[Diagnostic, None] = {}
    left_out: list[Path] = []
    pieces = tuple(pieces)
    for _ in range(3):  # a later pass may meet what an earlier fault hid
        try:
            return Shaped(model.model_validate(data), tuple(found), tuple(left_out))
        except ValidationError as e:
            guilty: set[Path] = set()
            dropped: set[Path] = set()
            fatal = False
            errors = [(error, _path(error, data)) for error in e.errors(include_url=False)]
            for error, path in errors:
                if error["type"] == "too_short" and any(
                    len(p) > len(path) and p[: len(path)] == path for _, p in errors
                ):
                    # an entry that could not be read was not counted; that is said at the entry
                    fatal = fatal or len(path) < 2 or path[0] not in pieces
                    continue
                if any(path == gone[: len(path)] for gone in left_out):
                    fatal = True  # what is left of a broken piece says nothing new
                    continue
                found[_diagnostic(error, path, model, data, places, base)] = None
                if error["type"] == "extra_forbidden":
                    dropped.add(path)
                elif len(path) >= 2 and path[0] in pieces:
                    guilty.add(path[:2])
                else:
                    fatal = True
            if fatal:
                return Shaped(None, tuple(found), tuple(left_out))
            left_out += sorted(guilty, key=str)
            data = _without(data, guilty | dropped)
    return Shaped(None, tuple(found), tuple(left_out))


def _path(error: ErrorDetails, data: object) -> Path:
    """Pydantic's location without what it inserts: union tags and `[key]`; a missing field keeps its name."""
    loc = [p for p in error["loc"] if p != "[key]"]
    if loc[:1] == ["blocks"] and len(loc) > 2 and loc[2] in BLOCKS:
        del loc[2]
    path: list[str | int] = []
    node = data
    for n, part in enumerate(loc):
        if (isinstance(node, dict) and part in node) or (
            isinstance(node, list) and isinstance(part, int) and part < len(node)
        ):
            path.append(part)
            node = node[part]  # type: ignore[index]  # both shapes were just checked
        elif error["type"] == "missing" and n == len(loc) - 1:
            path.append(part)
    return tuple(path)


def _without(data: object, guilty: set[Path]) -> object:
    heads = {p[0] for p in guilty}
    if isinstance(data, dict):
        return {
            k: _without(v, {p[1:] for p in guilty if p[0] == k and len(p) > 1}) if k in heads else v
            for k, v in data.items()
            if (k,) not in guilty
        }
    if isinstance(data, list):
        return [
            _without(v, {p[1:] for p in guilty if p[0] == n and len(p) > 1}) if n in heads else v
            for n, v in enumerate(data)
            if (n,) not in guilty
        ]
    return data


# ---- words ---------------------------------------------------------------------------------------------------------


def fields_of(model: type[BaseModel]) -> list[str]:
    """The field names as an author writes them."""
    return [f.alias or n for n, f in model.model_fields.items()]


def _model_at(kind: Any, path: Path, data: object) -> type[BaseModel] | None:
    """The model that stands at `path` below `kind`."""
    kind = _bare(kind, data)
    if not path:
        return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None
    head, rest = path[0], path[1:]
    below = data[head] if isinstance(data, dict | list) and _has(data, head) else None  # type: ignore[index]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        inner = next((f.annotation for n, f in kind.model_fields.items() if head in (n, f.alias)), None)
        return _model_at(inner, rest, below) if inner is not None else None
    args = get_args(kind)
    return _model_at(args[0] if isinstance(head, int) else args[-1], rest, below) if args else None


def _has(data: dict[Any, Any] | list[Any], head: str | int) -> bool:
    return head in data if isinstance(data, dict) else isinstance(head, int) and head < len(data)


def _bare(kind: Any, data: object) -> Any:
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, types.UnionType):
        options = [_bare(a, data) for a in get_args(kind) if a is not type(None)]
        block = BLOCKS.get(named_by(data) or "")
        return block if block in options else options[0]
    return kind


def _diagnostic(
    error: ErrorDetails, path: Path, model: type[BaseModel], data: object, places: SourceMap, base: Path
) -> Diagnostic:
    kind = error["type"]
    full = (*base, *path)
    if kind == "extra_forbidden":
        return unknown_field(str(path[-1]), _model_at(model, path[:-1], data) or model, places, full)
    if kind == "missing":
        name = str(path[-1])
        owner = _model_at(model, path[:-1], data)
        field = next((f for n, f in owner.model_fields.items() if name in (n, f.alias)), None) if owner else None
        help_ = t("{name}：{meaning}", name=name, meaning=t(field.description)) if field and field.description else ""
        return Diagnostic(places.key(full[:-1]), "missing-field", t("缺少字段 '{name}'", name=name), help_)
    at = places.value(full)
    code, message, help_ = _worded(kind, error.get("ctx") or {}, error.get("input"), path)
    return Diagnostic(at, code, message, help_)


def unknown_field(name: str, model: type[BaseModel], places: SourceMap, path: Path) -> Diagnostic:
    """A field that the model does not have, with the nearest one that it has."""
    names = fields_of(model)
    near = get_close_matches(name, names, 1, 0.6)
    known = t("可用字段：{names}", names="、".join(names))
    help_ = t("是不是 '{near}'？{known}", near=near[0], known=known) if near else known
    return Diagnostic(places.key(path), "unknown-field", t("没有字段 '{name}'", name=name), help_)


def _worded(kind: str, ctx: Mapping[str, Any], given: object, path: Path) -> tuple[str, str, str]:
    """(code, message, help) for what pydantic or a validator of ours refused."""
    word = str(given)[:40] if isinstance(given, str | int) else ""
    fixed: dict[str, tuple[str, str, str]] = {
        "origin": (
            "origin",
            t("来历要写且只写一个：at、formula、assumed 或 external"),
            t("源文里有就写 at: 位置；算出来的写 formula；教学设定写 assumed: 理由；外部知识写 external: 出处"),
        ),
        "value_or_formula": ("origin", t("写 value 或 formula，二者取一"), t("源文的数写 value；算出来的写 formula")),
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
        "chart_body": (
            "wrong-value",
            t("图的数要写 facts、series 或 flows 中的一种"),
            t("一项一个数用 facts；多个系列用 labels 与 series"),
        ),
        "chart_labels": ("wrong-value", t("每个系列的数要与 labels 一样多"), t("一个名称对应一个公式")),
        "diagram_body": ("wrong-value", t("图要写 steps 或 edges 中的一种"), t("一条链写 steps；有分叉写 edges")),
        "event_body": ("wrong-value", t("事件写一个事实 id，或写 when 与 text"), ""),
        "blank_key": (
            "wrong-value",
            t("这一格要写 accept 或 answer 中的一个"),
            t("文字写 accept，公式写 answer 或以 = 开头"),
        ),
        "tolerance": ("wrong-value", t("误差写成不小于 0 的数，或 2％ 这样的百分比"), ""),
        "columns_twice": ("wrong-value", t("两栏同名"), t("改写其中一个栏名")),
        "nothing_asked": ("wrong-value", t("整张表没有要填的格"), t("至少有一栏不写 given: true")),
        "union_tag_not_found": (
            "unknown-block",
            t("认不出这是哪种块"),
            t("块的第一个字段是它的种类：{names}", names="、".join(BLOCKS)),
        ),
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
    if kind in fixed:
        return fixed[kind]
    if kind == "formula":
        return (
            "bad-formula",
            *formula_words(str(ctx.get("fault", "")), int(ctx.get("column", 1)), str(ctx.get("word", ""))),
        )
    if kind == "count_accept":
        return "wrong-value", t("只接受 {n} 个答案，却要写更多", n=ctx.get("n")), t("减小 count 或补足 accept")
    if kind in ("row_cells", "rubric_row"):
        return (
            "wrong-value",
            t("“{row}”有 {n} 格，应有 {wanted} 格", row=ctx.get("row"), n=ctx.get("n"), wanted=ctx.get("wanted")),
            t("一栏一格；句子里的逗号用全角 ，"),
        )
    if kind == "literal_error":
        return (
            "wrong-value",
            t("不认识“{word}”", word=word),
            t("可以写：{names}", names=str(ctx.get("expected", "")).replace(" or ", ", ")),
        )
    if kind == "string_pattern_mismatch":
        if "date" in str(ctx.get("pattern")) or "d{4}" in str(ctx.get("pattern")):
            return "wrong-value", t("“{word}”不是日期", word=word), t("写成 2014、2014-07 或 2014-07-01")
        return "bad-id", t("“{word}”不能作 id", word=word), t("id 用小写英文字母、数字和 -，以字母开头")
    if kind in ("too_short", "too_long"):
        return (
            "wrong-value",
            t("这里的项数不对"),
            t("至少 {n} 项", n=ctx["min_length"]) if kind == "too_short" else t("最多 {n} 项", n=ctx["max_length"]),
        )
    limits = {"greater_than_equal": "ge", "less_than_equal": "le"}
    if kind in limits:
        sign = "≥" if kind == "greater_than_equal" else "≤"
        return "wrong-value", t("“{word}”超出范围", word=word), t("应当 {sign} {n}", sign=sign, n=ctx[limits[kind]])
    return "wrong-value", t("这里写得不对（{kind}）", kind=kind), t("字段：{name}", name=str(path[-1]) if path else "")


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
