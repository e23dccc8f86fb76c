"""Workbooks of any program that desks use: Excel's .xlsx (Strict too), .xls and .xlsb, and OpenDocument's .ods.

Belongs here: which bytes are a workbook, how far one may unpack, what is told of one that cannot be read.
Does not belong here: cells (workbook_cells.py), headers and rows (tables.py).

calamine reserves a place for every cell between the first and the last one: two cells in opposite corners of a sheet
end the whole process, which no exception stops. So it reads in this process only an .xlsx whose cells are known to lie
close together, as nearly all do, and anything else in a process of its own.
"""

import io
import json
import re
import subprocess
import sys
import zipfile
import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from assets.sources import workbook_cells
from assets.sources.records import PayloadError

EXPECTED = "an Excel workbook (.xlsx)"

# A workbook of a desk has a few hundred rows of 13 cells; these limits stop a zip bomb, not a busy desk.
MAX_UNPACKED_BYTES = 200 * 2**20
_NEAR_CELLS = 2_000_000
_MAX_SECONDS = 180

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_KEPT = b'{"sheet": '

_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br=[\"'](\d+)")
_INDENT_BEHIND = re.compile(rb"(</?(?:table|office):[^<>]*>)\s+(?=<)")
_INDENT_BEFORE = re.compile(rb"(?<=>)\s+(?=</?(?:table|office):)")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_PLACE = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Za-z]+)(\d+)")

_ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, LookupError,
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook.

    Attributes:
        name: As its tab says.
        rows: Those with a value in them, each with its number from 1 and its cells from the first column on.
        fault: Why it cannot be read; None for a sound one.
        content: What is kept of a sheet that cannot be read, for another reading of it alone.
    """

    name: str
    rows: list[tuple[int, list[workbook_cells.Cell]]]
    fault: PayloadError | None = None
    content: bytes = b""


def is_workbook(content: bytes) -> bool:
    """Say whether bytes are a workbook, or a sheet of one that was kept."""
    return content.startswith((_ZIP, _OLE, _KEPT))


def read_workbook(content: bytes) -> list[Sheet]:
    """Read every sheet.

    Args:
        content: A workbook, or what was kept of a sheet.

    Raises:
        PayloadError: It is locked, too large, damaged, or no workbook.
    """
    if content.startswith(_KEPT):
        return [_kept_sheet(content)]
    sheets = _sheets(content)
    if not sheets:
        raise PayloadError(EXPECTED, "a workbook without a sheet of cells")
    return [_sheet(sheet, content) for sheet in sheets]


def _sheet(sheet: dict[str, Any], content: bytes) -> Sheet:
    if sheet["fault"] is None:
        return Sheet(sheet["name"], sheet["rows"])
    kept = {"sheet": sheet["name"], "workbook": b64encode(content).decode()}
    fault = PayloadError("a sheet that can be read", f"a broken one ({sheet['fault']})")
    return Sheet(sheet["name"], [], fault, json.dumps(kept, ensure_ascii=False).encode())


def _kept_sheet(content: bytes) -> Sheet:
    try:
        kept = json.loads(content)
        workbook = b64decode(kept["workbook"], validate=True)
        [sheet] = [sheet for sheet in read_workbook(workbook) if sheet.name == kept["sheet"]]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise PayloadError("a sheet of a workbook", "something else") from error
    return sheet


def _sheets(content: bytes) -> list[dict[str, Any]]:
    if content.startswith(_OLE):
        # A workbook with a password lies in the container of old ones, and says no more than that.
        try:
            if _LOCKED not in content:
                return _read_apart(content)
        except PayloadError as error:
            raise _locked("an old workbook (.xls) that is damaged or has one") from error
        raise _locked("one that has one")
    archive = _unpacked(content)
    parts = [data for name, data in archive.items() if name.lower().endswith(".xml") and "worksheets" in name.lower()]
    if "content.xml" in archive:
        return _read_apart(_packed(archive | {"content.xml": _without_indents(archive["content.xml"])}))
    if not parts or not all(_lie_close(part) for part in parts):
        return _read_apart(content)
    try:
        return workbook_cells.read_sheets(_packed(archive))
    except BaseException as error:  # calamine's panics are no Exception.
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise _unreadable(type(error).__name__) from error


def _locked(found: str) -> PayloadError:
    return PayloadError(f"{EXPECTED} without a password", f"{found}: save it as .xlsx without a password")


def _unpacked(content: bytes) -> dict[str, bytes]:
    """Unpack an archive that says how large it is, and is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > MAX_UNPACKED_BYTES:
                raise PayloadError(f"a workbook of at most {MAX_UNPACKED_BYTES} bytes unpacked", f"{unpacked}")
            # Some programs name the folders of an archive as Windows does.
            return {member.filename.replace("\\", "/"): archive.read(member) for member in archive.infolist()}
    except zipfile.BadZipFile as error:
        raise PayloadError(EXPECTED, "a file that is no sound zip archive") from error
    except _ZIP_ERRORS as error:
        raise _unreadable(type(error).__name__) from error


def _packed(parts: dict[str, bytes]) -> bytes:
    """Pack parts again, so that another reader of archives finds in it what this one found."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def _without_indents(part: bytes) -> bytes:
    """Take out the blanks between the cells of an OpenDocument: calamine takes each for a cell, and gives up."""
    return _INDENT_BEFORE.sub(b"", _INDENT_BEHIND.sub(rb"\1", part))


def _lie_close(part: bytes) -> bool:
    """Say whether the cells of a sheet are known to lie close together."""
    places = _PLACE.findall(part)
    if len(places) != len(_CELL.findall(part)):
        return False
    rows = max(map(int, (*_ROW.findall(part), *(row for _, row in places))), default=0)
    columns = max((_column(letters) for letters in {letters for letters, _ in places}), default=0)
    return rows * columns <= _NEAR_CELLS


def _column(letters: bytes) -> int:
    """Number a column.

    >>> _column(b"A"), _column(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _read_apart(content: bytes) -> list[dict[str, Any]]:
    """Read a workbook in a process of its own, which may die of it."""
    try:
        done = subprocess.run(  # noqa: S603 - this Python and this project's own module.
            [sys.executable, "-I", workbook_cells.__file__],
            input=content,
            capture_output=True,
            timeout=_MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _unreadable("it takes too long") from error
    if done.returncode:
        raise _unreadable(_last_error(done.stderr))
    sheets: list[dict[str, Any]] = json.loads(done.stdout)
    return sheets


def _last_error(stderr: bytes) -> str:
    """Name the error that ended a process; never what it says, which may quote a cell."""
    lines = stderr.decode(errors="replace").strip().splitlines() or [""]
    named = re.match(r"(?:\w+\.)*(\w+(?:Error|Exception))\b", lines[-1])
    return named[1] if named else "its cells lie too far apart, or it is damaged"


def _unreadable(name: str) -> PayloadError:
    return PayloadError(EXPECTED, f"a workbook that cannot be read ({name}): open it and save it as .xlsx")
