"""The forecaster as this city sets it: its threshold, its school holidays, its ganjil-genap.

Belongs here: seeds to the forecaster's settings. Does not belong here: the panel (panel.py), learning (ml).
"""

from psycopg import Connection

from assets.traffic.panel import jam_threshold
from ml.forecast.calendar import SchoolBreaks
from ml.forecast.model import WeekAheadForecaster
from ml.forecast.odd_even import OddEven, RestrictedHours

COUNTRY = "ID"
# A jam index knows no other values.
BOUNDS = (0.0, 1.0)


def city_forecaster(connection: Connection) -> WeekAheadForecaster:
    """An untrained forecaster with the city's own calendar."""
    return WeekAheadForecaster(
        COUNTRY,
        jam_threshold=jam_threshold(connection),
        bounds=BOUNDS,
        school_breaks=_school_breaks(connection),
        odd_even=_odd_even(connection),
    )


def _school_breaks(connection: Connection) -> SchoolBreaks:
    rows = connection.execute("select first_day, last_day from reference.school_breaks order by first_day").fetchall()
    return tuple((first, last) for first, last in rows)


def _odd_even(connection: Connection) -> OddEven:
    windows = connection.execute(
        """
        select first_iso_day, last_iso_day, start_hour, end_hour, valid_from, valid_to
        from reference.ganjil_genap_hours
        order by rule_code
        """
    ).fetchall()
    roads = connection.execute(
        "select kecamatan_code, count(*) from reference.ganjil_genap_roads where valid_to is null group by 1"
    ).fetchall()
    return OddEven(tuple(RestrictedHours(*window) for window in windows), dict(roads))
