"""The main job in this process: `jsc run`.

Belongs here: the walk from an empty folder to a finished run. Does not belong here: the command line (cli).
"""

from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from assets.clock import WIB
from assets.settings import SEEDS, Settings
from assets.sources.landing import LandingError
from database.migrate import migrate
from database.server import start
from orchestration.instance import write_instance
from orchestration.manifest import write_manifest


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended: its id, whether it succeeded, and the failed checks in words."""

    run_id: str
    succeeded: bool


def prepare(settings: Settings) -> str:
    """Database, tables, Dagster's storage and dbt's manifest; returns the database's URL. Safe to repeat."""
    url = start(settings)
    migrate(url)
    write_instance(settings)
    write_manifest()
    return url


def ensure_sample_city(settings: Settings, on_step: Callable[[str, int, int], None]) -> None:
    """Write the synthetic city up to last Sunday, unless there is one: the report then is of this week."""
    from sample_city.city import write_city

    today = datetime.now(WIB).date()
    write_city(settings.sample, end=today - timedelta(days=today.isoweekday()), seeds=SEEDS, on_step=on_step)


def _days(camera_folders: list[Path], now: datetime) -> tuple[date, date]:
    """First and last day with a snapshot; the day of the run where there is none."""
    from assets.cctv.sweep import frame_days

    days = sorted(day for folder in camera_folders for day in frame_days(folder))
    today = now.astimezone(WIB).date()
    return (days[0], days[-1]) if days else (today, today)


def run_city(landing: Path | None = None, cameras: list[Path] | None = None) -> RunOutcome:
    """Run every asset and check once, in this process, over the days that have snapshots.

    Args:
        landing: Landing folder; the configured one when None.
        cameras: Snapshot folders; the configured ones when None.

    Raises:
        LandingError: There is no landing folder.
    """
    import dagster as dg
    from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

    from assets.resources import City
    from orchestration.definitions import build_defs

    city = City(
        landing=str(landing.resolve()) if landing else "",
        cameras=[str(folder.resolve()) for folder in cameras or []],
    )
    if not city.landing_folder().is_dir():
        raise LandingError(
            f"Expected a landing folder, found none at {city.landing_folder()}. Give it with --landing, or run jsc run"
            " without --cameras for the sample city."
        )
    first, last = _days(city.camera_folders(), city.now())
    job = build_defs(city=city).resolve_job_def("city")
    log = Settings().data / "run.log"
    # dbt tells each of its tests on standard output; the terminal gets one line for each step instead.
    with dg.DagsterInstance.get() as instance, log.open("w", encoding="utf-8") as told, redirect_stdout(told):
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"progress": {}}},
            tags={
                ASSET_PARTITION_RANGE_START_TAG: first.isoformat(),
                ASSET_PARTITION_RANGE_END_TAG: last.isoformat(),
            },
        )
    return RunOutcome(result.run_id, result.success)
