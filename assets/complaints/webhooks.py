"""Webhooks: who of the vendors that push may deliver.

Belongs here: the channels that push, and their signatures. Does not belong here: the addresses that they push to
(portal/webhooks.py), what a delivery says (channels/), when it is read (reception.py).
"""

import hashlib
import hmac
from collections.abc import Mapping

from assets.complaints.channels.registry import ALL
from assets.sources.settings import MetaSource

SOURCES: Mapping[str, type[MetaSource]] = {channel.code: channel.push for channel in ALL if channel.push}

# Meta's own deliveries end at a few hundred kilobytes.
MOST_BYTES = 4 * 1024 * 1024


def read_sources() -> dict[str, MetaSource]:
    """Settings of every channel that pushes, by its code.

    Raises:
        pydantic.ValidationError: A setting that is none, such as a blank secret.
    """
    return {channel: settings() for channel, settings in SOURCES.items()}


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Say whether a body bears the signature of the app's secret (X-Hub-Signature-256).

    >>> is_signed(b"{}", "sha256=" + hmac.new(b"key", b"{}", "sha256").hexdigest(), "key")
    True
    >>> is_signed(b"{}", "sha256=00", "key")
    False
    """
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"sha256={expected}".encode(), signature.encode())
