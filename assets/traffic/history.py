"""Hours that an older system measured, taken in once from `<landing>/area_history/*.csv`.

Belongs here: the CSV (area_code, hour_start, jam_index) and its checks. Does not belong here: the area panel (dbt).
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from psycopg import Connection

from assets.sources.landing import Batch, LandingFile, Quarantined, new_files, write_quarantine, write_receipts
from assets.storage import merge_rows

COLUMNS = ["area_code", "hour_start", "jam_index"]

HistoryRow = tuple[str, datetime, float]


def split(content: bytes, origin: str) -> Iterator[HistoryRow | Quarantined]:
    r"""Rows of a history file; a row that breaks the format comes back with its reason.

    >>> list(split(b"area_code,hour_start,jam_index\n31.71.01,2026-01-01T07:00:00+07:00,0.5\n", "a.csv"))[0][2]
    0.5
    """
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        header = reader.fieldnames
    except UnicodeDecodeError:
        yield Quarantined(origin, content, "expected UTF-8 text, found other bytes")
        return
    if header is None or set(header) != set(COLUMNS):
        yield Quarantined(origin, content, f"expected the columns {', '.join(COLUMNS)}, found {header}")
        return
    for number, row in enumerate(reader, start=2):
        try:
            hour = datetime.fromisoformat(row["hour_start"])
            index = float(row["jam_index"])
            if hour.tzinfo is None or (hour.minute, hour.second, hour.microsecond) != (0, 0, 0):
                raise ValueError("hour_start with an offset, at the full hour")
            if not 0 <= index <= 1:
                raise ValueError("jam_index from 0 to 1")
        except (ValueError, TypeError) as error:
            yield Quarantined(f"{origin}#{number}", repr(row).encode(), f"expected {error}, found row {number}")
        else:
            yield row["area_code"], hour, index


def take_in_history(connection: Connection, landing: Path, batch: Batch) -> Counter[str]:
    """Add new history files to raw.area_history; a later file corrects the hours that it repeats."""
    counts: Counter[str] = Counter()
    refused: list[Quarantined] = []
    files: list[LandingFile] = list(new_files(connection, landing, batch.channel, refused))
    write_receipts(connection, batch, files)
    for file in files:
        rows: dict[tuple[str, datetime], float] = {}
        quarantined: list[Quarantined] = []
        for item in split(file.content, file.path):
            if isinstance(item, Quarantined):
                quarantined.append(item)
            else:
                rows[item[0], item[1]] = item[2]
        merge_rows(
            connection,
            "raw.area_history",
            [*COLUMNS, "is_synthetic", "received_at", "batch_id"],
            (
                (area, hour, index, batch.is_synthetic, batch.received_at, batch.batch_id)
                for (area, hour), index in rows.items()
            ),
            key=["area_code", "hour_start"],
            update=["jam_index", "is_synthetic", "received_at", "batch_id"],
        )
        counts["hours"] += len(rows)
        counts["quarantined"] += write_quarantine(connection, batch, quarantined)
    counts["quarantined"] += write_quarantine(connection, batch, refused)
    counts["files"] += len(files)
    return counts
