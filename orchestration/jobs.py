"""Jobs: what is run together.

Belongs here: selections of assets under a name. Does not belong here: when they run (schedules).
"""

import dagster as dg

# Everything, from the landing folder and the cameras to the report: `jsc run`, and the day's schedule.
CITY = dg.define_asset_job(
    "city",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("learning", "sweep", "mail"),
    description="Everything for one day: intake, triage, sweep, marts, forecast and weekly congestion report.",
)

# Days of snapshots long before the newest ones, each span by itself: `jsc run`.
EARLIER_SNAPSHOTS = dg.define_asset_job(
    "earlier_snapshots",
    selection=(
        dg.AssetSelection.assets("raw_cctv__registry", "raw_cctv__observations")
        - dg.AssetSelection.checks_for_assets("raw_cctv__observations")
    ),
    description="The sweep of one span of days, without its gate: what is judged is the newest sweep.",
)

# The planners' report alone, from the marts as they are; only here it is sent, once a week.
WEEKLY_CONGESTION_REPORT = dg.define_asset_job(
    "weekly_congestion_report",
    selection=dg.AssetSelection.assets(
        "core_traffic__jam_model",
        "core_traffic__jam_candidate",
        "core_traffic__jam_forecast",
        "out_reports__weekly_congestion_report",
        "out_reports__weekly_congestion_mail",
    ),
    description="Forecast of the coming week, the report that planners read, and its mail.",
)

# What came since the last time, with a number and an agency at once: no camera, no mart.
INTAKE = dg.define_asset_job(
    "intake",
    selection=dg.AssetSelection.groups("complaints", "cases"),
    description="Complaints up to the ledger and the answers: all channels and the SKPD, the day so far.",
)

# Trains the router on the resolved cases of a year.
ROUTING_TRAINING = dg.define_asset_job(
    "routing_training",
    selection=dg.AssetSelection.groups("learning"),
    description="Trains the router on resolved cases; it is published where it beats the vocabulary on newer ones.",
)

# Every live camera, once in each slot of ten minutes.
CAMERA_SWEEP = dg.define_asset_job(
    "camera_sweep",
    selection=dg.AssetSelection.groups("sweep"),
    description="Asks every live camera for its picture of the slot: health, density and jam index.",
)

JOBS = [CITY, EARLIER_SNAPSHOTS, INTAKE, CAMERA_SWEEP, ROUTING_TRAINING, WEEKLY_CONGESTION_REPORT]
