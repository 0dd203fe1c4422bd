"""Where somebody was, which keys she saw, and settings."""

from __future__ import annotations

from casecourse.store import Store, progress, settings
from casecourse.store.rows import PersonRow

from .conftest import Clock


def test_the_last_place_comes_first(store: Store, wang: PersonRow, li: PersonRow, clock: Clock) -> None:
    """A person goes on where she was last, in each case, though the clock stepped back meanwhile."""
    progress.put_place(store, wang.id, "haidian", "01")
    progress.put_place(store, wang.id, "jiaxing", "04")
    progress.put_place(store, li.id, "xuanwu", "01")
    clock.move(hours=-2)
    progress.put_place(store, wang.id, "haidian", "02")
    places = progress.places_of(store, wang.id)
    assert [(place.case_id, place.unit) for place in places] == [("haidian", "02"), ("jiaxing", "04")]
    assert places[0].at == clock.now


def test_a_key_is_seen_once_and_for_all(store: Store, wang: PersonRow, li: PersonRow) -> None:
    """Asking for a key twice is asking once, and concerns one person and one case."""
    for _ in range(2):
        progress.reveal(store, wang.id, "haidian", "loop")
    progress.reveal(store, wang.id, "jiaxing", "services")
    assert progress.revealed(store, wang.id, "haidian") == {"loop"}
    assert progress.revealed(store, li.id, "haidian") == frozenset()


def test_settings_keep_any_json(store: Store) -> None:
    """A setting is what was put last; null is a value, an unset one is the default."""
    assert settings.setting(store, "class:1:open", default=False) is False
    for value in (True, {"a": [1, "二"]}, None):
        settings.put_setting(store, "class:1:open", value)
        assert settings.setting(store, "class:1:open", default="unset") == value
