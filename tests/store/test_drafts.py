"""Drafts follow the widgets and never go back to what an older page shows."""

from __future__ import annotations

import sqlite3

import pytest

from casecourse import store as stores
from casecourse.store import Store, answers, drafts
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


def test_a_page_opened_earlier_gets_the_newer_draft(store: Store, wang: PersonRow) -> None:
    """A page that has not seen what another wrote changes nothing and is handed it; once it has seen it, it goes on."""
    seen = drafts.newest(store, wang.id)
    newer = drafts.put_draft(store, wang.id, "haidian", "loop", "电脑上写的", screen="laptop", seen=seen)
    assert drafts.put_draft(store, wang.id, "haidian", "loop", "手机上写的", screen="phone", seen=seen) == newer
    now = drafts.newest(store, wang.id)
    assert (
        drafts.put_draft(store, wang.id, "haidian", "loop", "手机上写的", screen="phone", seen=now).rev == newer.rev + 1
    )
    assert drafts.put_draft(store, wang.id, "haidian", "loop", "电脑", screen="laptop", seen=seen).raw == "手机上写的"


def test_a_page_overwrites_what_it_wrote_itself(store: Store, wang: PersonRow) -> None:
    """One page saves again and again with what it had seen when it was opened."""
    for text in ("半", "半句", "半句话"):
        assert drafts.put_draft(store, wang.id, "haidian", "loop", text, screen="phone", seen=0).raw == text


def test_revisions_are_not_used_twice(store: Store, wang: PersonRow) -> None:
    """After a draft is gone the next one is newer than any page has seen, so an old page cannot take it for its own."""
    drafts.put_draft(store, wang.id, "haidian", "loop", "甲", screen="a", seen=0)
    seen = drafts.newest(store, wang.id)
    drafts.drop_draft(store, wang.id, "haidian", "loop")
    newer = drafts.put_draft(store, wang.id, "haidian", "loop", "乙", screen="b", seen=seen)
    assert newer.rev > seen
    assert drafts.put_draft(store, wang.id, "haidian", "loop", "丙", screen="a", seen=seen) == newer


def test_the_same_text_on_another_page_is_its_own(store: Store, wang: PersonRow) -> None:
    """Two pages that show the same text agree; whoever changes it first is not told of another device."""
    first = drafts.put_draft(store, wang.id, "haidian", "loop", "甲", screen="a", seen=0)
    same = drafts.put_draft(store, wang.id, "haidian", "loop", "甲", screen="b", seen=0)
    assert (same.rev, same.at, same.screen) == (first.rev, first.at, "b")
    assert drafts.put_draft(store, wang.id, "haidian", "loop", "甲乙", screen="b", seen=0).raw == "甲乙"


def test_a_repeated_save_is_acknowledged(store: Store, wang: PersonRow) -> None:
    """A retry whose first reply was lost gets its own text and revision back."""
    first = drafts.put_draft(store, wang.id, "haidian", "loop", "半句", screen="a", seen=0)
    assert drafts.put_draft(store, wang.id, "haidian", "loop", "半句", screen="a", seen=0) == first


def test_fields_belong_to_their_prompt(store: Store, wang: PersonRow) -> None:
    """Each field has a draft of its own; dropping the prompt drops them all, and nothing that only begins alike."""
    for prompt in ("loop", "loop/甲", "loop/乙%", "loop-2", "loop-2/甲"):
        drafts.put_draft(store, wang.id, "haidian", prompt, "字")
    drafts.drop_draft(store, wang.id, "haidian", "loop")
    assert [d.prompt for d in drafts.drafts_of(store, wang.id, "haidian")] == ["loop-2", "loop-2/甲"]


def test_an_answer_takes_its_drafts_with_it(store: Store, wang: PersonRow, new) -> None:  # type: ignore[no-untyped-def]
    """提交 ends the drafts of the exercise, those of its fields too."""
    drafts.put_draft(store, wang.id, "haidian", "loop", ["甲"])
    drafts.put_draft(store, wang.id, "haidian", "loop/why", "因为")
    answers.add_answer(store, new("a1", wang))
    assert drafts.drafts_of(store, wang.id, "haidian") == []


def test_no_client_fills_the_store_with_fields(store: Store, wang: PersonRow, monkeypatch: pytest.MonkeyPatch) -> None:
    """More fields than any exercise has are refused; those that are there can still be changed."""
    monkeypatch.setattr(drafts, "FIELDS", 3)
    for n in range(3):
        drafts.put_draft(store, wang.id, "haidian", f"loop/{n}", "字")
    with pytest.raises(LookupError):
        drafts.put_draft(store, wang.id, "haidian", "loop/3", "字")
    assert drafts.put_draft(store, wang.id, "haidian", "loop/2", "改").raw == "改"


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


def test_drafts_of_an_earlier_version_live_on(file_url: str, wang_of_version_1: str) -> None:
    """A store of the first version keeps its drafts, and the next change is newer than all of them."""
    opened = stores.open(file_url)
    assert [d.raw for d in drafts.drafts_of(opened, wang_of_version_1, "haidian")] == ["旧稿"]
    assert drafts.put_draft(opened, wang_of_version_1, "haidian", "b", "新稿").rev == 8
    opened.close()


@pytest.fixture
def wang_of_version_1(file_url: str) -> str:
    """A store as version 1 left it, with one draft of revision 7."""
    from alembic import command
    from alembic.config import Config

    from casecourse.store import dialects, migrations
    from casecourse.store.people import first_class

    engine = dialects.engine(dialects.address(file_url))
    with engine.connect().execution_options(**{dialects.WRITES: True}) as connection, connection.begin():
        config = Config()
        folder = str(migrations.__path__[0])
        config.set_main_option("script_location", folder.replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        first_class(connection, Clock().now)
    engine.dispose()
    connection = sqlite3.connect(file_url.removeprefix("sqlite:///"))
    now = "2026-03-02T08:00:00.000000+00:00"
    connection.execute("INSERT INTO people VALUES ('p', 1, '王芳', 1, 'ABCDE', ?)", (now,))
    connection.execute("INSERT INTO drafts VALUES ('p', 'haidian', 'a', '\"旧稿\"', 7, ?)", (now,))
    connection.commit()
    connection.close()
    return "p"
