"""What analysts ask for beyond service levels, against what truly happened: lists, reopenings, returns, places."""

import csv
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Json

from assets.city import city_folder
from sample_city.standing import Case
from tests import served
from tests.integration.city_of_truth import AS_OF, HOUR, SECOND, Truth, dbt, rows
from tests.integration.test_marts_truth import end_of_day, shares_of, within_sla_known_at
from tests.served import HERE, HERE_AREA

DAY = timedelta(days=1)
RED_FLAG = 6 * DAY
with (city_folder() / "sla_rules.csv").open(encoding="utf-8", newline="") as rules:
    HAS_RED_FLAG = any(rule["stage"] == "red_flag" for rule in csv.DictReader(rules))
CLOSED = {"Selesai": "resolved", "Ditolak": "rejected"}


def monday_of(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())


def test_the_officers_list_has_every_case_that_bites_and_no_other(marts: str, truth: Truth) -> None:
    found = {row["case_id"]: row for row in rows(marts, "select * from marts.mart_due_cases")}
    expected = {}
    for case_id, case in truth.cases.items():
        age = AS_OF - case.reported_at
        told = {
            "is_overdue": case.resolve_due < AS_OF,
            "is_due_soon": AS_OF <= case.resolve_due <= AS_OF + DAY,
            "is_red_flagged": HAS_RED_FLAG and age > RED_FLAG,
            "is_red_flag_soon": HAS_RED_FLAG and RED_FLAG - DAY <= age <= RED_FLAG,
        }
        if case.is_open and any(told.values()):
            expected[case_id] = told
    assert found.keys() == expected.keys()
    for case_id, told in expected.items():
        case, row = truth.cases[case_id], found[case_id]
        assert {name: row[name] for name in told} == told, case
        assert row["holder_code"] == case.holder
        assert row["hours_overdue"] == pytest.approx((AS_OF - case.resolve_due) / HOUR, abs=0.001)
        assert row["duplicates"] == case.duplicates
    bitten = {
        case_id
        for case_id, case in truth.cases.items()
        if case.is_open and HAS_RED_FLAG and RED_FLAG <= AS_OF - case.reported_at <= case.limits.resolve.hours * HOUR
    }
    assert expected
    assert bool(bitten) is HAS_RED_FLAG
    assert bitten <= found.keys()
    overdue = rows(marts, "select case_id, hours_overdue, is_red_flagged from marts.mart_overdue_cases")
    assert {row["case_id"] for row in overdue} == {key for key, told in expected.items() if told["is_overdue"]}


@pytest.mark.jakarta
def test_at_six_and_seven_days_to_the_second_nothing_has_passed(copy_of_marts: str, truth: Truth) -> None:
    """A limit that is reached at this very moment has not passed; a second later it has."""
    ages = {
        "six days": (RED_FLAG, (False, True, False, True)),
        "a second more": (RED_FLAG + SECOND, (False, True, True, False)),
        "seven days": (7 * DAY, (False, True, True, False)),
        "a second over": (7 * DAY + SECOND, (True, False, True, False)),
        "five days": (5 * DAY, (False, False, False, True)),
        "a second less than five": (5 * DAY - SECOND, None),
    }
    with psycopg.connect(copy_of_marts) as connection:
        quiet = silenced(connection, truth, len(ages))
        for case_id, (age, _) in zip(quiet, ages.values(), strict=True):
            connection.execute(
                "update ledger.complaints set reported_at = %s, decided_at = %s where complaint_id = %s",
                [AS_OF - age, AS_OF, case_id],
            )
    dbt(copy_of_marts, AS_OF, "run --full-refresh --select +mart_due_cases")
    listed = {row["case_id"]: row for row in rows(copy_of_marts, "select * from marts.mart_due_cases")}
    reasons = ("is_overdue", "is_due_soon", "is_red_flagged", "is_red_flag_soon")
    for case_id, (name, (_, expected)) in zip(quiet, ages.items(), strict=True):
        row = listed.get(case_id)
        assert (row and tuple(row[reason] for reason in reasons)) == expected, name


def silenced(connection: psycopg.Connection, truth: Truth, count: int) -> list[Any]:
    """Open cases of which no agency has said anything any more, and whose reporter was not asked back."""
    chosen = [case_id for case_id, case in truth.cases.items() if case.is_open and not case.asked_back][:count]
    for case_id in chosen:
        one = truth.cases[case_id].complaint
        connection.execute(
            "delete from raw.case_events where (channel, source_record_id) = (%s, %s) or tracking_number = %s",
            [one.channel, one.source_record_id, served.number(case_id.hex)],
        )
    assert len(chosen) == count
    return chosen


def reopenings(case: Case) -> list[tuple[str, datetime, datetime]]:
    """As what it had been closed, when, and when it was opened again."""
    told, closed = [], None
    for event in case.events:
        if event.closes:
            closed = closed or event
        elif closed:
            told.append((CLOSED[closed.status], closed.occurred_at, event.occurred_at))
            closed = None
    return told


def test_every_reopening_is_told(marts: str, truth: Truth) -> None:
    found = rows(marts, "select * from marts.fct_reopenings order by case_id, reopening_number")
    told: defaultdict[Any, list[tuple[str, datetime, datetime]]] = defaultdict(list)
    for row in found:
        told[row["case_id"]].append((row["closed_as"], row["closed_at"], row["reopened_at"]))
        assert row["is_open"] is truth.cases[row["case_id"]].is_open
    assert told == {case_id: reopenings(case) for case_id, case in truth.cases.items() if reopenings(case)}
    assert told


# Holders as the events say, with what each of them books: A and B work, V verifies.
A, B, V = "dinas_bina_marga", "dinas_sumber_daya_air", "biro_pemerintahan"
LIVES: dict[str, tuple[Sequence[tuple[str, str]], list[tuple[str, str, int, int]], int]] = {
    "handed over and back": (
        [(A, "koordinasi"), (B, "koordinasi"), (A, "proses")], [(A, "handed_back", 1, 3)], 0,
    ),
    "handed over, and on": ([(A, "koordinasi"), (B, "proses")], [], 0),
    "back and forth": (
        [(A, "koordinasi"), (B, "koordinasi"), (A, "koordinasi"), (B, "proses")],
        [(A, "handed_back", 1, 3), (B, "handed_back", 2, 4)], 0,
    ),
    "sent back by who verifies": (
        [(A, "proses"), (V, "menunggu_verifikasi"), (A, "proses"), (V, "menunggu_verifikasi")],
        [(A, "verification", 1, 3)], 0,
    ),
    "reopened twice in the same hands": (
        [(A, "proses"), (A, "selesai"), (A, "proses"), (A, "selesai"), (A, "proses")], [], 2,
    ),
    "reopened at somebody else, and back": (
        [(A, "proses"), (A, "selesai"), (B, "koordinasi"), (A, "proses")], [(A, "reopened", 1, 3)], 1,
    ),
    "closed, and closed again": ([(A, "proses"), (A, "selesai"), (A, "ditolak")], [], 0),
    "refused, reopened and resolved": (
        [(A, "proses"), (A, "ditolak"), (A, "proses"), (A, "selesai")], [], 1,
    ),
}  # fmt: skip


def test_lives_that_come_back_are_told_by_the_way_they_came(copy_of_marts: str, truth: Truth) -> None:
    with psycopg.connect(copy_of_marts) as connection:
        lives = dict(zip(silenced(connection, truth, len(LIVES)), LIVES.items(), strict=True))
        for case_id, (_, (events, _, _)) in lives.items():
            book(connection, truth.cases[case_id], case_id, events)
    dbt(copy_of_marts, AS_OF, "run --full-refresh --select +fct_returns +fct_reopenings")
    returned = rows(copy_of_marts, "select * from marts.fct_returns order by span_number")
    reopened = Counter(row["case_id"] for row in rows(copy_of_marts, "select * from marts.fct_reopenings"))
    for case_id, (name, (_, returns, times)) in lives.items():
        told = [
            (row["holder_code"], row["way"], row["earlier_span_number"], row["span_number"])
            for row in returned
            if row["case_id"] == case_id
        ]
        assert told == returns, name
        assert reopened[case_id] == times, name
    # A case that is a case no more has neither.
    gone = next(case_id for case_id, (name, _) in lives.items() if name == "reopened at somebody else, and back")
    with psycopg.connect(copy_of_marts) as connection:
        connection.execute(
            "update ledger.complaints set decision = 'rejected', decided_at = %s where complaint_id = %s",
            [AS_OF, gone],
        )
    dbt(copy_of_marts, AS_OF, "run --select +fct_returns +fct_reopenings")
    for mart in ("fct_returns", "fct_reopenings"):
        assert not rows(copy_of_marts, f"select from marts.{mart} where case_id = '{gone}'")


def book(connection: psycopg.Connection, case: Case, case_id: UUID, events: Sequence[tuple[str, str]]) -> None:
    one = case.complaint
    for number, (holder, status) in enumerate(events):
        at = case.reported_at + HOUR + number * timedelta(minutes=10)
        connection.execute(
            "insert into raw.case_events (event_id, channel, source_record_id, status, holder_code, occurred_at,"
            " booked_at, received_at, batch_id, is_synthetic)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, 'sceptic', true)",
            [f"{case_id}-{number}", one.channel, one.source_record_id, status, holder, at, at, AS_OF],
        )


def test_a_kelurahan_has_a_share_once_all_of_its_week_could_have_failed(marts: str, truth: Truth) -> None:
    cohorts: defaultdict[tuple[date, str], list[Case]] = defaultdict(list)
    for case in truth.cases.values():
        cohorts[monday_of(case.reported_at), case.complaint.kelurahan.code].append(case)
    found = {
        (row["week_start_date_wib"], row["kelurahan_code"]): row
        for row in rows(marts, "select * from marts.mart_kelurahan_sla_weekly where received > 0")
    }
    assert found.keys() == cohorts.keys()
    for key, cases in cohorts.items():
        row, judged = found[key], [one.is_resolved_in_time for one in cases if one.is_resolved_in_time is not None]
        assert (row["received"], row["judged"]) == (len(cases), len(judged))
        assert row["resolved_within_sla"] == sum(judged)
        assert row["overdue_now"] == sum(case.is_overdue for case in cases)
        known = [within_sla_known_at(case) for case in cases]
        for name, figure in shares_of("within_sla", known, judged, end_of_day(key[0], 7)).items():
            assert row[name] == pytest.approx(figure), (key, name)
        assert row["share_within_sla"] is None or row["share_within_sla_estimate"] is None
    assert any(row["share_within_sla_estimate"] is not None for row in found.values())
    assert {row["is_within_sla_mature"] for row in found.values()} == {True, False}


def test_a_channel_has_its_complaints_on_the_day_they_were_reported(copy_of_marts: str, truth: Truth) -> None:
    def told() -> dict[tuple[str, date], int]:
        asked = rows(copy_of_marts, "select * from marts.mart_channel_reported_daily")
        return {(row["channel"], row["reported_date_wib"]): row["complaints"] for row in asked}

    before = told()
    reported = Counter(
        (row["channel"], row["reported_date_wib"])
        for row in rows(copy_of_marts, "select channel, reported_date_wib from marts.fct_complaints")
    )
    assert before == reported
    cases = rows(copy_of_marts, "select sum(cases) as cases from marts.mart_channel_reported_daily")
    assert cases == [{"cases": len(truth.cases)}]
    # A backfill comes today, of complaints of three weeks ago: today has no spike.
    early = AS_OF - timedelta(days=21)
    with psycopg.connect(copy_of_marts) as connection:
        connection.execute(
            """
            create temporary table backfill on commit drop as
            select * from ledger.complaints where version = 1 and decision = 'rejected' limit 1;
            insert into raw.inbox
                (inbox_id, channel, source_record_id, content_hash, fetched_at, batch_id, is_synthetic)
            overriding system value
            select 1000000 + number, channel, 'backfill-' || number, 'b', now(), 'backfill', true
            from backfill cross join generate_series(1, 50) as number
            """
        )
        connection.execute(
            "update backfill set reported_at = %s, fetched_at = %s, decided_at = %s", [early, AS_OF, AS_OF]
        )
        connection.execute(
            """
            insert into ledger.complaints
            select (jsonb_populate_record(backfill, jsonb_build_object(
                'complaint_id', gen_random_uuid(), 'inbox_id', inbox.inbox_id,
                'source_record_id', inbox.source_record_id
            ))).*
            from backfill inner join raw.inbox on inbox.batch_id = 'backfill'
            """
        )
        [(channel,)] = connection.execute("select channel from backfill").fetchall()
    dbt(copy_of_marts, AS_OF, "run --select +mart_channel_reported_daily")
    after = told()
    changed = {key: count - before.get(key, 0) for key, count in after.items() if count != before.get(key)}
    assert changed == {(channel, early.date()): 50}


def test_a_place_is_told_without_its_point_and_never_of_fewer_than_five(marts: str, truth: Truth) -> None:
    places = rows(marts, "select * from marts.mart_repeat_places")
    assert not {"latitude", "longitude", "north", "east", "place"} & {name for row in places for name in row}
    squares = Counter(
        (row["kelurahan_code"], row["north"], row["east"], row["category_code"]) for row in rows(marts, POINTS)
    )
    expected = Counter((key[0], key[3], count) for key, count in squares.items() if count >= 5)
    assert Counter((row["kelurahan_code"], row["category_code"], row["reports"]) for row in places) == expected


POINTS = """
    select complaints.kelurahan_code, complaints.category_code,
        floor(latitude / 0.0025) as north, floor(longitude / 0.0025) as east
    from marts.fct_complaints as complaints
    inner join ledger.complaints as points using (complaint_id, version)
    where complaints.decision = 'accepted' and latitude is not null
"""


def test_reports_of_one_corner_are_one_place(copy_of_marts: str) -> None:
    """Five of a matter within one square are a place, four of another are not told, the sixth is elsewhere."""
    asked = "select complaint_id, category_code from marts.fct_complaints where decision = 'accepted' limit 10"
    chosen = [row["complaint_id"] for row in rows(copy_of_marts, asked)]
    spots = [*[("jalan", -6.2001)] * 5, *[("sampah", -6.2001)] * 4, ("jalan", -6.2101)]
    with psycopg.connect(copy_of_marts) as connection:
        # Nothing else of the kelurahan has a place.
        connection.execute("update ledger.complaints set latitude = null where kelurahan_code = %s", [HERE.code])
        for complaint_id, (category, latitude) in zip(chosen, spots, strict=True):
            connection.execute(
                "update ledger.complaints set category_code = %s, latitude = %s, longitude = 106.8001,"
                " kelurahan_code = %s, reported_at = %s, decided_at = %s where complaint_id = %s",
                [category, latitude, HERE.code, AS_OF - DAY, AS_OF, complaint_id],
            )
    dbt(copy_of_marts, AS_OF, "run --select +mart_repeat_places")
    told = rows(
        copy_of_marts,
        "select place_number, category_code, reports, days from marts.mart_repeat_places"
        f" where kelurahan_code = '{HERE.code}'",
    )
    assert told == [{"place_number": 1, "category_code": "jalan", "reports": 5, "days": 1}]


def test_the_forecast_is_told_as_it_was_published(copy_of_marts: str) -> None:
    hours = rows(copy_of_marts, "select count(*) as hours from marts.mart_jam_forecast where forecast_kind = 'week'")
    assert hours == rows(copy_of_marts, "select count(*) as hours from forecast.jam_hours")
    asked = "select * from marts.mart_jam_forecast where forecast_kind = 'next_hours'"
    assert not rows(copy_of_marts, asked)
    with psycopg.connect(copy_of_marts) as connection:
        connection.execute(
            "insert into forecast.rolling_hours (area_code, hour_start, jam_index, jam_index_mean, jam_index_p10,"
            " jam_index_p90, jam_probability, basis, cutoff, issued_at, blend, is_synthetic)"
            " values (%s, %s, 0.5, 0.5, 0.4, 0.7, 0.3, 'own', %s, %s, %s, true)",
            [HERE_AREA.code, AS_OF + HOUR, AS_OF, AS_OF, Json({"trees": 1.0})],
        )
    # Without a build: it is read as it stands.
    [row] = rows(copy_of_marts, asked)
    assert (row["jam_index"], row["jam_probability"], row["issued_at"]) == (0.5, 0.3, AS_OF)
    assert (row["blend"], row["published_as"], row["week_start"]) == ({"trees": 1.0}, "model", None)


KEYS = """
    select conrelid::regclass::text as mart, confrelid::regclass::text as other, count(*) as keys
    from pg_constraint
    where contype = 'f' and connamespace = 'marts'::regnamespace
    group by 1, 2
    order by 1, 2
"""
INCREMENTAL = ("fct_reopenings", "fct_returns", "mart_kelurahan_sla_weekly", "mart_channel_reported_daily")


def test_built_by_the_day_or_anew_the_marts_are_the_same_and_hang_together(copy_of_marts: str) -> None:
    """Foreign keys, which tools read, are there behind each build and stand in no build's way."""
    before = rows(copy_of_marts, KEYS)
    assert {
        ("marts.fct_holder_spans", "marts.fct_complaints"),
        ("marts.fct_complaints", "marts.dim_skpd"),
        ("marts.fct_returns", "marts.fct_complaints"),
    } <= {(row["mart"], row["other"]) for row in before}

    def told(mart: str) -> list[dict[str, Any]]:
        return rows(copy_of_marts, f"select to_jsonb(mart) - 'as_of' as row from marts.{mart} as mart order by 1")

    dbt(copy_of_marts, AS_OF + DAY, "run")
    by_the_day = {mart: told(mart) for mart in INCREMENTAL}
    assert all(by_the_day.values())
    assert rows(copy_of_marts, KEYS) == before
    dbt(copy_of_marts, AS_OF + DAY, "run --full-refresh")
    assert {mart: told(mart) for mart in INCREMENTAL} == by_the_day
    assert rows(copy_of_marts, KEYS) == before


def test_the_rules_are_read_beside_the_figures(marts: str, truth: Truth) -> None:
    [rule] = rows(marts, "select * from marts.dim_sla_rules where stage = 'resolve' and scope = 'any' and is_in_force")
    assert {case.limits.resolve.hours for case in truth.cases.values()} == {rule["limit_hours"]}
    levels = rows(marts, "select level_code from marts.dim_traffic_levels order by jam_index_from")
    assert [level["level_code"] for level in levels] == ["lancar", "ramai_lancar", "padat", "macet"]
