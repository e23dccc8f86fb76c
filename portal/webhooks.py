"""Webhooks: what Meta pushes, handed in before the vendor hears that it was taken.

Belongs here: the addresses, and what a vendor is answered. Does not belong here: who may deliver
(assets/complaints/webhooks.py), what a delivery says (assets/complaints/channels).

Meta delivers again for days what is not answered with 200, and sometimes what was answered: the inbox knows a record
that came before.
"""

import hmac

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from assets.complaints.webhooks import MOST_BYTES, SOURCES, is_signed
from portal.asked import AskedFor
from portal.bounded import TooLongError, read_body
from portal.database import ClosedError

router = APIRouter(prefix="/webhooks", include_in_schema=False)


@router.get("/{channel}")
async def subscribe(asked: AskedFor, channel: str) -> Response:
    """Answer Meta's question whether this address is the city's."""
    source, query = asked.parts.sources.get(channel), asked.request.query_params
    token = source.verify_token.get_secret_value() if source and source.verify_token else None
    is_ours = token is not None and hmac.compare_digest(query.get("hub.verify_token", "").encode(), token.encode())
    if query.get("hub.mode") != "subscribe" or not is_ours:
        return PlainTextResponse("Expected the verify token of this channel, found another.", 403)
    return PlainTextResponse(query.get("hub.challenge", ""))


@router.post("/{channel}")
async def deliver(asked: AskedFor, request: Request, channel: str) -> Response:
    """Take one delivery."""
    source = asked.parts.sources.get(channel)
    if source is None:
        return PlainTextResponse(f"Expected one of {', '.join(SOURCES)}, found another channel.", 404)
    if source.app_secret is None:
        return PlainTextResponse("Expected the app's secret in the settings, found none; deliver again later.", 503)
    try:
        body = await read_body(request, MOST_BYTES)
    except TooLongError as error:
        return PlainTextResponse(str(error), 413)
    if not is_signed(body, request.headers.get("x-hub-signature-256", ""), source.app_secret.get_secret_value()):
        return PlainTextResponse("Expected a body signed with the app's secret, found another signature.", 403)
    try:
        await asked.parts.database.value("select front.hand_in(%s, %s)", [channel, body])
    except ClosedError:
        return PlainTextResponse("Expected the database to take the delivery, found none; deliver again later.", 503)
    return PlainTextResponse("kept")
