"""The city whose truth is known, built once for all tests that hold the marts against it; servers of one's own."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from assets.settings import Settings
from benchmarks.own_server import own_server
from database.server import with_database
from tests.integration.city_of_truth import Truth, build_city, tell_truth
from tests.integration.post import Mailbox, receiving


@pytest.fixture(scope="session")
def truth() -> Truth:
    """What is true."""
    return tell_truth()


@pytest.fixture(scope="session")
def marts(truth: Truth, server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of the database with the city's marts; nobody writes to it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database city_of_truth template template_city")
    url = with_database(template, "city_of_truth")
    build_city(url, truth, tmp_path_factory.mktemp("landing"))
    return url


@pytest.fixture(scope="module")
def own() -> Iterator[Settings]:
    """A server of one module alone, whose power may be cut."""
    with own_server() as settings:
        yield settings


@pytest.fixture
def copy_of_marts(server: str, marts: str) -> Iterator[str]:
    """URL of a copy that a test may change."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database copy_of_truth template city_of_truth")
        yield with_database(marts, "copy_of_truth")
        connection.execute("drop database copy_of_truth with (force)")


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Mailbox]:
    """A real mail server, and the variables that lead to it."""
    with receiving(tmp_path) as (box, variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield box
