"""A browser stands for whom it was bound to, for a time, and a cookie copied before signing in stays worthless."""

from __future__ import annotations

from datetime import timedelta

from casecourse.store import Store, devices, instructors
from casecourse.store.rows import PersonRow

from .conftest import Clock

DAY = timedelta(days=1)


def test_an_unknown_browser_is_nobody(store: Store) -> None:
    """A token that was never bound stands for nobody."""
    assert devices.who(store, "t1") is None


def test_a_browser_stands_for_a_person(store: Store, wang: PersonRow) -> None:
    """A bound browser brings its person, and binding it again replaces her."""
    devices.bind_device(store, "t1", lasts=DAY, join_class=wang.class_id)
    on_her_way = devices.who(store, "t1")
    assert on_her_way is not None
    assert (on_her_way.person, on_her_way.join_class) == (None, wang.class_id)
    devices.bind_device(store, "t1", lasts=DAY, person_id=wang.id)
    bound = devices.who(store, "t1")
    assert bound is not None
    assert (bound.person, bound.instructor, bound.join_class) == (wang, None, None)


def test_a_binding_ends(store: Store, wang: PersonRow, clock: Clock) -> None:
    """A binding lasts as long as it was given, to the second."""
    devices.bind_device(store, "t1", lasts=DAY, person_id=wang.id)
    clock.move(hours=23, minutes=59)
    assert devices.who(store, "t1") is not None
    clock.move(minutes=1)
    assert devices.who(store, "t1") is None


def test_being_here_prolongs_a_binding(store: Store, clock: Clock) -> None:
    """A binding in use does not expire, and a browser seen a moment ago is not written again."""
    teacher = instructors.add_instructor(store, "李老师", "hash")
    devices.bind_device(store, "t1", lasts=timedelta(hours=1), instructor_id=teacher.id)
    first = devices.who(store, "t1")
    assert first is not None
    assert first.instructor == teacher
    clock.move(seconds=30)
    devices.touch(store, first, timedelta(hours=1))
    assert devices.who(store, "t1") == first
    clock.move(minutes=50)
    devices.touch(store, first, timedelta(hours=1))
    clock.move(minutes=50)
    assert devices.who(store, "t1") is not None


def test_rotating_leaves_the_old_token_worthless(store: Store, wang: PersonRow, clock: Clock) -> None:
    """After rotation the new token stands for the person and the old one for nobody; an expired one is not revived."""
    devices.bind_device(store, "old", lasts=DAY, person_id=wang.id)
    assert devices.rotate(store, "old", "new")
    assert devices.who(store, "old") is None
    moved = devices.who(store, "new")
    assert moved is not None
    assert moved.person == wang
    assert not devices.rotate(store, "old", "newer")
    clock.move(days=2)
    assert not devices.rotate(store, "new", "newer")


def test_a_nonce_changes_the_cookie_once(store: Store, wang: PersonRow) -> None:
    """A nonce binds the new token to its person and forgets the old one; a second use gives nothing."""
    devices.bind_device(store, "old", lasts=DAY, join_class=wang.class_id)
    devices.issue_nonce(store, "n1", "old", person_id=wang.id)
    claimed = devices.claim(store, "n1", "old", "new", lasts=DAY)
    assert claimed is not None
    assert (claimed.token_hash, claimed.person, claimed.join_class) == ("new", wang, None)
    assert devices.who(store, "old") is None
    assert devices.claim(store, "n1", "old", "newer", lasts=DAY) is None
    assert devices.who(store, "newer") is None


def test_a_nonce_is_for_thirty_seconds(store: Store, wang: PersonRow, clock: Clock) -> None:
    """A nonce works within 30 seconds and not at 30."""
    devices.issue_nonce(store, "n1", "old", person_id=wang.id)
    devices.issue_nonce(store, "n2", "old", person_id=wang.id)
    clock.move(seconds=29)
    assert devices.claim(store, "n1", "old", "new1", lasts=DAY) is not None
    clock.move(seconds=1)
    assert devices.claim(store, "n2", "old", "new2", lasts=DAY) is None


def test_a_nonce_is_for_one_browser(store: Store, wang: PersonRow) -> None:
    """A nonce brought by another browser gives nothing and is gone."""
    devices.issue_nonce(store, "n1", "mine", person_id=wang.id)
    assert devices.claim(store, "n1", "theirs", "new", lasts=DAY) is None
    assert devices.claim(store, "n1", "mine", "new", lasts=DAY) is None


def test_signing_out(store: Store, wang: PersonRow) -> None:
    """A forgotten browser is nobody; every browser of a person can be forgotten at once."""
    for token in ("t1", "t2", "t3"):
        devices.bind_device(store, token, lasts=DAY, person_id=wang.id)
    devices.forget_device(store, "t1")
    assert [devices.who(store, token) is None for token in ("t1", "t2", "t3")] == [True, False, False]
    teacher = instructors.add_instructor(store, "李老师", "hash")
    devices.bind_device(store, "t4", lasts=DAY, instructor_id=teacher.id)
    devices.forget_devices_of(store, person_id=wang.id)
    assert [devices.who(store, token) is None for token in ("t2", "t3", "t4")] == [True, True, False]
    devices.forget_devices_of(store, instructor_id=teacher.id)
    assert devices.who(store, "t4") is None
