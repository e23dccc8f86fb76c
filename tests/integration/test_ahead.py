"""Pages made ahead of their first reader: whoever comes when the database no longer answers is shown them."""

import time
from collections.abc import Callable, Iterator

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from database.server import with_database
from portal.ahead import PAGES
from tests.integration.site import Site, publish_again
from tests.served import HERE_AREA

AREA = f"/macet/{HERE_AREA.code}"


def _let_in(url: str, allowed: bool) -> None:
    """Let anybody in, or nobody any more."""
    name = str(conninfo_to_dict(url)["dbname"])
    change = sql.SQL("alter database {} allow_connections {}").format(sql.Identifier(name), sql.Literal(allowed))
    with psycopg.connect(with_database(url, "postgres"), autocommit=True) as connection:
        connection.execute(change)
        if not allowed:
            connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])


def _wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _statuses(http: httpx.Client, *pages: str) -> dict[str, int]:
    return {page: http.get(page).status_code for page in pages}


@pytest.fixture
def closing(published: str) -> Iterator[Callable[[], None]]:
    """Closes the city of the module; it is opened again after the test."""
    yield lambda: _let_in(published, False)
    _let_in(published, True)


def test_what_is_asked_for_most_is_made_before_anybody_asks(
    published: str, portal_address: str, closing: Callable[[], None]
) -> None:
    with Site(portal_address, ahead=True) as http:
        closing()
        assert _statuses(http, *PAGES, AREA) == dict.fromkeys([*PAGES, AREA], 200)
        assert _statuses(http, "/data") == {"/data": 503}


def test_all_of_it_is_made_again_after_each_build(
    published: str,
    portal_address: str,
    closing: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("portal.ahead.LOOKS_S", 0.05)
    monkeypatch.setattr("portal.ahead.REST", 0)
    with caplog.at_level("INFO", "portal.ahead"), Site(portal_address, ahead=True) as http:
        # In Indonesian, then in English.
        _wait_for(lambda: len(caplog.messages) == 2)
        with psycopg.connect(published) as owner:
            owner.execute("update marts.dim_areas set area_name = 'Kota Baru' where area_code = %s", [HERE_AREA.code])
        publish_again(published)
        _wait_for(lambda: len(caplog.messages) == 3)
        closing()
        for page in (AREA, f"/en{AREA}"):
            assert "Kota Baru" in http.get(page).text
