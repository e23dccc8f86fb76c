"""Fixtures shared by every kind of test: the real data, a real PostgreSQL, a database for each test.

`make test` runs the tests in several processes. Each has a PostgreSQL of its own, so that no test meets what another
process does; tests that share something built once run in the same process.

Belongs here: fixtures that two folders of tests use. Does not belong here: builders of one test's data.
"""

import gc
import os
import re
import signal
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from _pytest.doctest import DoctestItem, DoctestModule
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from assets.city import CITIES, city, city_folder, claim_database
from assets.clock import city_zone
from assets.settings import Settings
from database.migrate import migrate
from database.server import start, stop, with_database
from database.settings import PROJECT
from orchestration.manifest import write_manifest
from sample_city.mail_server import MailServer, NoMailServer
from sample_city.model import Item
from tests.memory import forget_the_killed, own_folder, settings_in
from tests.other_city import served, write_codes, write_palu
from tests.served import HERE, HERE_AREA, REFERENCE

# Files of tests that share what is built once in a process.
SHARED = {
    "sample city": ("test_frames", "test_landing"),
    "sample plan": ("test_followers", "test_complaints", "test_bookings", "test_cases"),
}  # fmt: skip

# Minutes of work that wait for nothing: most others of tests/integration wait for the city of truth, which one process
# builds.
FIRST = ("test_main_job", "test_real_streams", "test_live_sweep")

OF_JAKARTA = re.compile(r"JK\d|\bjk \d|city_folder\(\)")

# In the background of a shell SIGINT is ignored, and a run of Dagster gives SIGTERM what SIGINT has: the programs that
# later tests start would not hear that they are to stop.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What is imported lives as long as the tests do: by default some hundred new objects have all of it looked through.
gc.set_threshold(200_000, 20, 20)

# The tests run on every core: two threads of OpenMP on busy cores spin on each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A busy machine makes an example slow, not wrong.
PATIENT = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
# The same commit draws the same examples, `make test-fast` fewer of them; `make fuzz` draws others and more each time.
hypothesis_settings.register_profile("platform", PATIENT, derandomize=True)
hypothesis_settings.register_profile("fast", PATIENT, derandomize=True, max_examples=20)
hypothesis_settings.register_profile("fuzz", PATIENT, max_examples=1000, print_blob=True)
hypothesis_settings.load_profile("platform")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the tests that read the real data (`pytest -m real` takes these alone), and skip what is of another city."""
    if "real" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.real)
    if item.get_closest_marker("jakarta"):
        _skip_elsewhere(item)
    needed = {code for mark in item.iter_markers("channels") for code in mark.args}
    if lacking := sorted(needed - REFERENCE.channels.keys()):
        item.add_marker(pytest.mark.skip(reason=f"{city().name} has no channel {', '.join(lacking)}"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put FIRST first; skip elsewhere what shows numbers and names of the city in docstrings, without JSC_CITY."""
    items.sort(key=lambda item: item.path.stem not in FIRST)
    for item in items:
        if isinstance(item, DoctestItem) and any(map(OF_JAKARTA.search, _said(item))):
            _skip_elsewhere(item)


def _said(item: DoctestItem) -> list[str]:
    return [said for example in item.dtest.examples for said in (example.source, example.want)]


def _skip_elsewhere(item: pytest.Item) -> None:
    if city_folder() != CITIES / "jakarta":
        item.add_marker(pytest.mark.skip(reason=f"holds facts of cities/jakarta, and {city().name} is served"))


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Look for no examples in docstrings here, where none are: pytest would import every file of tests twice."""
    return [found for found in (yield) if not isinstance(found, DoctestModule)]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Clear up behind a session that was killed, and parse the dbt project once, before several processes would."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        forget_the_killed()
        write_manifest()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave out of every later collection of garbage what was collected as tests."""
    gc.freeze()


class ByFile(LoadFileScheduling):
    """Gives each process whole files, and the files that share a city to one: two would build it twice.

    Not by the mark `xdist_group`: xdist 3.8.0 overlooks it under pytest 9.2 (pytest-xdist#1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return next((shared for shared, files in SHARED.items() if Path(file).stem in files), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """Deal the tests out."""
    return ByFile(config, log)


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real data that nobody here wrote."""
    folder = PROJECT.parent / "shared" / "real"
    if not folder.is_dir():
        pytest.skip("the real data are not beside this checkout (../shared/real)")
    return folder


@pytest.fixture(scope="session")
def settings() -> Iterator[Settings]:
    """Settings of an installation of its own, whatever the environment says."""
    with own_folder() as home:
        settings = settings_in(Path(home))
        yield settings
        stop(settings)


@pytest.fixture(scope="session")
def server(settings: Settings) -> str:
    """URL of the installation's server, which waits for no disk: dropping a database takes seconds where it does."""
    url = with_database(start(settings), "postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"alter system set {setting} = off".encode())
        connection.execute("select pg_reload_conf()")
    return url


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """URL of a migrated, empty database that tests copy."""
    url = with_database(server, "template_city")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database template_city")
    migrate(url)
    claim_database(url)
    return url


@pytest.fixture
def database_url(server: str, template: str) -> Iterator[str]:
    """URL of an empty, migrated database of this test alone."""
    name = f"city_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name} template template_city strategy file_copy".encode())
        yield with_database(template, name)
        connection.execute(f"drop database {name} with (force)".encode())


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    """A connection to the test's database; what it leaves open is rolled back."""
    with psycopg.connect(database_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def codes(tmp_path: Path) -> Path:
    """The ministry's list of codes, as far as a kota of Sulawesi is in it."""
    return write_codes(tmp_path / "kode.csv")


@pytest.fixture
def palu(codes: Path, tmp_path: Path) -> Iterator[Path]:
    """The folder of a kota in WITA, which this process serves as long as the test runs."""
    with served(write_palu(tmp_path / "palu", codes)) as folder:
        yield folder


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
        local, utc = at.astimezone(city_zone()), at.astimezone(UTC)
        row = {"Kelurahan": HERE.name, "Kecamatan": HERE_AREA.name, "Kategori": "Jalan"}
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
            "kelurahan": {"No Register": f"{HERE.code}/{number}", **desk},
            "kecamatan": {"No Register": f"{HERE_AREA.code}/{number}", **desk},
            "media_massa": {"guid": f"surat-{number}", "title": "Lampu mati", "content:encoded": "<p>Gelap</p>"},
            "sms": {
                "ID": number, "SenderNumber": "+628000000061", "TextDecoded": "Lampu mati",
                "ReceivingDateTime": f"{local:%Y-%m-%d %H:%M:%S}",
            },
        }  # fmt: skip
        return Item(channel, local, bodies[channel])

    return build
