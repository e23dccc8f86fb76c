"""What the gates of the cameras expect, and the frames that they judge.

Belongs here: expectations in words and numbers. Does not belong here: which asset they guard (checks.py).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd
from psycopg import Connection

from assets.clock import city_zone

if TYPE_CHECKING:
    import great_expectations as gx

SLOTS_PER_DAY = 144

# Older sweeps were judged when they were made; only so many days of the table are read.
NEWS = timedelta(days=2)

# A sweep of a few frames says nothing about the city's cameras.
SMALLEST_JUDGED_SWEEP = 10

# Half of a large city's public streams are down on a bad day (2020: 1,500 of 2,672 usable); less is a broken sweep.
LEAST_MEASURED_SHARE = 0.3


def newest_sweep(connection: Connection, now: datetime) -> pd.DataFrame:
    """One row per camera and day of the newest sweep of files: slots, frames, and frames with a density.

    Args:
        connection: Open connection.
        now: As-of time; a sweep of more than two days before it is no news.
    """
    rows = connection.execute(
        """
        select
            camera_id,
            (slot_start at time zone %s)::date as date_wib,
            count(distinct slot_start) as slots,
            count(*) filter (where status <> 'missing') as frames,
            count(density_share) as measured
        from raw.camera_observations
        where
            time_basis is null
            and swept_at = (
                select max(swept_at)
                from raw.camera_observations
                where time_basis is null and swept_at > %s
            )
        group by camera_id, date_wib
        """,
        [city_zone().key, now - NEWS],
    ).fetchall()
    return pd.DataFrame(rows, columns=["camera_id", "date_wib", "slots", "frames", "measured"])


def sweep_expectations(sweep: pd.DataFrame) -> "Sequence[gx.expectations.Expectation]":
    """The panel is complete, and a fair share of the frames could be measured."""
    import great_expectations as gx

    if sweep.empty:
        return []
    expectations: list[gx.expectations.Expectation] = [
        gx.expectations.ExpectColumnValuesToBeBetween(
            column="slots",
            min_value=SLOTS_PER_DAY,
            max_value=SLOTS_PER_DAY,
            notes=f"{SLOTS_PER_DAY} slots for every camera and day",
            meta={"subject": "panel of the sweep"},
        )
    ]
    frames = int(sweep["frames"].sum())
    if frames >= SMALLEST_JUDGED_SWEEP:
        expectations.append(
            gx.expectations.ExpectColumnSumToBeBetween(
                column="measured",
                min_value=LEAST_MEASURED_SHARE * frames,
                notes=f"a density from at least {LEAST_MEASURED_SHARE:.0%} of the {frames} frames",
                meta={"subject": "health of the cameras"},
            )
        )
    return expectations


def newest_slot(connection: Connection, now: datetime) -> pd.DataFrame:
    """One row for the newest slot of the live cameras: how many shall be asked, have a row, and a valid picture.

    Args:
        connection: Open connection.
        now: As-of time; a slot of more than two days before it is no news.
    """
    rows = connection.execute(
        """
        with newest as (
            select max(slot_start) as slot_start
            from raw.camera_observations
            where time_basis is not null and slot_start > %s
        )

        select
            (
                select count(*)
                from raw.cameras
                where
                    source_kind <> 'folder' and is_enabled and in_service_to is null
                    and registered_at <= observed.swept_at
            ) as cameras,
            observed.rows,
            observed.valid
        from (
            select
                count(distinct camera_id) as rows,
                count(*) filter (where status in ('good', 'dark')) as valid,
                max(swept_at) as swept_at
            from raw.camera_observations
            where time_basis is not null and slot_start = (select newest.slot_start from newest)
        ) as observed
        where observed.rows > 0
        """,
        [now - NEWS],
    ).fetchall()
    return pd.DataFrame(rows, columns=["cameras", "rows", "valid"])


def slot_expectations(slot: pd.DataFrame) -> "Sequence[gx.expectations.Expectation]":
    """Every live camera has a row, and a fair share of them a valid picture."""
    import great_expectations as gx

    if slot.empty:
        return []
    cameras = int(slot["cameras"].iloc[0])
    expectations: list[gx.expectations.Expectation] = [
        gx.expectations.ExpectColumnValuesToBeBetween(
            column="rows",
            min_value=cameras,
            notes=f"a row for each of the {cameras} live cameras",
            meta={"subject": "panel of the slot"},
        )
    ]
    if cameras >= SMALLEST_JUDGED_SWEEP:
        expectations.append(
            gx.expectations.ExpectColumnValuesToBeBetween(
                column="valid",
                min_value=LEAST_MEASURED_SHARE * cameras,
                notes=f"a valid picture of at least {LEAST_MEASURED_SHARE:.0%} of the {cameras} cameras",
                meta={"subject": "health of the live cameras"},
            )
        )
    return expectations
