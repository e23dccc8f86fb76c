#!/usr/bin/env bash
# Guess: a library that lays HTML out as text keeps the term of a definition list apart from its definition, as it keeps
# the cells of a table apart: "<dt>Masalah</dt><dd>Lampu mati</dd>" reads "Masalah" and "Lampu mati".
# Instead: it writes "MasalahLampu mati" in one word, while two cells of a table stand apart. Form programs mail their
# fields as definition lists.
# Versions: inscriptis 2.7.6, lxml 6.1.3, Python 3.11. Date: 2026-11-28.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check inscriptis==2.7.6 lxml==6.1.3

"$folder/venv/bin/python" - <<'PYTHON'
import sys
from importlib.metadata import version

from inscriptis import get_text

EXPECTED = "MasalahLampu mati"
terms = get_text("<dl><dt>Masalah</dt><dd>Lampu mati</dd></dl>").strip()
cells = get_text("<table><tr><td>Masalah</td><td>Lampu mati</td></tr></table>").strip()
print(f"inscriptis {version('inscriptis')}: terms {terms!r}, cells {cells!r}")
sys.exit(0 if terms == EXPECTED and cells.split() == ["Masalah", "Lampu", "mati"] else 1)
PYTHON
