"""Who may do what, cell by cell."""

from __future__ import annotations

import pytest

from casecourse import access
from casecourse.access import ROLES, TABLE, Forbidden, Role, Who, allowed, require

# + yes, - no, o only one's own, s only where the class's setting allows it; in the order of ROLES
EXPECTED = """
join              + + - -
sign-in           + + + -
read-unit         s + + +
read-unpublished  - - + +
see-key           - + + +
write-answer      - o - -
write-closed      - - - -
vote              - + - -
voted-what        - - s -
read-answers      - o + +
read-own          - o - -
grade             - - + -
self-grade        - o - -
see-grade         - o + -
see-class         - - + +
export            - - + +
export-own        - o - -
teach             - - + +
manage-people     - - + +
settings          - - + +
sit-test          - o - -
run-test          - - + +
operate           - - - +
"""
CELLS = [
    (action, role, sign)
    for action, *signs in map(str.split, EXPECTED.split("\n")[1:-1])
    for role, sign in zip(("anonymous", "student", "instructor", "host"), signs, strict=True)
]
WHO: dict[Role, Who] = {
    "anonymous": Who(),
    "student": Who("student", person="p1", class_id=1, name="王芳"),
    "instructor": Who("instructor", name="李老师", instructor="i1"),
    "host": Who("host"),
}


def test_every_cell_of_the_table_is_specified() -> None:
    """The specification names exactly the actions of the table and the roles there are."""
    assert {(action, role) for action, role, _ in CELLS} == {(action, role) for action in TABLE for role in ROLES}


def test_every_action_has_a_name() -> None:
    """An action of the table is a constant of the module, and the other way round."""
    named = {value for name, value in vars(access).items() if name.isupper() and isinstance(value, str)}
    assert named == set(TABLE)


@pytest.mark.parametrize(("action", "role", "sign"), CELLS, ids=lambda value: str(value))
def test_cell(action: str, role: Role, sign: str) -> None:
    """A cell allows what it says for one's own thing, another's, nobody's, and under either setting."""
    who = WHO[role]
    for owner in ("p1", "p2", None):
        for setting in (True, False):
            mine = who.person is not None and owner == who.person
            expected = {"+": True, "-": False, "o": mine, "s": setting}[sign]
            assert allowed(who, action, owner=owner, setting=setting) is expected


def test_nobody_owns_what_has_no_owner() -> None:
    """A student without a person owns nothing, not even what has no owner."""
    assert not allowed(Who("student"), access.READ_OWN, owner=None)


def test_refusal_names_the_action() -> None:
    """What is not allowed raises Forbidden with the action; what is allowed raises nothing."""
    with pytest.raises(Forbidden) as refusal:
        require(WHO["student"], access.EXPORT)
    assert refusal.value.action == access.EXPORT
    require(WHO["instructor"], access.EXPORT)


def test_an_unknown_action_is_a_mistake() -> None:
    """An action outside the table is refused loudly, not answered with no."""
    with pytest.raises(KeyError):
        allowed(WHO["host"], "fly")


def test_the_table_cannot_be_changed() -> None:
    """No code can give itself a right while the program runs."""
    with pytest.raises(TypeError):
        TABLE[access.OPERATE]["student"] = True  # type: ignore[index]
