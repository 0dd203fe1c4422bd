"""Where a person is in a case, and which keys she asked to see, which ends her attempts."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from casecourse.store.dialects import insert
from casecourse.store.engine import Store
from casecourse.store.rows import PlaceRow
from casecourse.store.tables import places, reveals


def put_place(store: Store, person_id: str, case_id: str, unit: str) -> None:
    """Remember the unit of a case where a person is."""

    def work(connection: Connection) -> None:
        visits = select(func.coalesce(func.max(places.c.visit), 0)).where(places.c.person_id == person_id)
        changed = {"unit": unit, "visit": connection.execute(visits).scalar_one() + 1, "at": store.clock()}
        connection.execute(
            insert(connection, places)
            .values(person_id=person_id, case_id=case_id, **changed)
            .on_conflict_do_update(index_elements=["person_id", "case_id"], set_=changed)
        )

    store.write(work)


def places_of(store: Store, person_id: str) -> list[PlaceRow]:
    """Where a person was last in each case, the latest first."""
    query = select(places).where(places.c.person_id == person_id).order_by(places.c.visit.desc())
    with store.read() as connection:
        return [PlaceRow(**row._mapping) for row in connection.execute(query)]


def reveal(store: Store, person_id: str, case_id: str, exercise: str) -> None:
    """A person asks to see the key of an exercise: from now on `add_answer` raises Spent there."""
    values = {"person_id": person_id, "case_id": case_id, "exercise": exercise, "at": store.clock()}
    store.write(
        lambda connection: connection.execute(insert(connection, reveals).values(values).on_conflict_do_nothing())
    )


def revealed(store: Store, person_id: str, case_id: str) -> frozenset[str]:
    """The exercises of a case whose key a person asked to see."""
    query = select(reveals.c.exercise).where(reveals.c.person_id == person_id, reveals.c.case_id == case_id)
    with store.read() as connection:
        return frozenset(connection.scalars(query))
