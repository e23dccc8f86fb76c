"""`jsc portal`: the city on a phone.

Belongs here: the verb and its server. Does not belong here: the pages (portal/).
"""

import os
import secrets
from typing import Annotated

import typer

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
) -> None:
    """Show citizens their reports, jams, tickets and pillars, and officers their desk; stop with Ctrl-C.

    It reads the published figures as the role `portal`, and what an officer may see as the role `desk`; neither can do
    anything else. Where JSC_PORTAL_DATABASE_URL is not set, both get a new password at each start.
    """
    import uvicorn

    from assets.clock import TIMEZONE
    from assets.settings import Settings
    from database.migrate import migrate
    from database.roles import desk_login, portal_login
    from database.server import database_url
    from portal.settings import PortalSettings

    with in_words():
        settings = PortalSettings()
        if settings.database_url is None:
            url = database_url(Settings())
            migrate(url)
            os.environ["JSC_PORTAL_DATABASE_URL"] = portal_login(url, TIMEZONE)
            if settings.desk_database_url is None:
                os.environ["JSC_PORTAL_DESK_DATABASE_URL"] = desk_login(url, TIMEZONE)
        # Of all workers: a client is the same one whichever of them answers it.
        os.environ.setdefault("JSC_PORTAL_SECRET", secrets.token_urlsafe(32))
    console.print(f"http://{host}:{port}/")
    # No access log: an address holds the number of a report.
    uvicorn.run(
        "portal.serve:app", factory=True, host=host, port=port, workers=workers, access_log=False,
        forwarded_allow_ips=proxies, server_header=False, timeout_graceful_shutdown=10,
    )  # fmt: skip
