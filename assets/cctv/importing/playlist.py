"""Entries of a player's list of channels (M3U, as IPTV writes it).

Belongs here: titles and addresses. Does not belong here: playlists of one stream (cctv/playlist.py).
"""

import re
from collections.abc import Mapping
from typing import Any

from assets.cctv.importing.unread import Unread

FIRST = ("#EXTM3U", "#EXTINF")
# Attributes may hold commas in their quotes; the title stands behind the first comma outside of them.
_TITLE = re.compile(r"#EXTINF:(?:[^,\"]|\"[^\"]*\")*,(.*)|#EXTINF:[^,]*,(.*)", re.IGNORECASE)
_NAME = re.compile(r"\btvg-name=\"([^\"]+)\"", re.IGNORECASE)
_REFERER = re.compile(r"#EXTVLCOPT:http-referr?er=(\S+)", re.IGNORECASE)


def playlist_rows(text: str) -> list[Any]:
    """A row for each address, with the title before it, and for each title that no address follows."""
    rows: list[Any] = []
    entry: dict[str, Any] = {}
    for line in (*map(str.strip, text.splitlines()), "#EXTINF:end,"):
        if line.upper().startswith("#EXTINF"):
            if entry:
                rows.append(Unread("expected an address behind its title, found none"))
            entry = {"name": _title(line)}
        elif referer := _REFERER.match(line):
            entry["referer"] = referer[1]
        elif line and not line.startswith("#"):
            rows.append(_row(entry, line))
            entry = {}
    return rows


def _row(entry: Mapping[str, Any], line: str) -> Mapping[str, Any]:
    # A player's own headers stand behind a bar.
    return {"name": "", **entry, "url": line.split("|", 1)[0]}


def _title(line: str) -> str:
    found, named = _TITLE.match(line), _NAME.search(line)
    title = (found[1] or found[2] or "").strip() if found else ""
    return title or (named[1] if named else "")
