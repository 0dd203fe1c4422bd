"""What is taught: frozen models of a course, its cases, units, blocks and facts."""

from casecourse.model.case import Case, Fact, Mechanism, Source
from casecourse.model.course import WHEN, Course, CourseFile, Seminar, Tests, When, full_id
from casecourse.model.facts import CaseFacts, Facts, Shown
from casecourse.model.note import TeachingNote
from casecourse.model.unit import Unit

__all__ = [
    "WHEN",
    "Case",
    "CaseFacts",
    "Course",
    "CourseFile",
    "Fact",
    "Facts",
    "Mechanism",
    "Seminar",
    "Shown",
    "Source",
    "TeachingNote",
    "Tests",
    "Unit",
    "When",
    "full_id",
]
