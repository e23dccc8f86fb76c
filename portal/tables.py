"""Which tables are open: their views, where their rows lie, and what may be asked of them.

Belongs here: that list. Does not belong here: which rows are open (dbt: models/portal), their files (downloads.py).
"""

from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql

# What anybody may do with them.
LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"

IS_SYNTHETIC = "select coalesce(bool_or(is_synthetic), false) from portal.units"
COLUMNS = """
    select tables.relname as table_name, columns.attname as column_name,
        format_type(columns.atttypid, columns.atttypmod) as data_type,
        col_description(tables.oid, columns.attnum) as description
    from pg_class as tables
    inner join pg_attribute as columns on tables.oid = columns.attrelid
    where tables.relnamespace = 'portal'::regnamespace and columns.attnum > 0
    order by tables.relname, columns.attnum
"""


@dataclass(frozen=True)
class OpenTable:
    """One table that anybody may have.

    Attributes:
        name: Of its files.
        view: Of schema portal.
        area: The area of a row, as SQL.
        newest: Which rows its map has, as SQL: a map is of a moment, the other files are of all.
        filters: Columns of text by which its rows may be asked for.
        day: Column of the day by which they may be asked for; None without.
        rows: Which rows it has, as SQL; all of the view without.
    """

    name: str
    view: str
    area: LiteralString
    newest: LiteralString
    filters: tuple[str, ...]
    day: str | None
    rows: LiteralString = "true"

    def statement(self) -> sql.Composed:
        """All rows of it."""
        return sql.SQL("select * from {} where {}").format(sql.Identifier("portal", self.view), sql.SQL(self.rows))

    def chosen(self, filters: dict[str, str], days: tuple[str | None, str | None]) -> sql.Composed:
        """The rows that are asked for.

        Args:
            filters: Wanted value by column of `filters`.
            days: First and last day, ISO 8601; None for no bound.
        """
        equal, first, last = sql.SQL("{} = {}"), sql.SQL("{} >= {}::date"), sql.SQL("{} <= {}::date")
        wanted = [(equal, name, value) for name, value in filters.items()]
        if self.day is not None:
            wanted += [(bound, self.day, day) for bound, day in zip((first, last), days, strict=True) if day]
        conditions = [bound.format(sql.Identifier(name), sql.Literal(value)) for bound, name, value in wanted]
        return sql.SQL(" and ").join([self.statement(), *conditions])

    def mapped(self) -> sql.Composed:
        """The rows of its map, each with its `map_area`."""
        return sql.SQL("select *, {} as map_area from {} as mapped where {} and {}").format(
            sql.SQL(self.area), sql.Identifier("portal", self.view), sql.SQL(self.rows), sql.SQL(self.newest)
        )


# In the order in which they are told.
TABLES = {
    table.name: table
    for table in (
        OpenTable(
            "laporan", "open_complaints", "coalesce(kelurahan_code, kecamatan_code, kota_code)",
            "period_start_date_wib > (select max(period_start_date_wib) from portal.open_complaints) - 7",
            ("kelurahan_code", "kecamatan_code", "kota_code", "category_code", "holder_code", "status_set"),
            "period_start_date_wib",
        ),
        OpenTable(
            "jumlah_laporan", "open_counts", "area_code",
            "period_start_date_wib > (select max(period_start_date_wib) from portal.open_counts) - 28",
            ("area_code", "area_level", "period"), "period_start_date_wib",
        ),
        OpenTable(
            "slot_kecamatan", "area_slots", "area_code",
            "slot_start = (select max(slot_start) from portal.area_slots)", ("area_code",), "slot_date_wib",
            rows="slot_date_wib > (select max(slot_date_wib) from portal.area_slots) - 8",
        ),
        OpenTable(
            "jam_kecamatan", "area_hours", "area_code",
            "hour_start = (select max(hour_start) from portal.area_hours)", ("area_code", "basis"), "hour_date_wib",
        ),
        OpenTable(
            "ramalan_macet", "jam_forecast", "area_code",
            "forecast_kind = 'week' and week_start = (select max(week_start) from portal.forecast_weeks)"
            " and jam_probability >= 0.5",
            ("area_code", "forecast_kind"), "hour_date_wib",
        ),
        OpenTable(
            "pilar_mingguan", "pillar_weeks", "area_code",
            "week_start_date_wib = (select max(week_start_date_wib) from portal.pillar_weeks)",
            ("area_code", "area_level", "pillar_code", "indicator_code"), "week_start_date_wib",
        ),
        OpenTable(
            "unit", "units", "case when unit_kind = 'kelurahan' then unit_code end", "true",
            ("unit_kind", "unit_code"), None,
        ),
        OpenTable(
            "nilai_mingguan", "ratings", "null::text",
            "week_start_date_wib = (select max(week_start_date_wib) from portal.ratings)", ("skpd_code",),
            "week_start_date_wib",
        ),
        OpenTable("wilayah", "areas", "area_code", "true", ("area_code", "area_level", "parent_code"), None),
    )
}  # fmt: skip
FILTERS = tuple(sorted({name for table in TABLES.values() for name in table.filters}))
