"""Taking out: one's own answers as Markdown, a class's answers as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from casecourse import rubrics
from casecourse.access import EXPORT, EXPORT_OWN, SEE_GRADE, Who, require
from casecourse.actions import assessing, sittings
from casecourse.formula import plain
from casecourse.grading import Unreadable
from casecourse.interchange import csvfile
from casecourse.interchange.markdown import Entry, Section, document
from casecourse.kinds import TITLES
from casecourse.model import Case, Course
from casecourse.model.course import Rubric
from casecourse.store import Store, answers, grades, instructors, people
from casecourse.store.rows import SELF, AnswerRow, GradeRow
from casecourse.texts import t

HEAD = ["班级", "姓名", "案例", "单元", "题目", "题型", "第几次", "时间", "答案", "得分", "满分",
        "教师评分", "教师评的各档", "评分教师", "评语", "公布", "自评", "自评的各档"]  # fmt: skip


def local(moment: datetime) -> str:
    """A time as people read it: this machine's zone, to the minute."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def my_answers(store: Store, course: Course, who: Who) -> tuple[str, bytes]:
    """(file name, Markdown) of everything that a person answered. Raises Forbidden."""
    require(who, EXPORT_OWN, owner=who.person)
    rows = [without_held(store, course, row) for row in answers.answers_of(store, who.person or "")]
    told = own_grades(store, who)
    lead = t("{name}　导出于 {time}", name=who.name, time=local(store.clock()))
    name = t("我的作答-{name}.md", name=who.name)
    return name, document(t("我的作答　{title}", title=course.title), lead, _sections(course, rows, told))


def own_grades(store: Store, who: Who) -> dict[str, str]:
    """Answer → how it was graded, in words: what is released, and what the person gave herself. Raises Forbidden."""
    require(who, SEE_GRADE, owner=who.person)
    rows = grades.grades_of(store, who.person or "")
    counted = [*assessing.released(rows).values(), *(g for (_, by), g in assessing.latest(rows).items() if by == SELF)]
    told: dict[str, str] = {}
    for g in counted:
        if g.score is not None and g.points is not None:
            score, points = plain(g.score), plain(g.points)
            words = t("教师评 {score} / {points} 分", score=score, points=points)
            if g.grader == SELF:
                words = t("自评 {score} / {points} 分", score=score, points=points)
            told[g.answer_id] = "　".join(w for w in (told.get(g.answer_id, ""), words, g.comment) if w)
    return told


def _sections(course: Course, rows: list[AnswerRow], told: Mapping[str, str]) -> Iterator[Section]:
    by_prompt: dict[tuple[str, str], list[AnswerRow]] = {}
    for row in rows:
        by_prompt.setdefault((row.case_id, row.exercise), []).append(row)
    for case, unit in course.units():
        keys = [*unit.exercise_refs, *(f"{unit.id}#{d.id}" for d in unit.discussions)]
        entries = [
            Entry(
                prompt_of(course, case, key),
                tuple(_line(course, r, told.get(r.id, "")) for r in by_prompt.pop((case.id, key))),
            )
            for key in keys
            if (case.id, key) in by_prompt
        ]
        if entries:
            yield Section(f"{case.title}　{unit.title}", tuple(entries))
    asked = [(case, name) for case in course.cases for name in case.exercises if course.test_of(case.id, name)]
    entries = [
        Entry(
            prompt_of(course, case, name),
            tuple(_line(course, r, told.get(r.id, "")) for r in by_prompt.pop((case.id, name))),
        )
        for case, name in asked
        if (case.id, name) in by_prompt
    ]
    if entries:
        yield Section(t("前测与后测"), tuple(entries))
    if by_prompt:  # answered once, no longer in the course: never left out of one's own answers
        entries = [
            Entry(f"{c}:{e}", tuple(_line(course, r, told.get(r.id, "")) for r in found))
            for (c, e), found in by_prompt.items()
        ]
        yield Section(t("已不在课程里的题"), tuple(entries))


def without_held(store: Store, course: Course, row: AnswerRow) -> AnswerRow:
    """An answer as its author may read it now: without a judgement that is held back."""
    if sittings.held(store, course, row.class_id, row.case_id, row.exercise):
        return replace(row, share=None, score=None, matched=())
    return row


def prompt_of(course: Course, case: Case, key: str) -> str:
    """The question that an answer belongs to, as plain text; its key where the course no longer has it."""
    exercise = course.exercise(case.id, key)
    if exercise:
        return course.facts.of(case.id).fill(exercise.prompt)
    unit_id, _, block = key.partition("#")
    unit = case.unit(unit_id)
    found = next((d for d in unit.discussions if d.id == block), None) if unit else None
    return course.facts.of(case.id).fill(found.discuss) if found else key


def written(course: Course, row: AnswerRow) -> str:
    """An answer as plain text with the passages that it cites, also one that today's exercise cannot read any more."""
    said = _said(course, row)
    return t("{answer}（依据：{refs}）", answer=said, refs="、".join(row.cites)) if row.cites else said


def _said(course: Course, row: AnswerRow) -> str:
    exercise = course.exercise(row.case_id, row.exercise)
    if exercise is None:
        return str(row.raw.get("text", row.raw)) if isinstance(row.raw, dict) else str(row.raw)
    try:
        return exercise.written(exercise.read(row.raw))
    except Unreadable:
        return t("（旧题面）{answer}", answer=row.raw)


def _line(course: Course, row: AnswerRow, graded: str) -> tuple[str, str, str]:
    score = (
        graded
        if row.score is None or row.points is None
        else t("{score} / {points} 分", score=plain(row.score), points=plain(row.points))
    )
    return local(row.at), written(course, row), score


def class_csv(store: Store, course: Course, who: Who, query: Mapping[str, str]) -> tuple[str, bytes]:
    """(file name, CSV) of every answer of a class, one line each; `query` names the class by `class` (id) and may name
    a `case`. Raises Forbidden, LookupError for an unknown class.
    """
    require(who, EXPORT)
    wanted = query.get("class", "")
    found = next((c for c in people.list_classes(store) if str(c.id) == wanted or not wanted), None)
    if found is None:
        raise LookupError(wanted)
    names = {p.id: p.shown for p in people.people_of(store, found.id)}
    units = {(c.id, ref): u.title for c, u in course.units() for ref in u.exercise_refs}
    rows = answers.class_answers(store, found.id, query.get("case") or None)
    graded: dict[str, list[GradeRow]] = {}
    for (answer, _), g in assessing.latest(grades.class_grades(store, found.id, query.get("case") or None)).items():
        graded.setdefault(answer, []).append(g)
    graders = {i.id: i.name for i in instructors.list_instructors(store)}
    lines = [
        (
            found.name, names.get(r.person_id, r.person_id), _case_title(course, r.case_id),
            units.get((r.case_id, r.exercise), ""), r.exercise, t(TITLES.get(r.kind, "讨论")), r.attempt, local(r.at),
            written(course, r), "" if r.score is None else plain(r.score), "" if r.points is None else plain(r.points),
            *_graded(graded.get(r.id, []), graders, assessing.rubric_of(course, course.exercise(r.case_id, r.exercise))),
        )
        for r in rows
    ]  # fmt: skip
    return t("{name}-作答.csv", name=found.name), csvfile.table([t(h) for h in HEAD], lines)


def _graded(found: list[GradeRow], graders: Mapping[str, str], rubric: Rubric | None) -> tuple[str, ...]:
    """The cells of a line that tell how it was graded; several instructors stand one after another in each."""
    taught, own = [g for g in found if g.grader != SELF], [g for g in found if g.grader == SELF]

    def joined(words: Iterable[str]) -> str:
        return "；".join(words)

    return (
        joined(_score(g) for g in taught), joined(_levels(g, rubric) for g in taught),
        joined(graders.get(g.grader, g.grader) for g in taught), joined(g.comment for g in taught if g.comment),
        joined(t("已公布") if g.released else t("未公布") for g in taught),
        joined(_score(g) for g in own), joined(_levels(g, rubric) for g in own),
    )  # fmt: skip


def _score(grade: GradeRow) -> str:
    return "" if grade.score is None else plain(grade.score)


def _levels(grade: GradeRow, rubric: Rubric | None) -> str:
    return "、".join(f"{row} {level}" for row, level in rubrics.ordered(rubric, grade.levels).items())


def _case_title(course: Course, name: str) -> str:
    found = course.case(name)
    return found.title if found else name
