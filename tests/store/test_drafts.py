"""Drafts follow the widgets and never go back to what an older device shows."""

from __future__ import annotations

import pytest

from casecourse.store import Store, drafts
from casecourse.store.rows import PersonRow

from .conftest import Clock


def test_a_draft_is_overwritten(store: Store, wang: PersonRow, clock: Clock) -> None:
    """The last draft stands, with a revision and a time that say so."""
    drafts.put_draft(store, wang.id, "haidian", "u1#0", "半")
    clock.move(seconds=3)
    row = drafts.put_draft(store, wang.id, "haidian", "u1#0", "半句")
    assert (row.raw, row.rev, row.at) == ("半句", 2, clock.now)
    assert drafts.draft(store, wang.id, "haidian", "u1#0") == row
    assert drafts.drafts_of(store, wang.id, "haidian") == [row]


def test_saving_the_same_again_changes_nothing(store: Store, wang: PersonRow, clock: Clock) -> None:
    """A page run that finds the widgets as they were leaves revision and time alone."""
    first = drafts.put_draft(store, wang.id, "haidian", "loop", ["甲"])
    clock.move(seconds=3)
    assert drafts.put_draft(store, wang.id, "haidian", "loop", ["甲"]) == first


def test_an_older_device_gets_the_newer_draft(store: Store, wang: PersonRow) -> None:
    """A sender that has not seen the stored revision changes nothing and is handed what is stored."""
    newer = drafts.put_draft(store, wang.id, "haidian", "loop", "电脑上写的", rev=3)
    for rev in (2, 3):
        assert drafts.put_draft(store, wang.id, "haidian", "loop", "手机上写的", rev=rev) == newer
    assert drafts.put_draft(store, wang.id, "haidian", "loop", "手机上接着写", rev=4).raw == "手机上接着写"


def test_a_repeated_save_is_acknowledged(store: Store, wang: PersonRow) -> None:
    """A retry whose first reply was lost gets its own text and revision back."""
    first = drafts.put_draft(store, wang.id, "haidian", "loop", "半句", rev=1)
    assert drafts.put_draft(store, wang.id, "haidian", "loop", "半句", rev=1) == first


def test_drafts_are_one_persons_in_one_case(store: Store, wang: PersonRow, li: PersonRow) -> None:
    """Drafts of another person, another case or another prompt stay apart."""
    a = drafts.put_draft(store, wang.id, "haidian", "a", 1)
    b = drafts.put_draft(store, wang.id, "haidian", "b", 2)
    drafts.put_draft(store, wang.id, "jiaxing", "a", 3)
    drafts.put_draft(store, li.id, "haidian", "a", 4)
    assert drafts.drafts_of(store, wang.id, "haidian") == [a, b]


def test_a_dropped_draft_is_gone(store: Store, wang: PersonRow) -> None:
    """Dropping removes one draft; dropping again is no mistake."""
    drafts.put_draft(store, wang.id, "haidian", "a", 1)
    drafts.drop_draft(store, wang.id, "haidian", "a")
    drafts.drop_draft(store, wang.id, "haidian", "a")
    assert drafts.draft(store, wang.id, "haidian", "a") is None


def test_nobody_has_no_draft(store: Store) -> None:
    """A draft of an unknown person is refused."""
    with pytest.raises(LookupError):
        drafts.put_draft(store, "nobody", "haidian", "a", 1)
