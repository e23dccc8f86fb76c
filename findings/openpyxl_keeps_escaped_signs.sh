#!/usr/bin/env bash
# Guess: a workbook's readers give back the text that was written, for signs that XML cannot hold are escaped by four hex
#   digits (_x000D_ for a carriage return, _x005F_ for an underscore that would look like an escape; ECMA-376 part 1,
#   22.9.2.19), and every reader knows them.
# Instead: openpyxl leaves _x000D_ as seven signs in the text of a cell that somebody pasted two lines of Windows into, and
#   takes "x005F_" out wherever it stands: of an escaped underscore that is right, of a text that just holds these signs,
#   such as a serial number, it is a loss. python-calamine gives all four texts back.
# Versions: openpyxl 3.1.5, XlsxWriter 3.3.1, python-calamine 0.9.1. Date: 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5 XlsxWriter==3.3.1 python-calamine==0.9.1

"$folder/venv/bin/python" - "$folder/reports.xlsx" <<'PYTHON'
import sys
from importlib.metadata import version

import openpyxl
import python_calamine
import xlsxwriter

TEXTS = ["two\nlines", "two\r\nlines", "the field _x0041_", "meter x005F_7"]
KEPT = ["two\nlines", "two_x000D_\nlines", "the field _x0041_", "meter 7"]

with xlsxwriter.Workbook(sys.argv[1]) as book:
    sheet = book.add_worksheet()
    for row, text in enumerate(TEXTS):
        sheet.write_string(row, 0, text)

by_openpyxl = [row[0] for row in openpyxl.load_workbook(sys.argv[1]).active.iter_rows(values_only=True)]
by_calamine = [row[0] for row in python_calamine.load_workbook(sys.argv[1]).get_sheet_by_index(0).to_python()]
for name, found in (("openpyxl", by_openpyxl), ("python-calamine", by_calamine)):
    print(name, version(name), found)
assert by_calamine == TEXTS, "python-calamine gives back other texts now"
assert by_openpyxl == KEPT, "openpyxl gives back other texts now"
PYTHON
