"""The dictionary of the open tables: each column with its type, unit and meaning.

Belongs here: units, and reading the rest from the database, where dbt wrote it. Does not belong here: which tables are
open (tables.py), descriptions (dbt_project/models/portal).
"""

from dataclasses import dataclass

from portal.database import CityDatabase
from portal.tables import COLUMNS, TABLES

_SHARE, _INDEX = "share, 0 to 1", "index, 0 free flow to 1 standstill"
# Of every column that holds a number; `unit` stands for the column of that name in the same row.
UNITS = {
    "cameras_observed": "cameras", "denominator": "see formula", "estimate": "unit", "estimate_high": "unit",
    "estimate_low": "unit", "hour_of_day_wib": "hour of day", "iso_day_of_week": "day of week", "jam_index": _INDEX,
    "jam_index_p10": _INDEX, "jam_index_p90": _INDEX, "jam_probability": _SHARE, "latitude": "degrees, WGS 84",
    "longitude": "degrees, WGS 84", "mean_rating": "1 to 5", "median_hours": "hours", "numerator": "see formula",
    "odd_even_roads": "roads", "odd_even_tickets": "tickets", "p90_hours": "hours", "parking_tickets": "tickets",
    "rank": "place", "rank_high": "place", "rank_low": "place", "ratings": "ratings", "relapsed": "spans",
    "relapse_share_estimate": _SHARE, "rated": "cases", "reports": "reports", "resolved": "cases",
    "reused_photos": "photos", "score": _SHARE,
    "score_error": _SHARE, "share_within_limit": _SHARE, "share_within_limit_high": _SHARE,
    "share_within_limit_low": _SHARE, "spans": "spans", "tickets": "tickets",
    "trend": "unit", "value": "unit", "within_limit": "spans", "worked": "spans",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: Of it.
        data_type: Of PostgreSQL.
        unit: Of its numbers; empty for what is none.
        description: What it means.
    """

    name: str
    data_type: str
    unit: str
    description: str


async def read_dictionary(database: CityDatabase) -> dict[str, list[Column]]:
    """The columns of each open table, in their order."""
    rows = await database.rows(COLUMNS)
    columns: dict[str, list[Column]] = {}
    for row in rows:
        name = row["column_name"]
        found = Column(name, row["data_type"], UNITS.get(name, ""), row["description"] or "")
        columns.setdefault(row["table_name"], []).append(found)
    return {name: columns.get(table.view, []) for name, table in TABLES.items()}
