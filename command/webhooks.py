"""`jsc webhooks`: the receiver of what vendors push.

Belongs here: the verb and its server. Does not belong here: who may deliver and what is kept (assets).
"""

from typing import Annotated

import typer

from command.terminal import console, in_words


def webhooks(
    host: Annotated[str, typer.Option(help="Address to listen on; behind the proxy that holds the certificate.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8080,
) -> None:
    """Receive the webhooks of WhatsApp, Facebook and Instagram into the landing folder; stop with Ctrl-C.

    Each delivery is checked against the app's secret and on disk before the vendor hears that it was taken.
    """
    import uvicorn

    from assets.complaints.webhooks import SOURCES, build_app
    from assets.resources import City

    with in_words():
        landing = City().landing_folder()
        app = build_app(landing)
    landing.mkdir(parents=True, exist_ok=True)
    for channel in SOURCES:
        console.print(f"http://{host}:{port}/webhooks/{channel} -> {landing / channel}")
    # No access log: the verify token stands in a query.
    uvicorn.run(app, host=host, port=port, access_log=False)
