"""Counters of a city with a clerk at work: officers of two kelurahan and a kecamatan, and what somebody tells them.

Belongs here: what every test of a counter needs. Does not belong here: the city (desk_city.py), the desk's other pages
(desk_browser.py).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg

from assets.clock import city_zone
from database.roles import portal_login
from tests.integration.city_of_truth import AS_OF
from tests.integration.desk_browser import field
from tests.integration.desk_city import DeskCity
from tests.integration.site import Site
from tests.integration.test_clerk import Working
from tests.integration.test_followup import BEYOND

SOUND = {"text": "Lampu jalan mati sejak kemarin", "address": "Jl. Melati 5", "rt": "3", "rw": "4",
         "name": "Rini Contoh", "contact": "0812 0000 0001", "card": "1"}  # fmt: skip


@dataclass(frozen=True)
class CounterCity:
    """A city with its portal and clerk.

    Attributes:
        city: Its database and officers.
        http: Of nobody who has signed in.
    """

    city: DeskCity
    http: httpx.Client

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows as the city's owner sees them."""
        with psycopg.connect(self.city.url) as connection:
            return connection.execute(query.encode()).fetchall()


@contextmanager
def counter_city(city: DeskCity, landing: Path, **settings: Any) -> Iterator[CounterCity]:
    """A city whose counters are open."""
    with psycopg.connect(city.url) as owner:
        owner.execute(BEYOND)
    login = portal_login(city.url, city_zone().key)
    with Working(city.url, landing, lambda: AS_OF), Site(login, desk_database_url=city.desk, **settings) as http:
        yield CounterCity(city, http)


def tell(browser: httpx.Client, language: str = "", query: str = "", **fields: str) -> httpx.Response:
    """Open the counter's form and send what somebody told."""
    page = browser.get(f"{language}/petugas/loket{query}")
    assert page.status_code == 200, page.text
    hidden = {name: field(page, name) for name in ("sandi", "id", "completes")}
    preset = dict(re.findall(r'<option value="([\d.]+)" (selected)>', page.text))
    given = {"kelurahan": next(iter(preset), ""), **SOUND, **hidden, **fields}
    return browser.post(f"{language}/petugas/loket", data=given)


def number_of(browser: httpx.Client, sent: httpx.Response) -> str:
    """The number on the page that follows."""
    assert sent.status_code == 303, sent.text
    for _ in range(10):
        page = browser.get(sent.headers["location"])
        if found := re.findall(r"<h1[^>]*data-terkirim[^>]*>([A-Z]{2}\d+)</h1>", page.text):
            return str(found[0])
    raise AssertionError(page.text)
