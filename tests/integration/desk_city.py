"""The city of truth with officers at their desks, and reporters who said something."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import psycopg
from psycopg.rows import DictRow, dict_row

from assets.city import city_folder
from assets.clock import city_zone
from assets.reference import load_reference
from database.roles import desk_login
from portal.office.officers import Listed, add_officer
from portal.office.passwords import proof_of
from tests.integration.site import published_city

SAID = """
insert into private.complaints (
    complaint_id, version, reporter_name, reporter_contact, address, title, description, photo_urls
)
select complaint_id, version, 'Budi ' || left(complaint_id::text, 8), '0812' || left(complaint_id::text, 8),
    'Jl. Mawar ' || left(complaint_id::text, 8), null, 'Kata ' || complaint_id, '{}'
from ledger.complaints
"""


@dataclass(frozen=True)
class DeskCity:
    """A city.

    Attributes:
        url: As its owner.
        desk: As the role desk.
    """

    url: str
    desk: str

    @classmethod
    def of(cls, url: str) -> Self:
        """That of a database."""
        return cls(url, desk_login(url, city_zone().key))

    def add(self, login: str, unit: str, area: str | None = None, *, verifies: bool = False) -> str:
        """Put an officer on the list; returns the password."""
        officer = Listed(login, f"Petugas {login}", unit, area, verifies)
        with psycopg.connect(self.url) as connection:
            return add_officer(connection, officer, load_reference(city_folder()))

    def sign_in(self, login: str, password: str) -> str:
        """Open a session as the portal does; returns its token."""
        token = secrets.token_urlsafe(32)
        with psycopg.connect(self.desk) as connection:
            [(salt,)] = connection.execute("select desk.salt_of(%s)", [login]).fetchall()
            proof = proof_of(password, salt)
            opened = connection.execute("select desk.sign_in(%s, %s, %s)", [login, proof, token]).fetchone()
        assert opened == ("opened",), opened
        return token

    def arrive(self, login: str, unit: str, area: str | None = None, *, verifies: bool = False) -> str:
        """Have a new officer signed in; returns the session's token."""
        return self.sign_in(login, self.add(login, unit, area, verifies=verifies))

    @contextmanager
    def acting(self, token: str) -> Iterator[psycopg.Connection[DictRow]]:
        """A connection of a session; each statement is a transaction."""
        with psycopg.connect(self.desk, autocommit=True, row_factory=dict_row) as connection:
            connection.execute("select set_config('jsc.session', %s, false)", [token])
            yield connection


@contextmanager
def desk_city(server: str, marts: str) -> Iterator[DeskCity]:
    """A copy of the city of truth for one module."""
    with published_city(server, marts, "city_of_the_desk") as url:
        with psycopg.connect(url) as owner:
            owner.execute(SAID)
        yield DeskCity.of(url)
