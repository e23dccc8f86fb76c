"""Fixtures shared by every kind of test: the real data, a real PostgreSQL, a database for each test.

Belongs here: fixtures that two folders of tests use. Does not belong here: builders of one test's data.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from assets.settings import Settings
from database.migrate import migrate
from database.server import start, stop, with_database
from database.settings import PROJECT
from sample_city.feeds import Item
from sample_city.mail_server import MailServer, NoMailServer
from sample_city.reference import WIB

# A busy machine makes an example slow, not wrong.
hypothesis_settings.register_profile("platform", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("platform")


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real data that nobody here wrote."""
    folder = PROJECT.parent / "shared" / "real"
    if not folder.is_dir():
        pytest.skip("the real data are not beside this checkout (../shared/real)")
    return folder


@pytest.fixture(scope="session")
def settings() -> Iterator[Settings]:
    """Settings of an installation of its own, whatever the environment says.

    Not below pytest's own folder: the next session closes that to all but its user, and the server, which runs as
    another one where root runs the tests, then loses its data directory.
    """
    with TemporaryDirectory(prefix="jsc-", ignore_cleanup_errors=True) as home:
        settings = Settings(home=Path(home), database_url=None, landing=None, cameras=[])
        yield settings
        stop(settings)


@pytest.fixture(scope="session")
def template(settings: Settings) -> str:
    """URL of a migrated, empty database that tests copy."""
    url = with_database(start(settings), "template_city")
    with psycopg.connect(with_database(url, "postgres"), autocommit=True) as connection:
        connection.execute("create database template_city")
    migrate(url)
    return url


@pytest.fixture
def database_url(template: str) -> Iterator[str]:
    """URL of an empty, migrated database of this test alone."""
    name = f"city_{uuid4().hex[:12]}"
    with psycopg.connect(with_database(template, "postgres"), autocommit=True) as server:
        server.execute(f"create database {name} template template_city")
        yield with_database(template, name)
        server.execute(f"drop database {name} with (force)")


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    """A connection to the test's database; what it leaves open is rolled back."""
    with psycopg.connect(database_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A real IMAP server with an empty mailbox of this test alone."""
    try:
        server = MailServer(user="pengaduan", password="kunci-rahasiä").__enter__()  # noqa: S106
    except NoMailServer as error:
        pytest.skip(f"no mail server of its own for this test: {error}")
    yield server
    server.__exit__(None, None, None)


@pytest.fixture(scope="session")
def wire_item() -> Callable[[str, int, datetime], Item]:
    """Builds one complaint in the shape of its vendor: of a channel, with a number for its id, of a moment."""

    def build(channel: str, number: int, at: datetime) -> Item:
        local, utc = at.astimezone(WIB), at.astimezone(UTC)
        row = {"Kelurahan": "Gambir", "Kecamatan": "Gambir", "Kategori": "Jalan"}
        desk = {"Tanggal": local.date(), "Uraian Masalah": "Lampu mati", **row}
        author = {"id": "5", "name": "Warga Contoh", "username": "warga_contoh"}
        bodies = {
            "facebook": {"id": f"7_{number}", "message": "Lampu mati", "created_time": f"{utc:%Y-%m-%dT%H:%M:%S+0000}"},
            "instagram": {
                "id": str(number), "text": "Lampu mati", "timestamp": f"{utc:%Y-%m-%dT%H:%M:%S+0000}",
                "username": "warga_contoh", "media": {"id": f"M{number % 3}"},
            },
            "x": {
                "data": {
                    "id": str(number), "text": "Lampu mati", "author_id": "5",
                    "created_at": f"{utc:%Y-%m-%dT%H:%M:%S.000Z}",
                },
                "includes": {"users": [author]},
            },
            "jaki": {"id": number, "content": "Lampu mati", "createdAt": local.isoformat()},
            "qlue": {"id": number, "title": "Lampu mati", "timestamp": f"{local:%Y-%m-%d %H:%M:%S}"},
            "jakarta_aman": {"id": number, "text": "Lampu mati", "created_at": local.isoformat()},
            "lapor": {
                "Tracking ID": number, "Tanggal Laporan Masuk": f"{utc:%d %b %Y}",
                "Waktu Laporan Masuk": f"{utc:%H:%M}", "Isi Laporan Awal": "Lampu; mati\nlagi", **row,
            },
            "balai_warga": {
                "Nomor": number, "Tanggal": f"{local:%d/%m/%Y}", "Jam": f"{local:%H:%M}", "Isi": "Lampu mati", **row,
            },
            "kelurahan": {"No Register": f"31.71.01.1001/{number}", **desk},
            "kecamatan": {"No Register": f"31.71.01/{number}", **desk},
            "media_massa": {"guid": f"surat-{number}", "title": "Lampu mati", "content:encoded": "<p>Gelap</p>"},
            "sms": {
                "ID": number, "SenderNumber": "+628000000061", "TextDecoded": "Lampu mati",
                "ReceivingDateTime": f"{local:%Y-%m-%d %H:%M:%S}",
            },
        }  # fmt: skip
        return Item(channel, at, bodies[channel])

    return build
