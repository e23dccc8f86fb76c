"""Resources of the assets: the city's database and the city's folders and clock.

Belongs here: what an asset needs from outside. Does not belong here: what it does with it (assets/).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from assets.city import city as city_facts
from assets.city import city_folder, dbt_environment
from assets.settings import Settings
from assets.shelf import shelf
from database.city import require
from database.server import database_url

if TYPE_CHECKING:
    import psycopg

    from assets.places.boundaries import Boundaries
    from assets.reference import CityReference
    from assets.reports.city_lists import CityLists


# Databases that this process has asked which city they serve.
_OURS: set[tuple[str, int, str]] = set()


class Database(dg.ConfigurableResource):
    """The city's PostgreSQL."""

    url: str = ""

    def address(self) -> str:
        """URL in use: the configured one, JSC_DATABASE_URL, or the embedded server's."""
        return self.url or database_url(Settings())

    def dbt_environment(self) -> dict[str, str]:
        """What dbt's project and profile read."""
        return dbt_environment(self.address())

    @contextmanager
    def transaction(self) -> "Iterator[psycopg.Connection]":
        """One connection and one transaction: all of the block is kept, or none."""
        import psycopg

        with psycopg.connect(self.address()) as connection:
            _require_our_city(connection)
            yield connection


class City(dg.ConfigurableResource):
    """Where the city's data lies, and what time it is there."""

    landing: str = ""
    cameras: list[str] = []
    reports: str = ""
    as_of: str = ""

    def landing_folder(self) -> Path:
        """The landing folder: configured, JSC_LANDING, or the sample city's."""
        settings = Settings()
        return Path(self.landing) if self.landing else settings.landing or settings.sample / "landing"

    def camera_folders(self) -> list[Path]:
        """The snapshot folders: configured, JSC_CAMERAS, or the sample city's; none for a landing folder alone."""
        settings = Settings()
        if self.cameras or self.landing:
            return [Path(folder) for folder in self.cameras]
        if settings.cameras or settings.landing:
            return settings.cameras
        return [settings.sample / "cameras"]

    def camera_lists(self) -> list[Path]:
        """Lists of live cameras, JSC_CAMERA_LISTS."""
        return Settings().camera_lists

    def reports_folder(self) -> Path:
        """Where reports are published."""
        return shelf(self.reports) if self.reports else Settings().reports

    def report_languages(self) -> Sequence[str]:
        """Languages of the report, JSC_REPORT_LANGUAGES."""
        return Settings().report_languages

    def boundaries(self, reference: "CityReference") -> "Boundaries | None":
        """Boundaries of the city's kelurahan, JSC_BOUNDARIES; None where none are given."""
        from assets.places.boundaries import read_boundaries

        path = Settings().boundaries
        return read_boundaries(path, reference) if path else None

    def city_lists(self, reference: "CityReference") -> "CityLists":
        """What the city keeps of events and speeds, JSC_EVENTS and JSC_CORRIDOR_SPEEDS."""
        from assets.reports.city_lists import read_city_lists

        settings = Settings()
        return read_city_lists(settings.events, settings.corridor_speeds, reference.kecamatan)

    def now(self) -> datetime:
        """As-of time of everything a run publishes: configured, JSC_CLOCK, the synthetic city's, or the clock."""
        from assets.city_time import city_now

        return datetime.fromisoformat(self.as_of) if self.as_of else city_now(Settings(), self.landing_folder())

    def clock_stands(self) -> bool:
        """Whether now() is the same in the next run: configured, or the synthetic city's."""
        from assets.sources.landing import synthetic_as_of

        if not self.as_of and Settings().clock:
            return False
        return bool(self.as_of) or synthetic_as_of(self.landing_folder()) is not None

    def seeds(self) -> Path:
        """The city's reference data."""
        return city_folder()


def _require_our_city(connection: "psycopg.Connection") -> None:
    """Refuse another city's database; asked once for each."""
    asked = connection.info.host, connection.info.port, connection.info.dbname
    if asked not in _OURS:
        facts = city_facts()
        require(connection, facts.code, facts.name)
        _OURS.add(asked)
