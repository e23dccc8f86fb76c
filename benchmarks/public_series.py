"""A public series as its source publishes it, as a panel of hours.

Belongs here: the headers of such files. Does not belong here: what a panel is (ml/forecast/frame.py), a city's own CSV
(ml/forecast/evaluate.py).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ml.forecast.evaluate import read_panel

# Column of the time and of the value: UCI's Metro Interstate Traffic Volume, Numenta's NAB.
SOURCES = {"date_time": "traffic_volume", "timestamp": "value"}


def read_series(path: Path) -> pd.DataFrame:
    """Read a panel, or a file of one of SOURCES, whose values are averaged by hour.

    Returns:
        Columns area_id, hour_start, value; for `ml.forecast.frame.complete_panel`.

    Raises:
        ml.forecast.frame.PanelError: The file is neither.
    """
    with path.open(encoding="utf-8") as file:
        header = file.readline().strip().split(",")
    for time, value in SOURCES.items():
        if {time, value} <= set(header):
            rows = pd.read_csv(path, usecols=[time, value], parse_dates=[time])
            hours = pd.DataFrame({"area_id": path.stem, "hour_start": rows[time].dt.floor("h"), "value": rows[value]})
            return hours.groupby(["area_id", "hour_start"], as_index=False)[["value"]].mean()
    return read_panel(path)
