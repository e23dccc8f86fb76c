"""The measured area hours as the forecast's panel.

Belongs here: reading marts.fct_area_hours. Does not belong here: what is computed from it.
"""

from datetime import datetime

import pandas as pd
from psycopg import Connection

from assets.clock import city_zone


def read_panel(connection: Connection, until: datetime) -> tuple[pd.DataFrame, bool]:
    """Measured hours of every area before a moment.

    Args:
        connection: Open connection.
        until: Hours from here on are left out.

    Returns:
        Columns area_id, hour_start (the city's), value (jam index in [0, 1]), sorted; imputed hours are not in
        it. And whether any of it is synthetic.
    """
    rows = connection.execute(
        """
        select area_code, hour_start, jam_index, is_synthetic
        from marts.fct_area_hours
        where jam_index is not null and hour_start < %s
        order by area_code, hour_start
        """,
        [until],
    ).fetchall()
    frame = pd.DataFrame(rows, columns=["area_id", "hour_start", "value", "is_synthetic"])
    frame["hour_start"] = pd.to_datetime(frame["hour_start"], utc=True).dt.tz_convert(city_zone().key)
    frame["value"] = frame["value"].astype(float)
    return frame[["area_id", "hour_start", "value"]], bool(frame["is_synthetic"].any())


def jam_threshold(connection: Connection) -> float:
    """Jam index from which an hour counts as jammed: the lower bound of the level macet."""
    [(threshold,)] = connection.execute(
        "select jam_index_from from reference.traffic_levels where level_code = 'macet'"
    ).fetchall()
    return float(threshold)
