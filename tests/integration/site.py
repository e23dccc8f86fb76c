"""A portal that listens, for the tests that ask it over HTTP."""

import socket
import threading
import time
from typing import Any

import httpx
import uvicorn

from portal.app import build_app
from portal.settings import PortalSettings
from tests.integration.city_of_truth import AS_OF


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
