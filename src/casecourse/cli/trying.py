"""The command that tries an answer on a question: what it earns, why, and how the key is reckoned."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from casecourse.cli.content import TROUBLE, opened
from casecourse.formula import Formula, FormulaError, plain, rounded, scale
from casecourse.grading import JSON, ExerciseBase, Unreadable, Verdict, grade
from casecourse.kinds import TITLES
from casecourse.loading import Content
from casecourse.model import full_id
from casecourse.model.facts import worded
from casecourse.texts import t

# No meaning by colour: the signs that the pages use, too.
SIGNS = {"right": "✓", "part": "◐", "wrong": "✗", "info": "·"}


@click.command("try", short_help="试答一道题，看判分")
@click.argument("name", metavar="ID")
@click.option("--answer", required=True, help="答案（JSON）；写 - 从标准输入读")
@click.option("--path", type=click.Path(path_type=Path), default=".", help="内容所在的文件夹")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), help="输出格式；不写时屏幕上是文字，接到程序里是 JSON"
)
def try_(name: str, answer: str, path: Path, form: str | None) -> None:
    """用一个答案试题目 ID（案例:题；只有一个案例有这道题时可以只写题）。

    退出码：0 试过了（读不出的答案也算），2 用法或读写出错。
    """
    content = opened(path)
    raw = _read(answer)
    full, exercise = _found(content, name)
    as_text = form == "text" or (form is None and sys.stdout.isatty())
    try:
        given, verdict = grade(exercise, raw)
        said = "\n".join(told(full, exercise, given, verdict)) if as_text else _as_json(verdict)
    except Unreadable as e:
        said = "\n".join(refused(full, exercise, e)) if as_text else _dumped({"unreadable": str(e)})
    except (FormulaError, KeyError):
        click.echo(t("题 '{name}' 的答案公式算不出来，请先运行 casecourse check", name=name), err=True)
        sys.exit(TROUBLE)
    click.echo(said)


def _read(answer: str) -> JSON:
    text = answer
    try:
        if answer == "-":
            text = sys.stdin.buffer.read().decode("utf-8-sig")
        return json.loads(text)
    except RecursionError:
        click.echo(t("--answer 套得太深了"), err=True)
    except ValueError:
        click.echo(t("--answer 不是 JSON：文字要带双引号，例如 '\"21.7\"' 或 '[\"甲\"]'"), err=True)
    sys.exit(TROUBLE)


def _found(content: Content, name: str) -> tuple[str, ExerciseBase]:
    """The exercise with its full id."""
    cases = [c for c in content.course.cases if name in c.exercises]
    owner, inner = full_id("", name)
    if not owner and len(cases) == 1:
        owner = cases[0].id
    exercise = content.course.exercise(owner, inner) if owner else None
    if exercise is None:
        said = (
            t("几个案例都有题 '{name}'，请写 案例:题", name=name) if len(cases) > 1 else t("没有题 '{name}'", name=name)
        )
        click.echo(said, err=True)
        sys.exit(TROUBLE)
    return f"{owner}:{inner}", exercise


# ---- for programs ----------------------------------------------------------------------------------------------------


def _as_json(verdict: Verdict) -> str:
    return _dumped(
        {
            "score": None if verdict.score is None else float(verdict.score),
            "max": float(verdict.points),
            "matched": list(verdict.matched),
            "notes": [{"about": n.about, "state": n.state, "why": n.why} for n in verdict.notes],
        }
    )


def _dumped(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


# ---- for people ------------------------------------------------------------------------------------------------------


def told(name: str, exercise: ExerciseBase, answer: Any, verdict: Verdict) -> Iterator[str]:
    """The question, the answer as it was read, what it earned, each remark with its reason, and how the key is reckoned."""
    yield _head(name, exercise)
    yield _row(t("答案"), exercise.written(answer))
    yield _row(t("判分"), earned(verdict))
    for note in verdict.notes:
        about, why = exercise.scope.fill(note.about), exercise.scope.fill(note.why)
        yield f"  {SIGNS[note.state]} {about}{t('：{why}', why=why) if why else ''}"
    yield from (_row(t("算式"), line) for line in reckoned(exercise))


def refused(name: str, exercise: ExerciseBase, why: Unreadable) -> Iterator[str]:
    """The question, and why this is no answer to it."""
    yield _head(name, exercise)
    yield _row(t("读不出"), str(why))


def _head(name: str, exercise: ExerciseBase) -> str:
    return f"{name}　{t(TITLES[exercise.kind])}　{t('{n} 分', n=plain(exercise.points))}"


def _row(label: str, words: str) -> str:
    return f"{label}　{words}"


def earned(verdict: Verdict) -> str:
    """Right, partly right or wrong, with share, score and points; or that nothing is scored."""
    if verdict.share is None or verdict.score is None:
        return t("不计分")
    word = t("答对了") if verdict.right else t("还不对") if verdict.wrong else t("部分对")
    return t(
        "{word}：{score} / {points} 分（份额 {share}）",
        word=word, score=plain(verdict.score), points=plain(verdict.points), share=plain(rounded(verdict.share, 2)),
    )  # fmt: skip


def reckoned(exercise: ExerciseBase) -> Iterator[str]:
    """Each formula of the key as written, with the facts' values, and its result; then what else the kind says of it."""
    for path, found, unit in exercise.key_formulas():
        if "mistakes" not in path:
            yield _reckoning(exercise, path, found, unit)
    yield from exercise.reckoned()


def _reckoning(exercise: ExerciseBase, path: tuple[str | int, ...], found: Formula, unit: str) -> str:
    scope = exercise.scope
    parts = path[:-1] if path[-1] == "answer" else path
    where = ".".join(str(p + 1) if isinstance(p, int) else p for p in parts)
    if found.single:
        return f"{where and f'{where}　'}{found.text} = {scope.fill('{{' + found.single + '}}')}"
    if not found.names:
        return f"{where and f'{where}　'}{found.text}{unit and f' {unit}'}"
    values = worded(found.text, {n: scope.fill("{{" + n + "}}") for n in found.names})
    result = plain(found.value(scope.number) / scale(unit))
    return f"{where and f'{where}　'}{found.text} = {values} = {result}{unit and f' {unit}'}"
