"""What can be cited says what the reader saw: facts in words, never their ids."""

from __future__ import annotations

from casecourse.loading import Content


def test_a_name_or_a_date_is_told_as_it_stands_on_the_page(content: Content) -> None:
    """A time line of another case's facts has their labels and dates, although a date is no figure to compute with."""
    found = {p.ref: p.text for p in content.course.facts.of("cross").passages(["jiaxing:institutions"])}
    assert "市委社会工作委员会成立 2008\u00a0年\u00a07\u00a0月" in found["jiaxing:institutions#years"]
    assert "committee-date" not in found["jiaxing:institutions#years"]
