"""Keys: each is tried out; the full answer built from it must earn everything, an expected mistake must not."""

from __future__ import annotations

from collections.abc import Iterator

from casecourse.diagnostics import CODES, Diagnostic
from casecourse.formula import FormulaError
from casecourse.grading import ExerciseBase, Unreadable, grade
from casecourse.loading import Content
from casecourse.texts import t


def check(content: Content) -> Iterator[Diagnostic]:
    """key-fails, mistake-is-key, missing-explain."""
    for case in content.course.cases:
        for name, exercise in case.exercises.items():
            place = content.places["exercise", case.id, name]
            try:
                faults = dict.fromkeys(_faults(exercise)) if sound(exercise) else {}
            except (FormulaError, KeyError):
                continue  # a formula that cannot be computed is reported where it stands
            for code, path in faults:
                span = place.value(*path) if path else place.key()
                if code == "key-fails":
                    message = t("题 '{name}' 的标准答案自己得不到满分", name=name)
                    help_ = t("检查答案、单位、选项是否对得上；除不尽的数要写 decimals")
                else:
                    message = t("题 '{name}' 有一个“错误答案”会被判为全对", name=name)
                    help_ = t("改这个错误答案，或缩小误差、收紧通配")
                yield Diagnostic(span, code, message, help_)
            if exercise.keyed and not exercise.explain:
                message = t("题 '{name}' 没有解说", name=name)
                yield Diagnostic(place.key(), "missing-explain", message, t("写一句 explain：答案为什么成立"))


def sound(exercise: ExerciseBase) -> bool:
    """True when no field is so wrong that trying the key would only say it again."""
    return not any(CODES[flaw.code] == "error" for flaw in exercise.flaws())


def _faults(exercise: ExerciseBase) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """(code, path of the guilty entry) of every sample that does not come out as it should."""
    for sample in exercise.samples():
        if sample.expects == "unreadable":
            continue
        try:
            _, verdict = grade(exercise, sample.raw)
        except Unreadable:
            yield "key-fails", ()
            continue
        if sample.expects == "right" and not verdict.right:
            yield "key-fails", ()
        elif sample.expects in ("wrong", "part") and verdict.right:
            yield "mistake-is-key", sample.path
