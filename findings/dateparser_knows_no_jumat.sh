#!/usr/bin/env bash
# Guess:    dateparser, told that a text is Indonesian, reads a day with each name of the week that people write, Friday as
#           "Jum'at" among them: that is how the older spelling, calendars and many offices write it.
# Happens:  "Kamis, 26 November 2026" and "Jumat, 27 November 2026" are read; "Jum'at, 27 November 2026" is None. Without
#           the name of the day the same text is read, so one row of the week fails in a table of days.
# Versions: dateparser 1.2.2, seen 2026-11-28.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install dateparser==1.2.2

"$folder/venv/bin/python" - <<'PYTHON'
import dateparser

EXPECTED = {
    "Kamis, 26 November 2026": "2026-11-26",
    "Jumat, 27 November 2026": "2026-11-27",
    "Jum'at, 27 November 2026": None,
    "27 November 2026": "2026-11-27",
}
print("dateparser", dateparser.__version__)
seen = {}
for text in EXPECTED:
    day = dateparser.parse(text, languages=["id"])
    seen[text] = None if day is None else day.date().isoformat()
    print(f"{text!r}: {seen[text]}")
raise SystemExit(seen != EXPECTED)
PYTHON
