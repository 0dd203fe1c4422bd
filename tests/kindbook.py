"""The manual of kinds: `python -m tests.kindbook` writes docs/kinds.md from the models, the kinds' own words and the gallery."""

from __future__ import annotations

import json
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from casecourse.blanks import Blank, FormulaText, KeyText, MaybeFormula, ToleranceText
from casecourse.formula import plain, rounded
from casecourse.grading import ExerciseBase, LineAs, Lines, Mistake, Unreadable, grade, one_or_several
from casecourse.kinds import KINDS, TITLES
from casecourse.loading import Content, load
from casecourse.texts import t
from tests.conftest import ROOT
from tests.writing import CONTENT, course

MANUAL = ROOT / "docs" / "kinds.md"
GALLERY = ROOT / "docs" / "gallery"

HEAD = """\
# 题型手册

<!-- 由 make kinds 从模型、题型自己的说明和 docs/gallery 写成；改了它们再运行一次，不要改这一页。 -->

一道题写在题库 `exercises/<案例>/<题库>.yaml` 里，以它的 id 为键；id 在一个案例内不重复，有人答过以后不要再改。
先写 `kind` 和 `prompt`，再写下面的字段。怎样写案例和单元见 [authoring.md](authoring.md)。

**份额与得分。** 判分先得出一个 0 到 1 的份额，得分 = 分值 × 份额，四舍五入到 0.01。没有答案的题不计分，全班的分布就是结果。

**答案怎样称呼选项。** 答案是 JSON，里面写的是作者写的名字：有 `id` 写 `id`，没有就写它的文字（`{{事实}}` 填入数字之前的样子）。
数也写成文字，照学员所打的样子保留。开课以后想改措辞，先给它一个 `id`，或把原来的文字写进 `was`，旧的作答才认得；
认不得的仍然保存着，显示为旧题面，不再重判。

**源文未载。** 凡是要打字、要选下拉的题都可以答“源文未载”，它也可以作答案；依据写案例里的空缺。

**试答。** 每个例子后面列着几个答案和判分，都可以自己试：
`casecourse try gallery:per-grid --answer '"21.7"' --path docs/gallery`。例子用到的事实和段落都在
[docs/gallery](gallery/cases/gallery/case.yaml) 里，`casecourse run docs/gallery` 可以看到每道题在页面上的样子。

**表里的用语。** “一行或一块”：只有文字就写一行，还要写别的就写成小块，那一行文字就是括号里的字段。
“一行或一列”：只有一项就不用方括号。“文字”里可以写 `{{事实}}`，显示数值和单位。“公式”用事实的 id 写算式。默认一栏写“必写”的不能省。
"""

# What an author calls a shared block, which no kind owns.
SHARED: Mapping[type[BaseModel], str] = {Mistake: "预料中的错误", Blank: "空"}
SHARED_NOTES: Mapping[type[BaseModel], str] = {
    Mistake: "写在 `mistakes` 里：一个预料得到的错误答案、错在哪里、还值多少。学员答出它就看到 `why`。"
    "它若也合得上标准答案，检查时会报错。",
    Blank: "填表的一格、文中的一个空。写成一行就是 `accept`；以 `=` 开头的一行是 `answer`。`accept` 与 `answer` 写且只写一个。"
    "写“自填”的空随便填，不计分。文字按填空的办法判，公式按数值的办法判，有下拉的按所选的那一项判："
    "对 1，合得上一条 `mistakes` 得它的 `credit`，否则 0。",
}
WORDS: Mapping[Any, str] = {str: "文字", int: "整数", Decimal: "数", bool: "`true` / `false`"}
SPOKEN = [
    (get_args(FormulaText)[1], "公式"),
    (get_args(MaybeFormula)[1], "公式"),
    (get_args(KeyText)[1], "公式，或 源文未载"),
    (get_args(ToleranceText)[1], "数，或 `2％`"),
    (get_args(Lines)[1], "一行或一列文字"),
]

TRIED = re.compile(r"^\s*# 试答 (?P<raw>.+) → (?P<share>\S+)\s*$")


# ---- examples --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """An answer beside an example and what its author expects of it: a share, 不计分 or 读不出."""

    raw: Any
    expects: str


@dataclass(frozen=True)
class Example:
    """An exercise as it is written, with answers to try."""

    name: str
    exercise: ExerciseBase
    text: str
    answers: tuple[Answer, ...]


def examples(kind: str) -> list[Example]:
    """The exercises of a kind in the gallery, in its order; else the first good example of the tests, with its samples."""
    found = [e for e in _in_gallery(load(GALLERY)) if e.exercise.kind == kind]
    return found or [_first_good(kind)]


def _in_gallery(content: Content) -> Iterator[Example]:
    for bank in sorted((GALLERY / "exercises").rglob("*.yaml")):
        case = content.course.case(bank.parent.name)
        assert case is not None, bank
        for name, lines in pieces(bank.read_text("utf-8")).items():
            if name in case.exercises:
                tried = [m for line in lines if (m := TRIED.match(line))]
                answers = tuple(Answer(json.loads(m["raw"]), m["share"]) for m in tried)
                yield Example(name, case.exercises[name], _shown(lines), answers)


def pieces(bank: str) -> dict[str, list[str]]:
    """Id → the lines of its exercise, of a bank's text."""
    found: dict[str, list[str]] = {}
    for line in bank.splitlines():
        if name := re.match(r"([a-z][a-z0-9-]*):", line):
            found[name[1]] = [line]
        elif found and not line.startswith("#"):
            next(reversed(found.values())).append(line)
    return found


def _shown(lines: list[str]) -> str:
    return "\n".join(line for line in lines if not TRIED.match(line)).strip()


def _first_good(kind: str) -> Example:
    text = (CONTENT / "good" / f"{kind}.yaml").read_text("utf-8")
    with TemporaryDirectory() as folder:
        content = course(Path(folder), bank_yaml=text)
    name, exercise = next(iter(content.course.cases[0].exercises.items()))
    samples = {s.expects: s.raw for s in reversed(list(exercise.samples()))}
    return Example(name, exercise, _shown(pieces(text)[name]), tuple(Answer(raw, "") for raw in samples.values()))


def outcome(exercise: ExerciseBase, raw: Any) -> tuple[str, list[str]]:
    """What an answer comes to (a share, 不计分, 读不出), and the reasons that are shown."""
    try:
        _, verdict = grade(exercise, raw)
    except Unreadable as e:
        return "读不出", [str(e)]
    share = "不计分" if verdict.share is None else plain(rounded(verdict.share, 2))
    return share, list(dict.fromkeys(exercise.scope.fill(n.why) for n in verdict.notes if n.why))


def _tried(example: Example, answer: Answer) -> str:
    share, reasons = outcome(example.exercise, answer.raw)
    raw = json.dumps(answer.raw, ensure_ascii=False)
    score = "" if share in ("不计分", "读不出") else f"份额 {share}"
    return f"- `{raw}` → {score or share}" + (f"：{''.join(reasons)}" if reasons else "")


# ---- fields ----------------------------------------------------------------------------------------------------------


def spoken(field: FieldInfo) -> str:
    """A field's type in an author's words."""
    said = next((word for marker, word in SPOKEN if marker in field.metadata), None)
    several = any(getattr(m, "func", None) is one_or_several for m in field.metadata)
    return said or ("一个或" if several else "") + _word(field.annotation)


def _word(kind: Any) -> str:
    if get_origin(kind) is Annotated:
        inner, *marks = get_args(kind)
        said = next((word for marker, word in SPOKEN if marker in marks), None)
        line = next((m for m in marks if isinstance(m, LineAs)), None)
        return said or (f"一行或一块（`{line.field}`）" if line else _word(inner))
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return " 或 ".join(dict.fromkeys(_word(a) for a in args if a is not type(None)))
    if origin is Literal:
        return " " + " / ".join(f"`{a}`" for a in args if a)
    if origin is tuple:
        inner = next((a for a in get_args(args[0])[:1] if get_origin(a) is tuple), None)
        if inner:  # an entry, or several that stand side by side
            return f"一列，每项{_word(get_args(inner)[0])}，或这样的几项写成一列"
        return f"一列，每项{_word(args[0])}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"名: {_word(args[1])}"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"“{SHARED[kind]}”" if kind in SHARED else "小块"
    return WORDS.get(kind, "文字")


def models_in(kind: Any) -> Iterator[type[BaseModel]]:
    """The models that stand in a type."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for arg in get_args(kind):
        yield from models_in(arg)


def rows(model: type[BaseModel], names: Mapping[str, FieldInfo]) -> Iterator[str]:
    """A table of fields."""
    yield "| 字段 | 写什么 | 默认 | 说明 |"
    yield "|---|---|---|---|"
    for name, field in names.items():
        said = "题型：上表里的英文词" if name == "kind" else field.description or ""
        yield f"| `{field.alias or name}` | {spoken(field).strip()} | {_default(field)} | {said.replace('|', chr(92) + '|')} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "必写"
    value = field.get_default(call_default_factory=True)
    if value in ("", None, (), {}):
        return "—"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def own(kind: type[ExerciseBase]) -> dict[str, FieldInfo]:
    """The fields that a kind adds to the common ones."""
    return {n: f for n, f in kind.model_fields.items() if n not in ExerciseBase.model_fields}


def nested(fields: Mapping[str, FieldInfo], seen: set[type[BaseModel]]) -> Iterator[tuple[str, type[BaseModel]]]:
    """(path of fields, model) of every block below these fields that no other kind knows."""
    for name, field in fields.items():
        for model in models_in(field.annotation):
            if model in SHARED or model in seen:
                continue
            seen.add(model)
            yield name, model
            yield from ((f"{name} · {below}", m) for below, m in nested(model.model_fields, seen))


# ---- the page --------------------------------------------------------------------------------------------------------


def manual() -> str:
    """The text of docs/kinds.md."""
    parts = [HEAD, *_index(), *_common(), *(line for kind in KINDS for line in _kind(kind))]
    return "\n".join(parts).rstrip() + "\n"


def _index() -> Iterator[str]:
    yield "| 题型 | 学员做什么 |"
    yield "|---|---|"
    for kind, model in KINDS.items():
        yield f"| [{TITLES[kind]} `{kind}`](#{TITLES[kind]}-{kind}) | {t(model.MANUAL.does)} |"
    yield ""


def _common() -> Iterator[str]:
    yield "## 共有的字段\n"
    yield from rows(ExerciseBase, ExerciseBase.model_fields)
    yield (
        "\n`evidence`、`assumed`、`external` 至少写一个；答案的公式用到事实时可以都不写。有答案的题应当有 `explain`。"
        "\n答错而还能再答时，只看到自己所答的对错和自己选项的理由；答对、次数用完或自己要看之后看到答案，此后不能再答。\n"
    )
    for model, title in SHARED.items():
        yield f"### {title}\n"
        yield SHARED_NOTES[model] + "\n"
        yield from rows(model, model.model_fields)
        yield ""


def _kind(kind: str) -> Iterator[str]:
    model = KINDS[kind]
    said = model.MANUAL
    yield f"## {TITLES[kind]} `{kind}`\n"
    yield t(said.does) + "\n"
    yield from rows(model, own(model))
    yield ""
    for path, block in nested(own(model), set()):
        yield f"`{path}` 的小块：\n"
        yield from rows(block, block.model_fields)
        yield ""
    yield f"**判分。** {t(said.scored)}\n"
    yield f"**答案。** {t(said.answer)}\n"
    yield f"**全班。** {t(said.counted)}\n"
    yield f"**分钟。** 一道算 {model.MINUTES} 分钟。\n"
    for n, example in enumerate(examples(kind)):
        yield "**例子**\n" if n == 0 else "**再一例**\n"
        yield f"```yaml\n{example.text}\n```\n"
        yield from (_tried(example, answer) for answer in example.answers)
        yield ""


if __name__ == "__main__":
    MANUAL.write_text(manual(), encoding="utf-8", newline="\n")
