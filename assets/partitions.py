"""Partitions shared by every asset of this platform.

Belongs here: slices of time that two or more assets agree on.
Does not belong here: look-back windows of one model (ml/).
"""

import dagster as dg

from assets.clock import city_zone

# Nothing here is of before 2019, the year of the city's own application. The running day has a partition too: frames
# arrive all day.
DAILY = dg.DailyPartitionsDefinition(start_date="2019-01-01", timezone=city_zone().key, end_offset=1)

# Days of live sweeps: a partition for each slot of ten minutes would be more than Dagster lists within two years.
# Nobody can ask a camera for the past, so they begin with the year in which the first city could sweep.
LIVE_DAYS = dg.DailyPartitionsDefinition(start_date="2026-01-01", timezone=city_zone().key, end_offset=1)
