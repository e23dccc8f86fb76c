"""One database serves one city, and its days are that city's."""

import re
from pathlib import Path

import psycopg
import pytest

from assets.city import city, claim_database
from assets.resources import Database
from database.city import OtherCityError, claim
from tests.integration.city_of_truth import compiled

# Read before a test serves another city.
SERVED = city()
REFUSED = (
    r"Expected the database \w+ to serve Palu \(72\.71\), found that it serves the city of code"
    rf" {re.escape(SERVED.code)}\. .*JSC_CITY"
)


def test_a_database_remembers_its_city_and_refuses_another(database_url: str, palu: Path) -> None:
    with pytest.raises(OtherCityError, match=REFUSED):
        claim_database(database_url)
    with pytest.raises(OtherCityError, match=REFUSED), Database(url=database_url).transaction():
        pass
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select code, time_zone from ledger.city").fetchall() == [
            (SERVED.code, SERVED.time_zone)
        ]
        connection.execute("delete from ledger.city")
    claim_database(database_url)
    claim_database(database_url)
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select front.city_code(), ledger.city_zone()").fetchone() == (
            "72.71", "Asia/Makassar"
        )  # fmt: skip


def test_the_portal_may_ask_which_city_it_is_and_no_more(connection: psycopg.Connection) -> None:
    connection.execute("set role portal")
    assert connection.execute("select front.city_code()").fetchone() == (SERVED.code,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select * from ledger.city")


def test_functions_of_the_database_count_the_citys_days(database_url: str) -> None:
    bodies = "select prosrc, proconfig from pg_proc where pronamespace in ('front'::regnamespace, 'desk'::regnamespace)"
    with psycopg.connect(database_url) as connection:
        found = connection.execute(bodies).fetchall()
    assert len(found) > 20
    assert not [body for body, settings in found if "Asia/" in body or "Asia/" in str(settings)]


def test_marts_count_the_citys_days(database_url: str, palu: Path) -> None:
    query = """
        select
            {{ wib_date("'2026-03-01T15:59:59Z'::timestamptz") }}::text as before,
            {{ wib_date("'2026-03-01T16:00:00Z'::timestamptz") }}::text as after,
            {{ wib_midnight("'2026-03-02'::date") }} = '2026-03-01T16:00:00Z'::timestamptz as is_midnight,
            {{ city_code() }} as code,
            {{ city_name() }} as name
    """
    with psycopg.connect(database_url) as connection:
        found = connection.execute(compiled(database_url, query).encode()).fetchone()
    assert found == ("2026-03-01", "2026-03-02", True, "72.71", "Kota Palu")


def test_a_city_claims_a_database_once(database_url: str) -> None:
    with pytest.raises(OtherCityError, match=r"serve X \(99\)"):
        claim(database_url, "99", "X", "Asia/Jayapura")
