"""Logins and tokens in what a list says: what carries one is never kept and never shown.

Belongs here: how people write users with passwords, and what hosts add to an address that stops working.
Does not belong here: what becomes of a row that carries one (listing.py).

Whoever publishes a list often does not know that they published these. A parameter that no host uses for either stays.
"""

import base64
import binascii
import re
import unicodedata
from enum import StrEnum
from urllib.parse import unquote

from assets.cctv.camera_list import LOGIN


class Hidden(StrEnum):
    """What a text carries that must not be kept."""

    LOGIN = "login"
    TOKEN = "token or signature"  # noqa: S105 - what it is called


# Words and numbers; most texts are.
_WORDS = re.compile(r"[A-Za-z0-9 .,'()+-]*")
# Before a host, with or without its scheme; a password may hold any character.
_BEFORE_HOST = re.compile(
    r"://[^/\s?#]+:[^/\s]*@|(?<![^\s,;|(\"'=])[^\s:@/?]{1,64}:[^\s@/]{1,128}@[\w\[]|" + LOGIN.pattern
)
# In a query, behind a semicolon, in words, or in the path as some recorders want it.
_NAMED = re.compile(
    r"(?:user|username|usr|pass|passw|password|passwd|passcode|passphrase|pwd|psw|upw|userpw|loginuse|loginpas|sandi)="
    r"|[?&;/](?:pw|pas|login)=[^&;#\s]|[?&;/](?:auth|authorization|basic)=[^&;#\s]{0,400}:"
    r"|\b(?:pass(?:w|wd|word)?|pwd|psw|kata ?sandi)\s*[:=]\s*\S"
    r"|/(?:user(?:name)?|usr|login)/[^/\s]+/(?:pass(?:wd|word)?|pwd)/",
    re.IGNORECASE,
)
# `p` alone is a page.
_SHORT = re.compile(
    r"[?&;/](?:u|un|uid|userid|acc|account|akun)=[^\s]{0,400}[?&;](?:p|ps|pin)=(?!\d+(?:[&;#]|$))", re.IGNORECASE
)
_SHORTEST = re.compile(r"[?&;/]u=[^\s]{0,400}[?&;]p=[^&;#\s]", re.IGNORECASE)
_SEGMENT = re.compile(r"(?<!/)/([a-z][\w.-]*):[^/\s?#]+(?=[/?#]|$)", re.IGNORECASE)
# What media servers write before a colon in a path.
_NO_USER = re.compile(
    r"(?:https?|rtsps?|rtmps?|mp[34]|flv|smil|ngrp|amlst|id3|urn|file|cam\w*|kamera|cctv|ch\w*|live|stream\w*)",
    re.IGNORECASE,
)
_CREDENTIALS = re.compile(r"[a-z][\w.@-]*:[\x21-\x7e]+", re.IGNORECASE)
_ENCODED = re.compile(r"(?<![\w+-])[\w+-]{8,}={0,2}(?![\w+=-])")
_PARAMETER = re.compile(r"(?:^|[?&;#/,!~\s])([a-z][\w.$-]{0,40}?)=([^&;#\s]*)", re.IGNORECASE)
_TOKEN_NAME = re.compile(
    r"(?:token|tkn|jwt|signature|apikey|authkey|accesskey|secret|credential|session|sessionid|sessid|hmac"
    r"|tokenhash|tokenendtime)$"
    r"|^(?:sig|sign|auth|authorization|bearer|ticket|md5|expires?|expiry|exp|policy|keypairid|hdnts|hdnea|hdntl"
    r"|wmsauthsign|txtime|wstime)$"
)
_JWT = re.compile(r"eyJ[\w-]{8,2000}\.[\w-]{8,}\.[\w-]*")
_TOKEN_PATH = re.compile(r"/(?:token|jwt|sig|signature|auth)/(?=[^/\s]*\d)[^/\s]{8,}", re.IGNORECASE)
# A name of one word stands for a token only where its value is as long as one.
_LONG = re.compile(r"[\w+/=-]{20,}")


def hidden_in(text: str) -> Hidden | None:
    """What a text carries that must not be kept; None where it carries nothing of the kind.

    >>> hidden_in("http://a.id/cgi?loginuse=admin&loginpas=x"), hidden_in("https://a.id/1.m3u8?t=1&id=12&p=3")
    (<Hidden.LOGIN: 'login'>, None)
    >>> hidden_in("https://a.id/1.m3u8?wmsAuthSign=abc")
    <Hidden.TOKEN: 'token or signature'>
    """
    if (
        _WORDS.fullmatch(text)
        and "eyJ" not in text
        and (" " in text or not any(_decodes(found[0]) for found in _ENCODED.finditer(text)))
    ):
        return None
    readings = {text}
    if "&" in text or "%" in text or not text.isascii():
        plain = unicodedata.normalize("NFKC", text.replace("&amp;", "&"))
        readings |= {plain, unquote(plain), unquote(unquote(plain))}
    if any(_has_login(reading) for reading in readings):
        return Hidden.LOGIN
    return Hidden.TOKEN if any(_has_token(reading) for reading in readings) else None


def _has_login(text: str) -> bool:
    is_marked = any(mark in text for mark in "@=:/")
    if "@" in text and any("@" in part.partition("://")[2] for part in re.split(r"[?\s]", text)):
        return True
    if is_marked and any(kind.search(text) for kind in (_BEFORE_HOST, _NAMED, _SHORT, _SHORTEST)):
        return True
    if "://" in text:
        path = re.split(r"[?#]", text.split("://", 1)[1], maxsplit=1)[0]
        if any(not _NO_USER.fullmatch(found[1]) for found in _SEGMENT.finditer(path)):
            return True
    elif " " in text:
        return False
    return any(_decodes(found[0]) for found in _ENCODED.finditer(text))


def _decodes(text: str) -> bool:
    """Whether a text is `user:password` or an address with a login, in base64."""
    if text.islower() or text.isupper():
        return False
    bare = text.rstrip("=")
    try:
        plain = base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_").decode("ascii")
    except (binascii.Error, ValueError):
        return False
    return "@" in plain if "://" in plain else bool(_CREDENTIALS.fullmatch(plain))


def _has_token(text: str) -> bool:
    if _JWT.search(text) or _TOKEN_PATH.search(text):
        return True
    if "=" not in text:
        return False
    parameters = {re.sub(r"[^a-z0-9]", "", one[1].casefold()): one[2] for one in _PARAMETER.finditer(text)}
    if any(value and _TOKEN_NAME.search(name) for name, value in parameters.items()):
        return True
    if "e" in parameters and ("st" in parameters or "hash" in parameters):
        return True
    return any(_LONG.fullmatch(parameters.get(name, "")) for name in ("key", "hash", "k", "s", "st", "sid"))
