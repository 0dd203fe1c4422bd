"""Walks: every place once, the shortest way to each, what can still reach an aim, and an end to what has none."""

from __future__ import annotations

from casecourse.walks import walked

# a diamond with a tail, and a ring that nothing leaves
ROADS = {"a": [("l", "b"), ("r", "c")], "b": [("x", "d")], "c": [("y", "d"), ("z", "e")], "d": [], "e": [("o", "e")]}


def test_a_walk_finds_every_place_by_a_shortest_way() -> None:
    """Each place is reached once, by the fewest moves and the first of equal ways."""
    walk = walked("a", lambda place: ROADS[place])
    assert walk.whole
    assert {place: walk.path(place) for place in walk.came} == {
        "a": [], "b": ["l"], "c": ["r"], "d": ["l", "x"], "e": ["r", "z"],
    }  # fmt: skip


def test_what_reaches_an_aim_is_found_backwards() -> None:
    """Only places with a way to an aim reach it; a ring without an exit does not."""
    walk = walked("a", lambda place: ROADS[place])
    assert walk.reaching(["d"]) == {"a", "b", "c", "d"}
    assert walk.reaching([]) == set()


def test_an_endless_walk_stops_and_says_so() -> None:
    """At the limit the walk ends with what it knows, and calls itself not whole."""
    walk = walked(0, lambda n: [("+", n + 1)], most=50)
    assert not walk.whole
    assert len(walk.came) == 50
    assert walked(0, lambda n: [("+", n + 1)] if n < 49 else [], most=50).whole


def test_a_walk_with_many_moves_gives_up_earlier() -> None:
    """Few places with very many moves take as long as many places: what is looked at counts, too."""
    quiet = walked(0, lambda n: [("+", n + 1)] if n < 40 else [], most=50)
    assert quiet.whole
    busy = walked(0, lambda n: [("+", n + 1)] if n < 40 else [], most=50, effort=lambda _: 12)
    assert not busy.whole
    assert len(busy.came) < 12
