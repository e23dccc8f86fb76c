"""A portal that listens, on a copy of the city whose truth is known."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import httpx
import psycopg
import uvicorn

from assets.places.boundaries import Boundaries
from benchmarks.judged_city import give_real_numbers
from database.server import with_database
from orchestration.builds import Build, begin
from portal.app import build_app
from portal.settings import PortalSettings
from tests.integration.city_of_truth import AS_OF


class Site:
    """A portal that listens."""

    def __init__(
        self,
        address: str,
        *,
        clock: Callable[[], datetime] = lambda: AS_OF,
        boundaries: Boundaries | None = None,
        **settings: Any,
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        # A page is made when a test asks for it: making all of them takes longer than most tests.
        app = build_app(PortalSettings(**{"ahead": False, **settings}), address, clock, boundaries)
        self._server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", access_log=False))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        # It speaks plain HTTP: reading the certificates of the world's authorities would take longer than a test.
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, verify=False)  # noqa: S501

    def __enter__(self) -> httpx.Client:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)
        return self.http

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self._server.should_exit = True
        self._thread.join()


@contextmanager
def published_city(server: str, marts: str, name: str) -> Iterator[str]:
    """URL of a copy of the city with a build that was published."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name} template city_of_truth".encode())
        url = with_database(marts, name)
        with psycopg.connect(url) as there:
            give_real_numbers(there)
        publish_again(url)
        try:
            yield url
        finally:
            connection.execute(f"drop database {name} with (force)".encode())


def publish_again(url: str) -> None:
    """Say that a build of what is there has been published."""
    with psycopg.connect(url) as connection:
        begun = begin(connection, Build(AS_OF, "project", None), "run")
        connection.execute(
            "update quality.mart_builds set published_at = clock_timestamp() where build_id = %s", [begun.build_id]
        )
