#!/usr/bin/env bash
# Guess:    feedparser turns the moment of an entry into UTC by the zone that the feed names, or leaves it out where it does
#           not know the zone; WIB (UTC+7) is the zone of most Indonesian newspapers.
# Happens:  "Fri, 27 Nov 2026 20:00:00 WIB" is read as 20:00 UTC, seven hours late, without a sign: neither an exception nor
#           a bozo flag. The same moment with +0700 is 13:00 UTC. So the raw text has to be read beside it.
# Versions: feedparser 6.0.14, seen 2026-11-28.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install feedparser==6.0.14

"$folder/venv/bin/python" - <<'PYTHON'
from io import BytesIO

import feedparser

EXPECTED = {"WIB": (20, False), "+0700": (13, False)}
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Surat Pembaca</title>
<item><title>Lampu mati</title><guid>1</guid><pubDate>Fri, 27 Nov 2026 20:00:00 {zone}</pubDate></item>
</channel></rss>"""
print("feedparser", feedparser.__version__)
seen = {}
for zone in EXPECTED:
    feed = feedparser.parse(BytesIO(FEED.format(zone=zone).encode()))
    seen[zone] = (feed.entries[0].published_parsed.tm_hour, bool(feed.bozo))
    print(f"20:00 {zone}: hour in UTC {seen[zone][0]}, bozo {seen[zone][1]}")
raise SystemExit(seen != EXPECTED)
PYTHON
