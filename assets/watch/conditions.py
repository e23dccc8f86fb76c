"""What is broken now, as the city's database and the disk tell it.

Belongs here: one function for each kind of incident, which reads and decides. Does not belong here: what Dagster knows
(orchestration/failures.py), limits of age (freshness.py), what normal silence is (complaints/silence.py).
"""

import shutil
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from psycopg import Connection, sql

from assets.complaints.silence import WEEKS, silences
from assets.freshness import MARTS, SOURCES, due_since, due_week
from assets.reference import CityReference
from assets.reports.archive import archived, week_name
from assets.storage import table_name
from assets.watch.incidents import Incident, Kind
from assets.watch.words import clock

# A provider is down after so many slots of ten minutes without a new picture, and up after as many with one.
_SLOTS = 3
_SLOT = timedelta(minutes=10)
# A clerk takes what is handed in within a second or two.
_TAKEN_WITHIN = timedelta(minutes=1)
# A full disk is told while there is time to act, long before a job refuses to begin (database/disk.py); it is over only
# with some room more, so that a file that comes and goes tells nothing.
LITTLE_ROOM = 2 * 1024**3
_ROOM_AGAIN = LITTLE_ROOM * 5 // 4
# Tests that are named in one message; the run has them all.
_NAMED = 5


def red_gates(connection: Connection) -> list[Incident]:
    """Gates and dbt tests whose newest result is red, of severity fail; all red tests of one build are one incident."""
    from assets.complaints.expectations import unreadable

    rows = connection.execute(
        """
        with red as (
            select distinct on (gate, expectation, subject)
                result_id, gate, expectation, subject, expected, observed, run_id, evaluated_at
            from quality.gate_results
            where not passed and severity = 'fail'
            order by gate, expectation, subject, result_id desc
        )
        select
            gate,
            case when gate = 'dbt' then 'the build of the marts' else subject end,
            min(evaluated_at),
            array_agg(subject || ': expected ' || expected || ', found ' || observed order by result_id),
            max(run_id)
        from red
        where
            case
                -- dbt keeps no result of a model that could be built: what counts is its newest run.
                when gate = 'dbt' then run_id = (
                    select run_id from quality.gate_results
                    where gate = 'dbt' order by evaluated_at desc, result_id desc limit 1
                )
                else not exists (
                    select from quality.gate_results as later
                    where
                        later.gate = red.gate and later.evaluated_at >= red.evaluated_at
                        and later.result_id > red.result_id and later.passed
                        and later.expectation = red.expectation and later.subject = red.subject
                )
            end
        group by 1, 2
        order by 1, 2
        """
    )
    # A batch that is too small to be judged leaves no result, and releases the channel all the same.
    held = {f"newest batch of {channel}" for channel in unreadable(connection)}
    return [_red_gate(gate, subject, *told) for gate, subject, *told in rows if gate != "intake" or subject in held]


def _red_gate(gate: str, subject: str, since: datetime, found: list[str], run_id: str) -> Incident:
    more = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    title = f"Gate {gate} is red: {subject}"
    if gate == "dbt":
        others = f" and {len(found) - 1} more" if len(found) > 1 else ""
        title = f"The marts are not published: {found[0].partition(':')[0]}{others} failed"
        todo = "mend the model, the seed or the source that is named, and run again; nothing was published"
    else:
        todo = "see what it found in the UI, mend the source or its parser, and run again; jsc quarantine list"
    return Incident(
        Kind.RED_GATE, f"{gate}: {subject}", title, since,
        "; ".join(found[:_NAMED]) + more, todo, f"runs/{run_id}",
    )  # fmt: skip


def stale_marts(connection: Connection, now: datetime) -> list[Incident]:
    """The marts that readers see, where they are older than they may be."""
    [(as_of, begun_at)] = connection.execute(
        """
        select (array_agg(as_of order by published_at desc) filter (where published_at is not null))[1], min(started_at)
        from quality.mart_builds
        """
    ).fetchall()
    newest = as_of or begun_at
    if newest is None or now - newest <= MARTS:
        return []
    found = f"as of {clock(newest)}" if as_of else "none was ever published"
    return [_stale("the marts", newest + MARTS, found, "see why the run of marts failed or did not begin, and run it")]


def stale_week(connection: Connection, now: datetime, reports: Path) -> list[Incident]:
    """The forecast of the week ahead and its report, where they are not there when planners look."""
    due = due_week(now)
    [(forecast,)] = connection.execute("select max(week_start) from forecast.runs where not is_hindcast").fetchall()
    report = max((one.week_start for one in archived(reports)), default=None)
    return [
        _stale(
            name,
            due_since(due),
            f"that of {week_name(newest)}, expected {week_name(due)}",
            "see why the run of weekly_congestion_report failed or did not begin, and run it, or: jsc report make",
        )
        for name, newest in (("the forecast of the week", forecast), ("the weekly report", report))
        if newest is not None and newest < due
    ]


def stale_sources(connection: Connection, now: datetime) -> list[Incident]:
    """What the marts are made from, where nothing came for too long; a table that is empty is not judged."""
    found = []
    for table, (column, limit) in SOURCES.items():
        asked = sql.SQL("select max({}) from {}").format(sql.Identifier(column), table_name(table))
        [(newest,)] = connection.execute(asked).fetchall()
        if newest is not None and now - newest > limit:
            told = f"nothing for {_hours(now - newest)} h, expected something in {_hours(limit)} h"
            found.append(
                _stale(table, newest + limit, told, "see whether the schedule that fills it runs, and its source")
            )
    return found


def _stale(table: str, since: datetime, found: str, todo: str) -> Incident:
    return Incident(Kind.STALE_TABLE, table, f"Too old: {table}", since, found, todo, "assets")


def silent_channels(connection: Connection, now: datetime, reference: CityReference) -> list[Incident]:
    """Channels that bring nothing for longer than is normal at this hour of the week."""
    failures: dict[str, str] = dict(
        connection.execute(
            "select distinct on (channel) channel, failure from raw.fetches"
            " where failure is not null order by channel, window_start desc"
        ).fetchall()
    )
    return [
        Incident(
            Kind.SILENT_CHANNEL,
            one.channel,
            f"Channel {one.channel} is silent",
            now - timedelta(hours=one.hours),
            f"nothing for {one.hours:.0f} h; the longest silence at this hour of the past {WEEKS} weeks was"
            f" {one.normal_hours:.0f} h"
            + (f"; its source: {failures[one.channel]}" if one.channel in failures else ""),
            "ask the channel's owner whether it is down; see its source's URL and token (docs/variables.md)",
            f"assets/raw_{one.channel}__reports",
        )
        for one in silences(connection, reference, now)
        if one.excess_hours > 0
    ]


def providers_down(connection: Connection, now: datetime) -> list[Incident]:
    """Camera providers that gave no new picture in three slots, and since then not in three slots again."""
    rows = connection.execute(
        """
        with gaps as (
            select
                provider, slot_start, cameras, reason,
                slot_start - lag(slot_start) over (partition by provider order by slot_start) > %(patience)s as is_new
            from raw.provider_outages
            where slot_start > %(now)s - interval '30 days'
        ),
        outages as (
            select *, count(*) filter (where is_new) over (partition by provider order by slot_start) as outage
            from gaps
        )
        select distinct on (provider)
            provider, min(slot_start), max(slot_start), max(cameras),
            (array_agg(reason order by slot_start desc))[1], count(*)
        from outages
        group by provider, outage
        order by provider, outage desc
        """,
        {"now": now, "patience": _SLOTS * _SLOT},
    ).fetchall()
    return [
        Incident(
            Kind.PROVIDER_DOWN,
            provider,
            f"Camera provider {provider} is down",
            since,
            f"no new picture of any of its {cameras:,} cameras in {slots} slots: {reason}",
            "call the provider; its cameras are missing in the area hours until then",
            "assets/raw_cctv__live_slots",
        )
        for provider, since, last, cameras, reason, slots in rows
        if slots >= _SLOTS and not _answered_since(connection, provider, last + _SLOTS * _SLOT)
    ]


def _answered_since(connection: Connection, provider: str, slot: datetime) -> bool:
    """Whether a slot at or behind this one is kept: the outages of the provider end before it."""
    row = connection.execute(
        """
        select 1 from raw.cameras inner join raw.camera_observations using (camera_id)
        where provider = %s and slot_start >= %s
        limit 1
        """,
        [provider, slot],
    ).fetchone()
    return row is not None


def waiting_arrivals(connection: Connection) -> list[Incident]:
    """What was handed in over HTTP and waits for a clerk who does not take it: one incident, whatever the channels.

    The database's clock says how long: it stamped them, and a city's own may stand.
    """
    rows = connection.execute(
        """
        select channel, count(*), min(received_at)
        from private.arrivals
        where received_at < clock_timestamp() - %s
        group by channel
        order by channel
        """,
        [_TAKEN_WITHIN],
    ).fetchall()
    if not rows:
        return []
    told = ", ".join(f"{count:,} of {channel}" for channel, count, _ in rows)
    since = min(oldest for _, _, oldest in rows)
    return [
        Incident(
            Kind.WAITING_ARRIVALS,
            "arrivals",
            "Reports of the portal wait: no clerk takes them",
            since,
            f"{told}, the oldest since {clock(since)}; expected each to be taken within a minute",
            "start the clerk (jsc clerk), or see in its log why it does not go on; nothing is lost meanwhile",
            "assets/core_complaints__ledger",
        )
    ]


def disk_full(folder: Path, now: datetime, opened: Collection[str]) -> list[Incident]:
    """The disk of the platform's folder, where it is nearly full.

    Args:
        folder: JSC_HOME.
        now: When.
        opened: Keys of the open incidents.
    """
    free = shutil.disk_usage(folder).free
    full = Incident(
        Kind.DISK_FULL,
        str(folder),
        f"The disk of {folder} is nearly full: {room(free)} free",
        now,
        f"{room(free)} free, expected {room(LITTLE_ROOM)}; below 64 MB nothing is begun any more",
        "make room: what lies there and how long it is kept is told in docs/data-engineer.md",
    )
    return [full] if free < (_ROOM_AGAIN if full.key in opened else LITTLE_ROOM) else []


def room(free: int) -> str:
    """Bytes as a person reads them.

    >>> room(64 * 1024**2), room(5 * 1024**3)
    ('64 MB', '5.0 GB')
    """
    return f"{free / 1024**3:.1f} GB" if free >= 1024**3 else f"{free // 1024**2} MB"


def _hours(age: timedelta) -> str:
    return f"{age / timedelta(hours=1):.0f}"
