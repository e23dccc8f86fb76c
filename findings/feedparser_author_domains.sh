#!/usr/bin/env bash
# Guess: feedparser tells address and name of RSS 2.0's own form of an author, "address (Name)", apart for every domain.
# Instead: it takes a domain to end after four letters: of "redaksi@surat.online (Rini Contoh)" the address is
# "redaksi@surat.onli" and the name "ne (Rini Contoh". A domain of two or three letters is read right.
# Versions: feedparser 6.0.14, Python 3.11. Date: 2026-11-28.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check feedparser==6.0.14

"$folder/venv/bin/python" - <<'PYTHON'
import io
import sys

import feedparser

EXPECTED = {"id": ("Rini Contoh", "redaksi@surat.id"), "online": ("ne (Rini Contoh", "redaksi@surat.onli")}


def read(domain: str) -> tuple[str | None, str | None]:
    item = f"<item><title>x</title><author>redaksi@surat.{domain} (Rini Contoh)</author></item>"
    feed = f'<rss version="2.0"><channel><title>x</title>{item}</channel></rss>'
    detail = feedparser.parse(io.BytesIO(feed.encode())).entries[0].author_detail
    return detail.get("name"), detail.get("email")


seen = {domain: read(domain) for domain in EXPECTED}
print(f"feedparser {feedparser.__version__}: {seen}")
sys.exit(0 if seen == EXPECTED else 1)
PYTHON
