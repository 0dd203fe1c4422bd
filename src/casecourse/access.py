"""Who may do what: one table, role × action, and the two questions asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, get_args

Role = Literal["anonymous", "student", "instructor", "host"]
# yes, no, only what is one's own, or only where the class's setting allows it
Cell: TypeAlias = bool | Literal["own", "setting"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

JOIN: Final = "join"  # become a new person of a class, or reopen one by name and code
SIGN_IN: Final = "sign-in"  # give the instructor's passcode
READ_UNIT: Final = "read-unit"  # a published unit
READ_UNPUBLISHED: Final = "read-unpublished"  # unpublished content, keys, rubrics, the teaching note
SEE_KEY: Final = "see-key"  # the key, once it is released
WRITE_ANSWER: Final = "write-answer"  # an answer or a draft, while open
WRITE_CLOSED: Final = "write-closed"  # an answer or a draft after closing
VOTE: Final = "vote"  # one ballot in a vote while it is open; see the result once it is revealed
VOTED_WHAT: Final = "voted-what"  # who voted what: in a named round, which was told before the vote
READ_ANSWERS: Final = "read-answers"  # answers with the names of those who gave them
READ_OWN: Final = "read-own"  # one's own page: answers, drafts, place, personal code
GRADE: Final = "grade"  # read answers without their names, grade them, comment, release
SELF_GRADE: Final = "self-grade"  # one's own answer against the rubric
SEE_GRADE: Final = "see-grade"  # the grade of one's own answer, once it is released
SEE_CLASS: Final = "see-class"  # progress and statistics of a class
EXPORT: Final = "export"  # the answers of a class as a file
EXPORT_OWN: Final = "export-own"  # one's own answers as a file
TEACH: Final = "teach"  # edit, import, publish, project, open and close rounds
MANAGE_PEOPLE: Final = "manage-people"  # roster, reset a code
SETTINGS: Final = "settings"  # classes, their join codes and settings
SIT_TEST: Final = "sit-test"  # the test before or after the course, as far as it is open
RUN_TEST: Final = "run-test"  # open a test for a class, collect it, release its keys
OPERATE: Final = "operate"  # backup, restore, migrate, set the instructor's passcode


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody in front of us. `person` is a student's id, `instructor` an instructor's; `name` is what is shown."""

    role: Role = "anonymous"
    person: str | None = None
    class_id: int | None = None
    name: str = ""
    instructor: str | None = None


ANONYMOUS: Final = Who()
HOST: Final = Who(role="host")


def _row(anonymous: Cell, student: Cell, instructor: Cell, host: Cell) -> Mapping[Role, Cell]:
    return MappingProxyType({"anonymous": anonymous, "student": student, "instructor": instructor, "host": host})


TABLE: Final[Mapping[str, Mapping[Role, Cell]]] = MappingProxyType(
    {
        #                      anonymous  student  instructor  host
        JOIN: _row(True, True, False, False),
        SIGN_IN: _row(True, True, True, False),
        READ_UNIT: _row("setting", True, True, True),
        READ_UNPUBLISHED: _row(False, False, True, True),
        SEE_KEY: _row(False, True, True, True),
        WRITE_ANSWER: _row(False, "own", False, False),
        WRITE_CLOSED: _row(False, False, False, False),
        VOTE: _row(False, True, False, False),
        VOTED_WHAT: _row(False, False, "setting", False),
        READ_ANSWERS: _row(False, "own", True, True),
        READ_OWN: _row(False, "own", False, False),
        GRADE: _row(False, False, True, False),
        SELF_GRADE: _row(False, "own", False, False),
        SEE_GRADE: _row(False, "own", True, False),
        SEE_CLASS: _row(False, False, True, True),
        EXPORT: _row(False, False, True, True),
        EXPORT_OWN: _row(False, "own", False, False),
        TEACH: _row(False, False, True, True),
        MANAGE_PEOPLE: _row(False, False, True, True),
        SETTINGS: _row(False, False, True, True),
        SIT_TEST: _row(False, "own", False, False),
        RUN_TEST: _row(False, False, True, True),
        OPERATE: _row(False, False, False, True),
    }
)


class Forbidden(Exception):  # noqa: N818  the word of the protocol: 403
    """This role may not do `action`."""

    def __init__(self, action: str) -> None:
        super().__init__(action)
        self.action = action


def allowed(who: Who, action: str, *, owner: str | None = None, setting: bool = False) -> bool:
    """Say whether `who` may do `action`, an action of the table (KeyError for any other).

    `owner` is the id of the person whose thing it is: an "own" cell needs it to be `who.person`.
    `setting` is what the class's setting says: a "setting" cell repeats it.
    """
    cell = TABLE[action][who.role]
    if cell == "own":
        return who.person is not None and who.person == owner
    if cell == "setting":
        return setting
    return cell is True


def require(who: Who, action: str, *, owner: str | None = None, setting: bool = False) -> None:
    """Raise Forbidden unless `allowed` with the same arguments."""
    if not allowed(who, action, owner=owner, setting=setting):
        raise Forbidden(action)
