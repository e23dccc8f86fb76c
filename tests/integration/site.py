"""A portal that listens, and the city of truth as it serves it."""

import socket
import threading
import time
from typing import Any

import httpx
import psycopg
import uvicorn

from orchestration.builds import Build, begin
from portal.app import build_app
from portal.settings import PortalSettings
from tests.integration.city_of_truth import AS_OF

# The city's own are names of its complaints.
REAL_NUMBERS = """
    create temp table given as
    select tracking_number, 'JK260301' || to_char(row_number() over (order by tracking_number), 'FM0000') as number
    from ledger.tracking_numbers;
    update raw.case_events set tracking_number = number from given
    where given.tracking_number = case_events.tracking_number;
    update ledger.tracking_numbers set tracking_number = number from given
    where given.tracking_number = tracking_numbers.tracking_number;
"""


class Site:
    """A portal that listens."""

    def __init__(self, address: str, **settings: Any) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        app = build_app(PortalSettings(**settings), address, lambda: AS_OF)
        self._server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", access_log=False))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)

    def __enter__(self) -> httpx.Client:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)
        return self.http

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self._server.should_exit = True
        self._thread.join()


def publish_again(url: str) -> None:
    """Say that a build of what is there has been published."""
    with psycopg.connect(url) as connection:
        begun = begin(connection, Build(AS_OF, "project", None), "run")
        connection.execute(
            "update quality.mart_builds set published_at = clock_timestamp() where build_id = %s", [begun.build_id]
        )
