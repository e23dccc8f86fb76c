#!/usr/bin/env bash
# Guess: calamine reads every valid OpenDocument sheet; blanks between elements of XML mean nothing (OpenDocument 1.3,
#   part 3, 6.1.2: white space outside of text is ignored), and LibreOffice itself can indent what it writes.
# Instead: it takes the line break between two cells for a cell, and refuses the whole file: "Expecting 'table-cell',
#   found 'Text(...)'". The same sheet without line breaks is read, and odfpy reads both.
# Versions: python-calamine 0.9.1, odfpy 1.4.1. Date: 2026-11-28.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-calamine==0.9.1 odfpy==1.4.1

"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

from odf.opendocument import load
from odf.table import TableCell
from python_calamine import CalamineError, load_workbook

NAMES = "urn:oasis:names:tc:opendocument:xmlns"
CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
CONTENT = (
    f'<office:document-content xmlns:office="{NAMES}:office:1.0" xmlns:table="{NAMES}:table:1.0"'
    f' xmlns:text="{NAMES}:text:1.0" office:version="1.3"><office:body><office:spreadsheet>'
    '<table:table table:name="A"><table:table-row>{}</table:table-row></table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)
MANIFEST = (
    f'<manifest:manifest xmlns:manifest="{NAMES}:manifest:1.0"><manifest:file-entry manifest:full-path="/"'
    ' manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><manifest:file-entry'
    ' manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def write(name: str, between: str) -> str:
    path = Path(sys.argv[1], name)
    cells = between.join(CELL.format(text) for text in ("Nomor", "Isi"))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", CONTENT.format(cells))
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return str(path)


def calamine(path: str) -> str:
    try:
        return str(load_workbook(path).get_sheet_by_index(0).to_python())
    except CalamineError as error:
        return f"refused: {error}"


def odfpy(path: str) -> str:
    return str([str(cell) for cell in load(path).getElementsByType(TableCell)])


plain, indented = write("plain.ods", ""), write("indented.ods", "\n")
print("python-calamine", version("python-calamine"), "odfpy", version("odfpy"))
seen = [calamine(plain), calamine(indented), odfpy(plain), odfpy(indented)]
print(*seen, sep="\n")
assert seen[0] == "[['Nomor', 'Isi']]"
assert seen[1].startswith("refused: Expecting 'table-cell'"), "calamine reads it now"
assert seen[2] == seen[3] == "['Nomor', 'Isi']"
PYTHON
