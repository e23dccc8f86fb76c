"""Fixtures shared by every kind of test: the real data, a real PostgreSQL, a database for each test.

Belongs here: fixtures that two folders of tests use. Does not belong here: builders of one test's data.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from orchestration.postgres import start, stop, with_database
from orchestration.schema import migrate
from orchestration.settings import PROJECT, Settings

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
