"""Webhooks: what Meta pushes, kept as landing files before it is acknowledged.

Belongs here: who may deliver, and that a delivery is on disk before the vendor hears that it is.
Does not belong here: what a delivery says (channels/), when it is read (intake).

Meta delivers again for days what is not answered with 200, and sometimes what was answered: the name of a file is the
hash of its bytes, so the same delivery is the same file.
"""

import hashlib
import hmac
import logging
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assets.complaints.channels.registry import ALL
from assets.sources.settings import MetaSource
from database.disk import NoRoomError, require_room

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

SOURCES: Mapping[str, type[MetaSource]] = {channel.code: channel.push for channel in ALL if channel.push}

_log = logging.getLogger(__name__)

# Meta's own deliveries end at a few hundred kilobytes.
MOST_BYTES = 4 * 1024 * 1024


def build_app(landing: Path) -> "Starlette":
    """Build the receiver: `/webhooks/<channel>` for each channel that pushes.

    Args:
        landing: The landing folder.

    Raises:
        pydantic.ValidationError: A setting that is none, such as a blank secret.
    """
    from starlette.applications import Starlette
    from starlette.routing import Route

    sources = {channel: settings() for channel, settings in SOURCES.items()}

    async def subscribe(request: "Request") -> "Response":
        return _subscribed(request, sources.get(request.path_params["channel"]))

    async def deliver(request: "Request") -> "Response":
        return await _delivered(request, sources.get(request.path_params["channel"]), landing)

    path = "/webhooks/{channel}"
    return Starlette(routes=[Route(path, subscribe, methods=["GET"]), Route(path, deliver, methods=["POST"])])


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Say whether a body bears the signature of the app's secret (X-Hub-Signature-256).

    >>> is_signed(b"{}", "sha256=" + hmac.new(b"key", b"{}", "sha256").hexdigest(), "key")
    True
    >>> is_signed(b"{}", "sha256=00", "key")
    False
    """
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"sha256={expected}".encode(), signature.encode())


def keep(landing: Path, channel: str, body: bytes, received_at: datetime) -> Path:
    """Keep a delivery as a landing file; when this returns, it survives a loss of power.

    Returns:
        The file; an equal delivery of the same day is the same file.
    """
    folder = landing / channel / "webhooks" / f"{received_at:%Y-%m-%d}"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{hashlib.sha256(body).hexdigest()}.json"
    # A reader takes in `.json` only, and never half a delivery.
    draft = folder / f".{file.name}.{os.getpid()}.part"
    try:
        with draft.open("wb") as writer:
            writer.write(body)
            writer.flush()
            os.fsync(writer.fileno())
        draft.replace(file)
    finally:
        # What a full disk left of it takes the room that is missing.
        draft.unlink(missing_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return file


def _subscribed(request: "Request", source: MetaSource | None) -> "Response":
    """Answer Meta's question whether this address is the city's."""
    from starlette.responses import PlainTextResponse

    token = source.verify_token.get_secret_value() if source and source.verify_token else None
    asked = request.query_params
    is_ours = token is not None and hmac.compare_digest(asked.get("hub.verify_token", "").encode(), token.encode())
    if asked.get("hub.mode") != "subscribe" or not is_ours:
        return PlainTextResponse("Expected the verify token of this channel, found another.", 403)
    return PlainTextResponse(asked.get("hub.challenge", ""))


async def _delivered(request: "Request", source: MetaSource | None, landing: Path) -> "Response":
    from starlette.responses import PlainTextResponse

    if source is None:
        return PlainTextResponse(f"Expected one of {', '.join(SOURCES)}, found another channel.", 404)
    if source.app_secret is None:
        return PlainTextResponse("Expected the app's secret in the settings, found none; deliver again later.", 503)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return PlainTextResponse(f"Expected at most {MOST_BYTES:,} bytes, found more.", 413)
    if not is_signed(body, request.headers.get("x-hub-signature-256", ""), source.app_secret.get_secret_value()):
        return PlainTextResponse("Expected a body signed with the app's secret, found another signature.", 403)
    try:
        require_room(landing)
        keep(landing, request.path_params["channel"], body, datetime.now(UTC))
    except (OSError, NoRoomError) as error:
        _log.error("Expected to keep a delivery of %s, found: %s", request.path_params["channel"], error)
        return PlainTextResponse("Expected room for the delivery, found none; deliver again later.", 503)
    return PlainTextResponse("kept")
