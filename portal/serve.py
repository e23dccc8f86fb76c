"""The portal of this installation, as a server's worker starts it.

Belongs here: putting the portal together from the environment. Does not belong here: the server (command/portal.py).
"""

import psycopg
from fastapi import FastAPI

from assets.city import city as facts
from assets.city import city_folder
from assets.city_time import city_now
from assets.places.boundaries import read_boundaries
from assets.reference import load_reference
from assets.settings import Settings
from assets.sources.folders import EVIDENCE
from database.city import refuse
from portal.app import build_app
from portal.settings import PortalSettings


class UnsetError(Exception):
    """A setting without which the portal cannot be."""


def app() -> FastAPI:
    """The portal.

    Raises:
        UnsetError: Nothing says how to reach the database as the role portal.
        OtherCityError: The database serves another city.
        BoundaryError: The file of boundaries is not the city's.
    """
    settings, city = PortalSettings(), Settings()
    landing = city.landing or city.sample / "landing"
    if settings.evidence is None:
        settings = settings.model_copy(update={"evidence": landing / EVIDENCE})
    if settings.database_url is None:
        raise UnsetError("expected JSC_PORTAL_DATABASE_URL, found none: start the portal by `jsc portal`, or set it")
    _require_our_city(settings.database_url.get_secret_value())
    boundaries = read_boundaries(city.boundaries, load_reference(city_folder())) if city.boundaries else None
    return build_app(settings, settings.database_url.get_secret_value(), lambda: city_now(city, landing), boundaries)


def _require_our_city(url: str) -> None:
    """Refuse another city's database; one that does not answer now is asked by each page, which says so."""
    try:
        with psycopg.connect(url) as connection:
            found = connection.execute("select front.city_code()").fetchone()
            refuse(found, facts().code, facts().name, connection.info.dbname)
    except psycopg.OperationalError:
        return
