"""What kept connections of the portal see of a publication: schemas change their names beneath prepared statements."""

import asyncio

import psycopg

from assets.clock import city_zone
from database.roles import portal_login
from orchestration.builds import LAYERS, Build, begin, publish
from portal.database import CityDatabase
from tests.integration.city_of_truth import AS_OF
from tests.served import number

# More often than a driver and a server need to prepare a statement and to keep its plan.
OFTEN = 12
NUMBER = number("2603020001")


def write(connection: psycopg.Connection, suffix: str, number: int) -> None:
    """What a build leaves, as far as it is asked here: everything says its number."""
    for layer in LAYERS:
        connection.execute(f"create schema if not exists {layer}{suffix}".encode())
    for statement in (
        f"create view portal{suffix}.units as select {number} as spans",
        f"create view intermediate{suffix}.int_tracked_reports as select '{NUMBER}'::text as tracking_number,"
        f" 'public'::text as visibility, '{number}'::text as decision, gen_random_uuid() as case_id",
        f"create view intermediate{suffix}.int_tracked_events as select null::uuid as complaint_id,"
        " ''::text as event_id, now() as occurred_at, now() as booked_at where false",
    ):
        connection.execute(statement.encode())
    connection.execute(f"grant usage on schema portal{suffix} to portal".encode())
    connection.execute(f"grant select on all tables in schema portal{suffix} to portal".encode())


async def seen(database: CityDatabase) -> tuple[int, int]:
    """The build that a page reads, and the one that a number is told from; asked often, and all agree."""
    spans = {await database.value("select spans from portal.units") for _ in range(OFTEN)}
    told = {(await database.value("select front.track(%s)", [NUMBER]))["report"]["decision"] for _ in range(OFTEN)}
    [page], [number] = spans, told
    return page, int(number)


def test_kept_connections_read_each_publication(database_url: str) -> None:
    async def ask() -> list[tuple[int, int]]:
        database, found = CityDatabase(portal_login(database_url, city_zone().key), connections=1), []
        await database.open()
        found.append(await seen(database))
        for _ in range(2):
            with psycopg.connect(database_url) as connection:
                publish(connection, begin(connection, Build(AS_OF, "project", None), "run").build_id)
            found.append(await seen(database))
        await database.close()
        return found

    with psycopg.connect(database_url) as connection:
        write(connection, "", 1)
        write(connection, "_next", 2)
    # The place that was read is where the next build is written, and is read again after it.
    assert asyncio.run(ask()) == [(1, 1), (2, 2), (1, 1)]
