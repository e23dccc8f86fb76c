"""The main job in this process: `jsc run`.

Belongs here: the walk from an empty folder to a finished run. Does not belong here: the command line (cli).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from assets.cities.check import require_sound_city
from assets.city import city_folder, claim_database
from assets.clock import city_zone
from assets.settings import Settings
from assets.sources.landing import LandingError
from database.migrate import migrate
from database.server import start
from database.sessions import set_sessions
from orchestration.instance import hold_connections, write_instance
from orchestration.manifest import write_manifest

if TYPE_CHECKING:
    import dagster as dg

# Days between two snapshots that one run bridges; a longer gap would cost an event for each asset and day of it.
LONGEST_GAP = timedelta(days=7)
# A camera that keeps one picture a month for five years.
MOST_SPANS = 60


@dataclass(frozen=True)
class RunOutcome:
    """How a run ended: its id, whether every step succeeded, and gates that are red without having stopped it."""

    run_id: str
    succeeded: bool
    red: list[str]


def prepare(settings: Settings) -> str:
    """Database, tables, Dagster's storage and dbt's manifest; returns the database's URL. Safe to repeat.

    Raises:
        CityError: The city's folder has faults.
        OtherCityError: The database serves another city.
    """
    require_sound_city()
    url = start(settings)
    migrate(url)
    claim_database(url)
    set_sessions(url, city_zone().key)
    write_instance(settings)
    write_manifest(url)
    return url


def ensure_sample_city(settings: Settings, on_step: Callable[[str, int, int], None]) -> None:
    """Write the synthetic city up to last Sunday, unless there is one: the report then is of this week."""
    from sample_city.city import write_city

    today = datetime.now(city_zone()).date()
    write_city(settings.sample, end=today - timedelta(days=today.isoweekday()), seeds=city_folder(), on_step=on_step)


def spans_of(days: Iterable[date], today: date, oldest: date) -> tuple[list[tuple[date, date]], list[date]]:
    """Cut the days with snapshots into spans without a long gap: Dagster books an event for each asset and day of one.

    Args:
        days: With a snapshot, in any order.
        today: Day of the run; a later one is a camera's wrong clock.
        oldest: First day that is kept.

    Returns:
        First and last day of each span, ascending; that of today alone where no day is left. And the days left out.

    >>> d = date.fromisoformat
    >>> spans_of([d("2026-11-28"), d("2020-05-01"), d("2026-11-25"), d("2031-01-01")], d("2026-11-28"), d("2019-01-01"))
    ... # doctest: +NORMALIZE_WHITESPACE
    ([(datetime.date(2020, 5, 1), datetime.date(2020, 5, 1)),
      (datetime.date(2026, 11, 25), datetime.date(2026, 11, 28))],
     [datetime.date(2031, 1, 1)])
    """
    ordered = sorted(set(days))
    spans: list[tuple[date, date]] = []
    for day in (day for day in ordered if oldest <= day <= today):
        if spans and day - spans[-1][1] <= LONGEST_GAP:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans or [(today, today)], [day for day in ordered if not oldest <= day <= today]


def _unheard(_: str) -> None:
    """Nobody listens."""


def run_city(
    landing: Path | None = None, cameras: list[Path] | None = None, tell: Callable[[str], object] = _unheard
) -> RunOutcome:
    """Run every asset and check once, in this process, over the days that have snapshots.

    Snapshots of days long before the newest ones are swept first, span by span, each in a run of its own.

    Args:
        landing: Landing folder; the configured one when None.
        cameras: Snapshot folders; the configured ones when None.
        tell: Takes a line on what is prepared and what is left out.

    Raises:
        LandingError: There is no landing folder.
    """
    import dagster as dg

    from assets.resources import City
    from orchestration.dead_runs import at_work, end_dead_runs, own_processes_gone
    from orchestration.definitions import build_defs
    from orchestration.progress import rest_in_log

    city = City(
        landing=str(landing.resolve()) if landing else "",
        cameras=[str(folder.resolve()) for folder in cameras or []],
    )
    if not city.landing_folder().is_dir():
        raise LandingError(
            f"Expected a landing folder, found none at {city.landing_folder()}. Give it with --landing, or run jsc run"
            " without --cameras for the sample city."
        )
    *earlier, newest = _planned(city.camera_folders(), city.now(), tell)
    defs = build_defs(city=city)
    log = Settings().data / "run.log"
    with log.open("w", encoding="utf-8") as told, rest_in_log(told), dg.DagsterInstance.get() as instance:
        hold_connections(instance)
        end_dead_runs(instance, own_processes_gone)
        for line in at_work(instance):
            tell(line)
        for span in earlier:
            outcome = _execute(defs.resolve_job_def("earlier_snapshots"), instance, span)
            if not outcome.succeeded:
                return outcome
        return _execute(defs.resolve_job_def("city"), instance, newest)


def _planned(folders: list[Path], now: datetime, tell: Callable[[str], object]) -> list[tuple[date, date]]:
    """The spans of days to run, ascending; says what is prepared and which days are left out."""
    from assets.cctv.snapshots import unread_cameras
    from assets.cctv.sweep import frame_days
    from assets.partitions import DAILY

    days = [day for folder in folders for day in frame_days(folder)]
    for folder in folders:
        for name in unread_cameras(folder):
            tell(f"{folder.name}/{name}: not read, for its pictures lie in subfolders; put them beside each other")
    today, oldest = now.astimezone(city_zone()).date(), DAILY.start.date()
    spans, left_out = spans_of(days, today, oldest)
    if len(spans) > MOST_SPANS:
        left_out += [day for day in days if day < spans[-MOST_SPANS][0] and day not in left_out]
        spans = spans[-MOST_SPANS:]
    if left_out:
        named = ", ".join(str(day) for day in sorted(set(left_out))[:5])
        tell(
            f"Days left out: {len(set(left_out)):,} ({named}{', ...' if len(set(left_out)) > 5 else ''})."
            f" Expected days from {oldest} to {today}, at most {MOST_SPANS} spans of them; mend the camera's clock or"
            " the file's name."
        )
    tell(f"Preparing {spans[-1][0]} to {spans[-1][1]}; earlier spans of days with snapshots: {len(spans) - 1}")
    return spans


def _execute(job: "dg.JobDefinition", instance: "dg.DagsterInstance", span: tuple[date, date]) -> RunOutcome:
    import dagster as dg

    from orchestration.dead_runs import PROCESS_TAG, this_process
    from orchestration.schedules import days_as_tags

    result = job.execute_in_process(
        instance=instance,
        raise_on_error=False,
        run_config={"loggers": {"progress": {}}},
        tags={**days_as_tags(*span), PROCESS_TAG: this_process()},
    )
    red = [
        f"{check.check_name} of {check.asset_key.to_user_string()}: {check.description}"
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.severity is dg.AssetCheckSeverity.ERROR
    ]
    return RunOutcome(result.run_id, result.success, red)
