"""The city whose truth is known, built once for all tests that hold the marts against it; servers of one's own."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import dagster as dg
import httpx
import psycopg
import pytest
from fasteners import InterProcessLock
from playwright.sync_api import Browser, sync_playwright

from assets.clock import city_zone
from assets.resources import City
from assets.settings import Settings
from assets.sources.windows import Transaction
from benchmarks.own_server import own_server
from database.programs import connected, programs
from database.roles import portal_login
from database.server import with_database
from orchestration.watch import Evaluation, Watch, evaluate
from tests.integration.city_of_truth import Truth, build_city, tell_truth
from tests.integration.desk_city import DeskCity, desk_city
from tests.integration.open_rows import add_slots_and_checks
from tests.integration.post import Mailbox, receiving
from tests.integration.site import Site, published_city
from tests.integration.watching import NOW, ON_CALL, Look, Receiver


@pytest.fixture(scope="session")
def truth() -> Truth:
    """What is true."""
    return tell_truth()


@pytest.fixture(scope="session")
def marts(truth: Truth, server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of the database with the city's marts; nobody writes to it.

    The process that needs it first builds it, the others restore its dump.
    """
    url, own_folder = with_database(template, "city_of_truth"), tmp_path_factory.getbasetemp()
    session = own_folder.parent if "PYTEST_XDIST_WORKER" in os.environ else own_folder
    dump = session / "city_of_truth.dump"
    with InterProcessLock(session / "city_of_truth.lock"), psycopg.connect(server, autocommit=True) as connection:
        if dump.exists():
            connection.execute("create database city_of_truth template template0")
            postgres("pg_restore", url, "--exit-on-error", str(dump))
        else:
            connection.execute("create database city_of_truth template template_city")
            build_city(url, truth, tmp_path_factory.mktemp("landing"))
            postgres("pg_dump", url, "--format=custom", "--compress=0", f"--file={dump}")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("analyze")
    return url


def postgres(program: str, url: str, *arguments: str) -> None:
    """Run a program of the embedded server's."""
    where, environment = connected(url)
    subprocess.run([programs(18) / program, where, *arguments], env=environment, check=True)


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


@pytest.fixture(scope="module")
def published(server: str, marts: str) -> Iterator[str]:
    """URL of a copy with a build that was published, of one module."""
    with published_city(server, marts, f"city_{uuid4().hex[:12]}") as url:
        yield url


@pytest.fixture(scope="module")
def checked(published: str) -> str:
    """The same, with what cameras saw and what the tests of its build found."""
    add_slots_and_checks(published)
    return published


@pytest.fixture(scope="module")
def portal_address(published: str) -> str:
    """How the portal connects to it."""
    return portal_login(published, city_zone().key)


@pytest.fixture(scope="module")
def public_site(portal_address: str) -> Iterator[httpx.Client]:
    """A portal on it that listens, and lets numbers be looked up without end."""
    with Site(portal_address, lookups=1_000_000) as http:
        yield http


@pytest.fixture(scope="module")
def city(server: str, marts: str) -> Iterator[DeskCity]:
    """A copy of the city of truth with officers at their desks, of one module."""
    with desk_city(server, marts) as city:
        yield city


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the photos that close the city's cases."""
    return tmp_path_factory.mktemp("evidence")


@pytest.fixture(scope="module")
def site(city: DeskCity, evidence: Path) -> Iterator[httpx.Client]:
    """The city's portal, with its desk."""
    with Site(portal_login(city.url, city_zone().key), desk_database_url=city.desk, evidence=evidence) as http:
        yield http


# The first costs a third of the others: it draws no window that nobody sees.
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "chromium-browser")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real browser of one module."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def transaction(database_url: str) -> Transaction:
    """Opens a transaction in the test's database."""
    return lambda: psycopg.connect(database_url)


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Mailbox]:
    """A real mail server, and the variables that lead to it."""
    with receiving(tmp_path) as (box, variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield box


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no .env of this machine."""
    for name in [name for name in os.environ if name.startswith("JSC_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def chat() -> Iterator[Receiver]:
    """A chat that the watch writes to."""
    receiver = Receiver()
    threading.Thread(target=receiver.server.serve_forever, daemon=True).start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """Dagster's own storage, in memory."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def look(database_url: str, tmp_path: Path, mailbox: Mailbox, chat: Receiver, instance: dg.DagsterInstance) -> Look:
    """One evaluation at a moment, with everything real."""

    def once(now: datetime = NOW, url: str = database_url, **settings: Any) -> Evaluation:
        given = {"home": tmp_path / "home", "alert_mail": [ON_CALL], "alert_webhook": chat.url, **settings}
        settings = Settings(**given, ui_url="https://dagster.kota.example/")
        city = City(as_of=now.isoformat(), reports=str(settings.reports), landing=str(tmp_path / "landing"))
        return evaluate(Watch(settings, lambda: url, city, lambda: nullcontext(instance), lambda: now))

    return once
