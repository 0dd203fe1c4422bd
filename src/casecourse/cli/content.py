"""Commands about content: check it, list it, write the editor's schemas."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from casecourse.checks import check as check_content
from casecourse.checks.minutes import budget
from casecourse.checks.uses import facts_used
from casecourse.diagnostics import Diagnostic, as_json, as_text, errors
from casecourse.grading import ExerciseBase
from casecourse.loading import Content, load, root_of
from casecourse.model import Case
from casecourse.texts import t

TROUBLE = 2  # exit status for usage and I/O, as click has it


def opened(path: Path) -> Content:
    """The content that PATH belongs to; a sentence and exit status 2 where there is none."""
    root = root_of(path)
    if not path.exists() or root is None:
        said = (
            t("没有这个文件或文件夹：{path}", path=path)
            if not path.exists()
            else t("“{path}”里和它上面都没有 cases 文件夹", path=path)
        )
        click.echo(said, err=True)
        sys.exit(TROUBLE)
    return load(root)


def _below(found: list[Diagnostic], content: Content, path: Path) -> list[Diagnostic]:
    """Those below `path`; all of them for the content folder itself or one of its two branches' parents."""
    inside = path.resolve().relative_to(content.root).as_posix()
    return (
        found if inside == "." else [d for d in found if d.span.file == inside or d.span.file.startswith(f"{inside}/")]
    )


@click.command(short_help="检查内容：每个问题一行，带位置与改法")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出格式")
@click.option("--strict", is_flag=True, help="有提醒也算不通过")
def check(path: Path, form: str, strict: bool) -> None:
    """检查 PATH（含 cases/ 的文件夹，或其下任何一处）里的内容。

    退出码：0 通过，1 有错误（--strict 时有提醒也算），2 用法或读写出错。
    """
    content = opened(path)
    found = _below(check_content(content), content, path)
    if form == "json":
        click.echo(as_json(found))
    else:
        if found:
            click.echo(as_text(found, content.texts))
        bad = len(errors(found))
        click.echo(
            t("错误 {bad} 处，提醒 {rest} 处。", bad=bad, rest=len(found) - bad)
            if found
            else t("没有发现问题：{cases} 个案例，{units} 个单元，{exercises} 道题。", **_counts(content)),
            err=True,
        )
    sys.exit(1 if errors(found) or (strict and found) else 0)


def _counts(content: Content) -> dict[str, int]:
    cases = content.course.cases
    return {
        "cases": len(cases),
        "units": sum(len(c.units) for c in cases),
        "exercises": sum(len(c.exercises) for c in cases),
    }


@click.command("list", short_help="列出案例、单元、题目与依据")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出格式")
def list_(path: Path, form: str) -> None:
    """列出 PATH 里的课程。"""
    content = opened(path)
    if form == "json":
        click.echo(json.dumps(listing(content), ensure_ascii=False, indent=1))
        return
    for case in content.course.cases:
        click.echo(f"{case.id}　{case.title}　{t('{n} 条事实', n=len(case.facts))}")
        for unit in case.units:
            core = t("{n} 分钟（核心 {core}）", n=unit.minutes, core=sum(budget(content, case, unit)))
            click.echo(f"  {unit.id}　{unit.title}　{core}")
            for ref in unit.exercise_refs:
                exercise = content.course.exercise(case.id, ref)
                taken = t("{n} 分钟", n=exercise.MINUTES) if exercise else ""
                click.echo(f"    {ref}　{exercise.kind if exercise else '?'}　{taken}".rstrip())
        if note := content.course.notes.get(case.id):
            click.echo(f"  note　{t('使用说明书')}　{t('{n} 分钟', n=note.minutes)}")


def listing(content: Content) -> dict[str, Any]:
    """The course as JSON: cases with units, facts and mechanisms; exercises with their evidence."""
    used = facts_used(content)
    return {
        "cases": [_case(used, case) for case in content.course.cases],
        "exercises": [_exercise(c, name, e) for c in content.course.cases for name, e in c.exercises.items()],
    }


def _case(used: set[tuple[str, str]], case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "title": case.title,
        "units": [
            {"id": u.id, "title": u.title, "minutes": u.minutes, "exercises": list(u.exercise_refs)} for u in case.units
        ],
        "facts": len(case.facts),
        "facts_used": _facts_used(used, case),
        "mechanisms": [
            {"id": name, "title": m.name, "exercises": [r for r in m.tries if r in case.exercises]}
            for name, m in case.mechanisms.items()
        ],
    }


def _facts_used(used: set[tuple[str, str]], case: Case) -> list[str]:
    """Facts of the case that some unit, exercise or mechanism of the course shows, computes with or cites."""
    return [name for name in case.facts if (case.id, name) in used]


def _exercise(case: Case, name: str, exercise: ExerciseBase) -> dict[str, Any]:
    unit = next((u.id for u in case.units if name in u.exercise_refs), None)
    return {
        "id": name,
        "case": case.id,
        "unit": unit,
        "kind": exercise.kind,
        "points": float(exercise.points),
        "evidence": list(dict.fromkeys([*exercise.evidence, *exercise.key_facts()])),
        "assumption": bool(exercise.assumed or exercise.external),
        "objectives": list(exercise.serves),
    }


@click.command(short_help="写出编辑器用的 JSON Schema")
@click.argument("folder", type=click.Path(path_type=Path), default="schema")
def schema(folder: Path) -> None:
    """把 schema/*.schema.json 写到 FOLDER。"""
    from casecourse.model.schema import write

    try:
        files = write(folder)
    except OSError as e:
        click.echo(t("写不进 {path}：{reason}", path=folder, reason=e.strerror or ""), err=True)
        sys.exit(TROUBLE)
    for file in files:
        click.echo(str(file), err=True)
