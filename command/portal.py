"""`jsc portal`: the city on a phone.

Belongs here: the verb and its server. Does not belong here: the pages (portal/).
"""

import os
import secrets
import signal
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from command.supervised import supervised
from command.terminal import console, in_words


def portal(
    host: Annotated[str, typer.Option(help="Address to listen on; behind the proxy that holds the certificate.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer.")] = 1,
    proxies: Annotated[
        str, typer.Option(help="Addresses of proxies that say who asks, by commas; only they are believed.")
    ] = "127.0.0.1",
    with_clerk: Annotated[
        bool,
        typer.Option("--clerk/--no-clerk", help="Whether to keep a clerk at work, who gives numbers at once."),
    ] = True,
) -> None:
    """Show citizens the city, take reports and webhooks, and give officers their desk; stop with Ctrl-C.

    It reads the published figures and hands in reports as the role `portal`, and what an officer may see as the role
    `desk`; neither can do anything else. Where JSC_PORTAL_DATABASE_URL is not set, both get a new password at each
    start.
    """
    import uvicorn

    from assets.city import claim_database
    from assets.clock import city_zone
    from assets.complaints.webhooks import read_sources
    from assets.settings import Settings
    from database.migrate import migrate
    from database.roles import desk_login, portal_login
    from database.server import database_url
    from portal.settings import PortalSettings

    with in_words():
        settings = PortalSettings()
        read_sources()
        if settings.database_url is None:
            url = database_url(Settings())
            migrate(url)
            claim_database(url)
            os.environ["JSC_PORTAL_DATABASE_URL"] = portal_login(url, city_zone().key)
            if settings.desk_database_url is None:
                os.environ["JSC_PORTAL_DESK_DATABASE_URL"] = desk_login(url, city_zone().key)
        # Of all workers: a client is the same one whichever of them answers it.
        if settings.secret is None:
            os.environ["JSC_PORTAL_SECRET"] = secrets.token_urlsafe(32)
    console.print(f"http://{host}:{port}/")
    # The server ends by the signal that it was told to stop with: the clerk is told first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    beside = [str(Path(sys.executable).with_name("jsc")), "clerk", "--parent", str(os.getpid())]
    # No access log: an address holds the number of a report.
    with supervised(beside) if with_clerk else nullcontext():
        uvicorn.run(
            "portal.serve:app", factory=True, host=host, port=port, workers=workers, access_log=False,
            forwarded_allow_ips=proxies, server_header=False, timeout_graceful_shutdown=10,
        )  # fmt: skip
