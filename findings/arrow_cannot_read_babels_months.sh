#!/usr/bin/env bash
# Guess: a date that Babel writes in Indonesian ("17 Agu 2026", medium) is read by arrow in the same locale: the short
#   months are those of the Unicode CLDR.
# Instead: arrow's own list has "Ags" for August and "Sept" for September, and it refuses "17 Agu 2026" and "3 Sep 2026";
#   the other ten months pass. Its short days are the long ones ("Jumat"), where CLDR has "Jum".
# Versions: arrow 1.4.0, Babel 2.19.0. Date: 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check arrow==1.4.0 Babel==2.19.0

"$folder/venv/bin/python" - <<'PYTHON'
from datetime import date
from importlib.metadata import version

import arrow
from arrow.parser import ParserError
from babel.dates import format_date

refused = []
for month in range(1, 13):
    text = format_date(date(2026, month, 3), "d MMM y", locale="id")
    try:
        assert arrow.get(text, "D MMM YYYY", locale="id").date() == date(2026, month, 3)
    except ParserError:
        refused.append(text)
days = format_date(date(2026, 5, 1), "EEE", locale="id"), arrow.get("2026-05-01").format("ddd", locale="id")
print("arrow", version("arrow"), "Babel", version("babel"), "refused:", refused, "a Friday:", days)
assert refused == ["3 Agu 2026", "3 Sep 2026"], "arrow reads other months now"
assert days == ("Jum", "Jumat"), "the short days are others now"
PYTHON
