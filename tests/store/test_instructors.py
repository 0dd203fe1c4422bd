"""Instructors, and how guessing is slowed without locking a class out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from casecourse.store import Store, instructors
from casecourse.store.instructors import FREE, LONGEST, may_try, was_right

from .conftest import Clock


def test_an_instructor_is_kept_with_the_hash(store: Store) -> None:
    """An instructor is found by id and in the list, and the passcode's hash can be replaced."""
    li = instructors.add_instructor(store, "李老师", "hash1")
    assert instructors.instructor(store, li.id) == li
    assert instructors.list_instructors(store) == [li]
    instructors.set_passcode(store, li.id, "hash2")
    changed = instructors.instructor(store, li.id)
    assert changed is not None
    assert changed.passcode_hash == "hash2"
    assert instructors.instructor(store, "nobody") is None
    with pytest.raises(LookupError):
        instructors.set_passcode(store, "nobody", "hash")


def test_five_tries_are_free_then_the_wait_grows(store: Store, clock: Clock) -> None:
    """After five tries each further one waits twice as long, up to five minutes."""
    assert [may_try(store, "ip", "account") for _ in range(FREE)] == [0] * FREE
    waits = []
    for _ in range(12):
        waits.append(wait := may_try(store, "ip", "account"))
        clock.move(seconds=wait)
        assert may_try(store, "ip", "account") == 0
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, LONGEST, LONGEST, LONGEST, LONGEST]


def test_asking_while_waiting_does_not_lengthen_the_wait(store: Store, clock: Clock) -> None:
    """Only a guess counts: knocking during the wait does not."""
    for _ in range(FREE):
        may_try(store, "ip", "account")
    assert [may_try(store, "ip", "account") for _ in range(3)] == [2, 2, 2]


def test_source_and_account_are_counted_apart(store: Store) -> None:
    """One source guessing at many accounts waits, and so do many sources guessing at one account; others do not."""
    for n in range(FREE):
        may_try(store, "ip", f"account{n}")
        may_try(store, f"ip{n}", "account")
    assert may_try(store, "ip", "fresh") > 0
    assert may_try(store, "fresh", "account") > 0
    assert may_try(store, "fresh", "fresh") == 0


def test_a_right_guess_frees_the_account_but_not_the_source(store: Store) -> None:
    """Somebody with a code of her own cannot clear her source between guesses at other people's."""
    for _ in range(FREE - 1):
        may_try(store, "ip", "theirs")
    assert may_try(store, "ip", "mine") == 0
    was_right(store, "ip", "mine")
    assert may_try(store, "ip", "mine") == 0
    assert may_try(store, "ip", "mine") > 0
    was_right(store, "ip", "theirs")
    assert may_try(store, "elsewhere", "theirs") == 0


def test_counting_begins_anew_after_an_hour(store: Store, clock: Clock) -> None:
    """A morning's mistypings are forgotten in the afternoon."""
    for _ in range(FREE):
        may_try(store, "ip", "account")
    clock.move(minutes=61)
    assert [may_try(store, "ip", "account") for _ in range(FREE)] == [0] * FREE


def test_a_clock_that_steps_back_does_not_lock_out(store: Store, clock: Clock) -> None:
    """After the clock stepped back a day the wait is no longer than it was."""
    for _ in range(FREE):
        may_try(store, "ip", "account")
    clock.move(days=-1)
    assert may_try(store, "ip", "account") == 2


def test_guesses_at_the_same_moment_are_counted_one_by_one(store: Store) -> None:
    """Thirty guesses sent at once are five guesses."""
    with ThreadPoolExecutor(30) as pool:
        waits = list(pool.map(lambda _: may_try(store, "ip", "account"), range(30)))
    assert waits.count(0) == FREE
