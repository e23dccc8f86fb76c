"""Jobs: what is run together.

Belongs here: selections of assets under a name. Does not belong here: when they run (schedules).
"""

from datetime import timedelta
from typing import TYPE_CHECKING

import dagster as dg
from dagster._core.storage.tags import MAX_RETRIES_TAG, MAX_RUNTIME_SECONDS_TAG, PRIORITY_TAG

from orchestration.retention import forget_runs

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition


def _job(
    name: str, selection: dg.AssetSelection, description: str, *, at_most: timedelta, priority: int = 0
) -> "UnresolvedAssetJobDefinition":
    """A job whose steps run one after the other in its run's process: another process for each costs more than it does.

    Args:
        name: As the UI shows it.
        selection: What is run.
        description: What for.
        at_most: A run that takes longer hangs, and is ended.
        priority: A higher one is taken from the queue first.
    """
    return dg.define_asset_job(
        name,
        selection,
        description=description,
        executor_def=dg.in_process_executor,
        # A run whose process died is run again; what it wrote stays, and is not written twice.
        run_tags={
            MAX_RETRIES_TAG: "2",
            MAX_RUNTIME_SECONDS_TAG: str(int(at_most.total_seconds())),
            PRIORITY_TAG: str(priority),
        },
    )


# Everything, from the landing folder and the cameras to the report: `jsc run`, and the day's schedule.
CITY = _job(
    "city",
    dg.AssetSelection.all() - dg.AssetSelection.groups("learning", "sweep", "mail"),
    "Everything for one day: intake, triage, sweep, marts, forecast and weekly congestion report.",
    at_most=timedelta(hours=8),
)

# Days of snapshots long before the newest ones, each span by itself: `jsc run`.
EARLIER_SNAPSHOTS = _job(
    "earlier_snapshots",
    dg.AssetSelection.assets("raw_cctv__registry", "raw_cctv__observations")
    - dg.AssetSelection.checks_for_assets("raw_cctv__observations"),
    "The sweep of one span of days, without its gate: what is judged is the newest sweep.",
    at_most=timedelta(hours=8),
)

# The planners' report alone, from the marts as they are; only here it is sent, once a week.
WEEKLY_CONGESTION_REPORT = _job(
    "weekly_congestion_report",
    dg.AssetSelection.assets(
        "core_traffic__jam_model",
        "core_traffic__jam_candidate",
        "core_traffic__jam_forecast",
        "out_reports__weekly_congestion_report",
        "out_reports__weekly_congestion_mail",
    ),
    "Forecast of the coming week, the report that planners read, and its mail.",
    at_most=timedelta(hours=3),
)

# What came since the last time, with a number and an agency at once: no camera, no mart.
INTAKE = _job(
    "intake",
    dg.AssetSelection.groups("complaints", "cases"),
    "Complaints up to the ledger and the answers: all channels and the SKPD, the day so far.",
    at_most=timedelta(hours=2),
    priority=5,
)

# What stops the marts also where nothing is taken in, and what judges the newest slot: with each sweep, most of what a
# sweep of few cameras costs would be Great Expectations' import.
GATES_BEFORE_MARTS = dg.AssetSelection.checks(
    dg.AssetCheckKey(dg.AssetKey("core_complaints__ledger"), "triage_gate"),
    dg.AssetCheckKey(dg.AssetKey("raw_cctv__observations"), "sweep_gate"),
    dg.AssetCheckKey(dg.AssetKey("raw_cctv__live_slots"), "slot_gate"),
)

# What readers ask for during the day: the marts as they are now, and the next hours of the streets.
MARTS = _job(
    "marts",
    dg.AssetSelection.groups("reference", "staging", "intermediate", "marts")
    | dg.AssetSelection.assets("core_traffic__jam_next_hours")
    | GATES_BEFORE_MARTS,
    "The marts from what is in the tables, tested and published together, and the next hours of the streets.",
    at_most=timedelta(hours=2),
)

# Trains the router on the resolved cases of a year.
ROUTING_TRAINING = _job(
    "routing_training",
    dg.AssetSelection.groups("learning"),
    "Trains the router on resolved cases; it is published where it beats the vocabulary on newer ones.",
    at_most=timedelta(hours=3),
)

# Every live camera, once in each slot of ten minutes.
CAMERA_SWEEP = _job(
    "camera_sweep",
    # With the registry: a camera that a list names newly is asked in the next slot.
    (dg.AssetSelection.groups("sweep") | dg.AssetSelection.assets("raw_cctv__registry"))
    - dg.AssetSelection.all_asset_checks(),
    "Asks every live camera for its picture of the slot: health, density and jam index.",
    at_most=timedelta(minutes=30),
    priority=10,
)


@dg.job(executor_def=dg.in_process_executor, description="Forgets what Dagster keeps of runs that nobody looks at.")
def retention() -> None:
    """The job of `forget_runs`."""
    forget_runs()


RETENTION = retention
JOBS: "list[UnresolvedAssetJobDefinition | dg.JobDefinition]" = [
    CITY, EARLIER_SNAPSHOTS, INTAKE, CAMERA_SWEEP, MARTS, ROUTING_TRAINING, WEEKLY_CONGESTION_REPORT, RETENTION,
]  # fmt: skip
