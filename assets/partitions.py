"""Partitions shared by every asset of this platform.

Belongs here: slices of time that two or more assets agree on.
Does not belong here: look-back windows of one model (ml/).
"""

import dagster as dg

from assets.clock import TIMEZONE

# Snapshots before 2019 belong to no sweep. The running day has a partition too: frames arrive all day.
DAILY = dg.DailyPartitionsDefinition(start_date="2019-01-01", timezone=TIMEZONE, end_offset=1)

# A sweep of the live cameras. Nobody can ask a camera for the past, so slots begin when the first city could sweep.
SLOTS = dg.TimeWindowPartitionsDefinition(
    start="2026-11-01-00:00", cron_schedule="*/10 * * * *", fmt="%Y-%m-%d-%H:%M", timezone=TIMEZONE, end_offset=1
)
