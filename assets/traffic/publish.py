"""Publishing what passed the gate: the coming week with its jam windows, and the rolling seven days.

Belongs here: writing what planners read. Does not belong here: forecasting (candidates.py), judging (gate.py).
"""

from datetime import datetime

import pandas as pd
from psycopg import Connection

from assets.clock import city_zone
from assets.storage import copy_rows
from assets.traffic.candidates import HOUR_COLUMNS, RUN_COLUMNS, blend_weights, hours_ahead
from assets.traffic.gate import choices
from assets.traffic.panel import jam_threshold, read_panel
from assets.traffic.stored import HOUR, load
from assets.traffic.windows import WINDOW_COLUMNS, jam_windows
from ml.forecast.history import WEEK_HOURS

ROLLING_COLUMNS = [
    "area_code", "hour_start", "jam_index", "jam_index_mean", "jam_index_p10", "jam_index_p90", "jam_probability",
    "basis",
]  # fmt: skip


def publish_candidates(connection: Connection) -> int:
    """Replace each week that waits by the first of its ways that passes, all of it or none.

    Args:
        connection: Open connection; the caller owns the transaction.

    Returns:
        Hours published.
    """
    published = 0
    runs = ", ".join(RUN_COLUMNS)
    hours = ", ".join(column for column in HOUR_COLUMNS if column != "published_as")
    for choice in choices(connection):
        if choice.published_as is None:
            continue
        key = [choice.week_start, choice.published_as]
        connection.execute("delete from forecast.runs where week_start = %s", [choice.week_start])
        connection.execute(
            f"insert into forecast.runs ({runs}, reason) select {runs}, %s from forecast.candidate_runs"  # noqa: S608 - our own columns
            " where week_start = %s and published_as = %s",
            [choice.reason, *key],
        )
        published += connection.execute(
            f"insert into forecast.jam_hours ({hours}) select {hours} from forecast.candidate_jam_hours"  # noqa: S608 - our own columns
            " where week_start = %s and published_as = %s",
            key,
        ).rowcount
        _write_windows(connection, choice.week_start)
    return published


def _write_windows(connection: Connection, week_start: object) -> None:
    columns = ["area_code", "hour_start", "jam_index", "jam_index_p10", "jam_index_p90", "jam_probability"]
    rows = connection.execute(
        f"select {', '.join(columns)} from forecast.jam_hours where week_start = %s",  # noqa: S608 - our own columns
        [week_start],
    ).fetchall()
    hours = pd.DataFrame(rows, columns=columns)
    hours["hour_start"] = pd.to_datetime(hours["hour_start"], utc=True).dt.tz_convert(city_zone().key)
    windows = jam_windows(hours, jam_threshold(connection)).itertuples(index=False)
    copy_rows(connection, "forecast.jam_windows", ["week_start", *WINDOW_COLUMNS], ((week_start, *w) for w in windows))


def roll_on(connection: Connection, now: datetime) -> int:
    """Write anew the 168 hours behind the last measured one.

    Args:
        connection: Open connection; the caller owns the transaction.
        now: As-of time.

    Returns:
        Hours written; 0 where no forecaster was trained yet.

    Raises:
        ModelMismatchError: The stored forecaster was made by other code.
    """
    trained = load(connection, now)
    if trained is None:
        return 0
    panel, is_synthetic = read_panel(connection, now)
    forecaster = trained.forecaster.advance(panel)
    hours = hours_ahead(forecaster, WEEK_HOURS)[ROLLING_COLUMNS]
    same = (forecaster.cutoff_.to_pydatetime() + HOUR, now, blend_weights(forecaster), is_synthetic)
    connection.execute("truncate forecast.rolling_hours")
    columns = [*ROLLING_COLUMNS, "cutoff", "issued_at", "blend", "is_synthetic"]
    return copy_rows(
        connection, "forecast.rolling_hours", columns, ((*row, *same) for row in hours.itertuples(index=False))
    )
