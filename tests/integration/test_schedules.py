"""Which days a tick asks for, on a real Dagster storage: none is lost after a downtime, and none asked for twice."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from assets.clock import city_zone
from assets.resources import City
from orchestration.definitions import build_defs
from orchestration.retention import forgettable
from orchestration.schedules import MOST_CAUGHT_UP, build_schedules, days_as_tags, newest_day
from orchestration.sensors import SETTLED_S, landing_folder

SCHEDULES = {schedule.name: schedule for schedule in build_schedules("production")}
RANGE = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield instance


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=city_zone())


def ran(
    instance: dg.DagsterInstance,
    job: str,
    tags: dict[str, str],
    status: dg.DagsterRunStatus = dg.DagsterRunStatus.SUCCESS,
) -> str:
    """A run that a job's schedule asked for, as Dagster keeps it."""
    of_schedule = {"dagster/schedule_name": {"city": "daily_city"}.get(job, job)}
    run = dg.DagsterRun(job_name=job, tags={**of_schedule, **tags}, status=status)
    instance.add_run(run)
    return run.run_id


def tick(instance: dg.DagsterInstance, name: str, when: str) -> dg.RunRequest | str:
    """What a schedule asks for, or why it asks for nothing."""
    context = dg.build_schedule_context(instance=instance, scheduled_execution_time=wib(when))
    data = SCHEDULES[name].evaluate_tick(context)
    return data.run_requests[0] if data.run_requests else str(data.skip_message)


def days(request: dg.RunRequest | str) -> tuple[str, str]:
    assert isinstance(request, dg.RunRequest)
    one = request.tags.get("dagster/partition")
    return (one, one) if one else (request.tags[RANGE[0]], request.tags[RANGE[1]])


def test_every_schedule_and_sensor_of_production_runs_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSC_ENVIRONMENT", "production")
    defs = build_defs()
    assert {one.default_status for one in defs.schedules or []} == {dg.DefaultScheduleStatus.RUNNING}
    assert {one.default_status for one in defs.sensors or []} == {dg.DefaultSensorStatus.RUNNING}


def test_a_machine_that_slept_for_three_nights_catches_up_in_one_run(instance: dg.DagsterInstance) -> None:
    ran(instance, "city", days_as_tags(wib("2026-11-20").date(), wib("2026-11-20").date()))
    asked = tick(instance, "daily_city", "2026-11-25T02:00")
    assert days(asked) == ("2026-11-21", "2026-11-24")
    assert isinstance(asked, dg.RunRequest)
    ran(instance, "city", dict(asked.tags), dg.DagsterRunStatus.STARTED)
    assert tick(instance, "daily_city", "2026-11-25T02:00") == "The days up to 2026-11-24 are done or being done."
    assert days(tick(instance, "daily_city", "2026-11-26T02:00")) == ("2026-11-25", "2026-11-25")


def test_what_a_person_runs_moves_no_schedule(instance: dg.DagsterInstance) -> None:
    ran(instance, "city", days_as_tags(wib("2026-11-23").date(), wib("2026-11-23").date()))
    for day in ("2026-09-01", "2026-11-24"):
        by_hand = days_as_tags(wib(day).date(), wib(day).date())
        run = dg.DagsterRun(job_name="city", tags=by_hand, status=dg.DagsterRunStatus.SUCCESS)
        instance.add_run(run)
        assert days(tick(instance, "daily_city", "2026-11-25T02:00")) == ("2026-11-24", "2026-11-24")


def test_the_days_of_a_run_that_failed_are_asked_for_again(instance: dg.DagsterInstance) -> None:
    ran(instance, "city", days_as_tags(wib("2026-11-20").date(), wib("2026-11-20").date()))
    failed = days_as_tags(wib("2026-11-21").date(), wib("2026-11-21").date())
    ran(instance, "city", failed, dg.DagsterRunStatus.FAILURE)
    assert days(tick(instance, "daily_city", "2026-11-23T02:00")) == ("2026-11-21", "2026-11-22")


def test_a_first_night_asks_for_its_day_alone_and_a_long_sleep_for_a_bounded_time(instance: dg.DagsterInstance) -> None:
    assert days(tick(instance, "daily_city", "2026-11-25T02:00")) == ("2026-11-24", "2026-11-24")
    ran(instance, "city", days_as_tags(wib("2026-01-01").date(), wib("2026-06-30").date()))
    first, last = days(tick(instance, "daily_city", "2026-11-25T02:00"))
    assert last == "2026-11-24"
    assert wib(last) - wib(first) == MOST_CAUGHT_UP - timedelta(days=1)


@pytest.mark.parametrize("name", ["intake", "camera_sweep"])
def test_the_running_day_is_asked_for_again_and_so_are_days_that_were_slept_through(
    instance: dg.DagsterInstance, name: str
) -> None:
    assert days(tick(instance, name, "2026-11-25T10:10")) == ("2026-11-25", "2026-11-25")
    run = ran(instance, name, days_as_tags(wib("2026-11-25").date(), wib("2026-11-25").date()))
    assert days(tick(instance, name, "2026-11-25T10:20")) == ("2026-11-25", "2026-11-25")
    assert days(tick(instance, name, "2026-11-28T08:00")) == ("2026-11-25", "2026-11-28")
    instance.delete_run(run)
    ran(instance, name, {}, dg.DagsterRunStatus.STARTED)
    assert "running or queued" in str(tick(instance, name, "2026-11-25T10:30"))


def test_the_hourly_marts_wait_for_the_ones_before(instance: dg.DagsterInstance) -> None:
    assert isinstance(tick(instance, "marts", "2026-11-25T10:20"), dg.RunRequest)
    ran(instance, "marts", {}, dg.DagsterRunStatus.STARTED)
    assert "running or queued" in str(tick(instance, "marts", "2026-11-25T11:20"))


def test_of_a_frequent_job_one_good_run_a_day_is_kept(instance: dg.DagsterInstance) -> None:
    today = datetime.now(city_zone()).date()
    tags = days_as_tags(today, today)
    runs = [ran(instance, "intake", tags) for _ in range(3)]
    failed = ran(instance, "intake", tags, dg.DagsterRunStatus.FAILURE)
    span = ran(instance, "intake", days_as_tags(today - timedelta(days=3), today))
    runs.append(ran(instance, "intake", tags))
    night = [ran(instance, "city", tags) for _ in range(2)]
    assert forgettable(instance, datetime.now(city_zone())) == []
    later = datetime.now(city_zone()) + timedelta(days=4)
    assert set(forgettable(instance, later)) == set(runs[:-1])
    assert newest_day(instance, "intake") == today
    assert set(forgettable(instance, later + timedelta(days=400))) == {*runs, failed, span, *night}


def test_what_comes_into_the_landing_folder_starts_the_intake_once_it_has_settled(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    landing = tmp_path / "landing"
    (landing / "facebook").mkdir(parents=True)

    def evaluate(cursor: str | None) -> tuple[list[dg.RunRequest], str | None]:
        resources = {"city": City(landing=str(landing))}
        data = landing_folder.evaluate_tick(
            dg.build_sensor_context(instance=instance, cursor=cursor, resources=resources)
        )
        return list(data.run_requests or []), data.cursor

    def settle() -> None:
        for folder in (landing, landing / "facebook"):
            before = folder.stat().st_mtime - SETTLED_S - 1
            os.utime(folder, (before, before))

    (landing / "facebook" / "a.json").write_text("{}")
    assert evaluate(None) == ([], None)
    settle()
    asked, cursor = evaluate(None)
    assert len(asked) == 1
    assert evaluate(cursor) == ([], cursor)
    (landing / "facebook" / "b.json").write_text("{}")
    settle()
    assert len(evaluate(cursor)[0]) == 1
