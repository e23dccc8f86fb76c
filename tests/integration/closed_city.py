"""A city whose cases get closed: a portal that listens, a clerk at work, and what agencies book meanwhile.

Belongs here: that city. Does not belong here: what its people do after a closing (the tests).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
import psycopg
import pytest

from assets.clock import city_zone
from database.roles import portal_login
from tests.integration.city_of_truth import AS_OF
from tests.integration.desk_city import DeskCity
from tests.integration.site import Site, published_city
from tests.integration.test_clerk import Working
from tests.integration.test_followup import BEYOND
from tests.integration.test_lapor import rows

BOOKED = """
    insert into raw.case_events (event_id, tracking_number, status, holder_code, occurred_at, booked_at, received_at,
        batch_id, is_synthetic, photos)
    values (%(event)s, %(number)s, %(status)s, %(holder)s, %(at)s, %(at)s, %(now)s, 'booked', true, %(photos)s)
"""

# What the ledger of the city of truth was decided from was never written down: as of reporters who were erased.
ERASED = """
    insert into private.complaints (complaint_id, version, description, photo_urls)
    select complaint_id, version, '', '{}' from ledger.complaints
"""


@dataclass(frozen=True)
class ClosedCity:
    """The city.

    Attributes:
        url: As its owner.
        portal: As the role portal; another login would shut the portal out.
        http: Its portal.
        desk: Its officers.
        landing: The landing folder.
    """

    url: str
    portal: str
    http: httpx.Client
    desk: DeskCity
    landing: Path

    def book(
        self, number: str, status: str = "selesai", holder: str = "dinas_bina_marga", at: datetime = AS_OF,
        photos: tuple[str, ...] = (),
    ) -> str:  # fmt: skip
        """Have an agency book something on a case; returns the event's id."""
        event = f"{status}-{number}-{at:%Y%m%d%H%M%S}"
        with psycopg.connect(self.url) as connection:
            connection.execute(
                BOOKED,
                {
                    "event": event, "number": number, "status": status, "holder": holder, "at": at, "now": AS_OF,
                    "photos": list(photos),
                },
            )  # fmt: skip
        return event


@contextmanager
def closed_city(server: str, marts: str, name: str, folder: Path) -> Iterator[ClosedCity]:
    """A copy of the city of truth for one module, without any setting of this machine."""
    with pytest.MonkeyPatch.context() as patch, published_city(server, marts, name) as url:
        patch.chdir(folder)
        rows(url, BEYOND)
        with psycopg.connect(url) as owner:
            owner.execute(ERASED)
        desk = DeskCity.of(url)
        landing = folder / "landing"
        landing.mkdir()
        limits = {"lookups": 100_000, "reports": 100_000, "ratings": 100_000}
        portal = portal_login(url, city_zone().key)
        site = Site(portal, desk_database_url=desk.desk, **limits)
        with Working(url, landing, lambda: AS_OF), site as http:
            yield ClosedCity(url, portal, http, desk, landing)
