"""Classes, and people who are not their names."""

from __future__ import annotations

import pytest

from casecourse.store import Store, people
from casecourse.store.rows import PersonRow


def test_a_new_store_has_one_class(store: Store) -> None:
    """The first start makes one class with a join code free of look-alikes."""
    (only,) = people.list_classes(store)
    assert only.name == people.FIRST_CLASS
    assert len(only.code) == people.JOIN_CODE
    assert not set(only.code) & set("0O1IL")


def test_a_class_is_found_by_its_code(store: Store) -> None:
    """A join code finds its class however it was typed: lower case, full width, with spaces or hyphens."""
    made = people.add_class(store, " 公管  2026 ")
    assert made.name == "公管 2026"
    wide = "".join(chr(ord(c) + 0xFEE0) for c in made.code)
    for typed in (made.code, made.code.lower(), f" {made.code[:3]}-{made.code[3:]} ", wide):
        assert people.class_by_code(store, typed) == made
    assert people.class_by_code(store, "000000") is None
    assert [c.id for c in people.list_classes(store)] == sorted({made.id, people.list_classes(store)[0].id})


def test_joining_always_makes_a_new_person(store: Store, class_id: int) -> None:
    """Equal names get a visible number; each has an id and a personal code of her own."""
    three = [people.join(store, class_id, name) for name in ("王芳", " 王芳 ", "王芳")]
    assert [person.shown for person in three] == ["王芳", "王芳2", "王芳3"]
    assert len({person.id for person in three}) == len({person.code for person in three}) == 3
    assert people.people_of(store, class_id) == three


def test_nobody_can_take_anothers_shown_name(store: Store, class_id: int) -> None:
    """A name that looks like a numbered one does not make two people look the same."""
    shown = [people.join(store, class_id, name).shown for name in ("王芳2", "王芳", "王芳", "王芳2")]
    assert shown == ["王芳2", "王芳", "王芳3", "王芳22"]


def test_numbers_count_within_a_class(store: Store, wang: PersonRow) -> None:
    """The same name in another class needs no number."""
    assert people.join(store, people.add_class(store, "二班").id, "王芳").shown == "王芳"


@pytest.mark.parametrize("name", ["", "  ", "\u200b\x00", "\n"])
def test_a_name_can_be_seen(store: Store, class_id: int, name: str) -> None:
    """A name without a visible character is refused."""
    with pytest.raises(ValueError, match=r".*"):
        people.join(store, class_id, name)
    assert people.people_of(store, class_id) == []


def test_joining_needs_a_class(store: Store) -> None:
    """Joining an unknown class is refused."""
    with pytest.raises(LookupError):
        people.join(store, 999, "王芳")


def test_name_and_code_together_find_a_person(store: Store, class_id: int, wang: PersonRow, li: PersonRow) -> None:
    """Only a name, with or without its number, and its own code reopen a person; case and width do not matter."""
    second = people.join(store, class_id, "王芳")
    assert people.person_by_code(store, class_id, "王芳2", second.code) == second
    assert people.person_by_code(store, class_id, "王芳", second.code.lower()) == second
    assert people.person_by_code(store, class_id, "王芳2", wang.code) is None
    assert people.person_by_code(store, class_id, "李强", wang.code) is None
    assert people.person_by_code(store, class_id, "王芳", "码") is None
    assert people.person_by_code(store, class_id, "", wang.code) is None
    assert people.person_by_code(store, people.add_class(store, "二班").id, "王芳", wang.code) is None


def test_a_new_code_replaces_the_old(store: Store, class_id: int, wang: PersonRow) -> None:
    """After a reset only the new code works, and the person is the same."""
    changed = people.new_code(store, wang.id)
    assert (changed.id, changed.shown) == (wang.id, wang.shown)
    assert people.person(store, wang.id) == changed
    assert people.person_by_code(store, class_id, "王芳", wang.code) is None
    assert people.person_by_code(store, class_id, "王芳", changed.code) == changed
    with pytest.raises(LookupError):
        people.new_code(store, "nobody")


def test_an_unknown_id_is_nobody(store: Store) -> None:
    """An unknown id finds no person."""
    assert people.person(store, "nobody") is None
