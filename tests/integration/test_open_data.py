"""The open data: public reports row by row, all others in counts, and nobody found by where and when."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from assets.city import city
from tests.integration.city_of_truth import AS_OF, dbt, rows
from tests.integration.taken_back import say
from tests.integration.test_followup import BEYOND

OPEN = "fct_complaints int_open_reports int_open_weeks int_open_rest mart_open_complaints mart_open_counts"
LISTED = "select * from marts.mart_open_complaints"
COUNTED = "select * from marts.mart_open_counts"
ACCEPTED = """
    select complaints.*, numbers.open_key::text as report_key, kecamatan.kota_code
    from marts.fct_complaints as complaints
    inner join ledger.tracking_numbers as numbers using (complaint_id)
    left join reference.kecamatan using (kecamatan_code)
    where decision = 'accepted'
"""
LATER = AS_OF + timedelta(days=1)
LENGTHS = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=31), "all_time": None}


def shown_area(row: dict[str, Any]) -> str:
    """The smallest area that a listed row names."""
    return str(row["kelurahan_code"] or row["kecamatan_code"] or row["kota_code"])


def covers(area: str, period: str, start: date | None, person: dict[str, Any]) -> bool:
    """Whether a cell may hold somebody of whom place and day are known."""
    areas = {person["kelurahan_code"], person["kecamatan_code"], person["kota_code"], city().code}
    if area not in areas:
        return False
    length, day = LENGTHS[period], person["reported_date_wib"]
    if start is None or length is None:
        return True
    return (start.year, start.month) == (day.year, day.month) if period == "month" else start <= day < start + length


def cells(url: str) -> Counter[tuple[Any, ...]]:
    """What everybody sees: how many reports each cell has, by whether they are listed, area and period."""
    listed = Counter((True, shown_area(row), row["period"], row["period_start_date_wib"]) for row in rows(url, LISTED))
    counted = {
        (False, row["area_code"], row["period"], row["period_start_date_wib"]): row["reports"]
        for row in rows(url, COUNTED)
    }
    return listed + Counter(counted)


def check(url: str) -> None:
    """What holds of every city: nobody is listed who is not public, cells are of five, sums are the ledger's."""
    accepted, found = rows(url, ACCEPTED), cells(url)
    assert found.total() == len(accepted)
    assert min(found.values()) >= 5
    public = {row["report_key"] for row in accepted if row["visibility"] == "public"}
    assert {row["report_key"] for row in rows(url, LISTED)} <= public


def test_the_open_data_add_up_and_list_what_is_public_alone(marts: str) -> None:
    check(marts)
    said = Counter(row["visibility"] for row in rows(marts, ACCEPTED))
    assert min(said[one] for one in ("public", "private", "confidential")) >= 1
    assert len(rows(marts, LISTED)) > said["public"] * 0.9, "listing is the rule for what is public"


def test_nobody_is_singled_out_by_place_and_day(marts: str) -> None:
    found = cells(marts)
    for person in rows(marts, ACCEPTED):
        may_be_in = {cell: count for cell, count in found.items() if covers(*cell[1:], person)}
        assert may_be_in, "the sums say that everybody is somewhere"
        assert min(may_be_in.values()) >= 5
        # Who knows how cells are made knows the one: the finest that is there. Listed or counted, five share it.
        assert not [cell for cell, count in may_be_in.items() if count < 5]


def test_a_private_reporter_has_no_row_and_a_public_one_is_one_of_five(marts: str) -> None:
    listed = {row["report_key"]: row for row in rows(marts, LISTED)}
    same_cell = Counter((shown_area(row), row["period"], row["period_start_date_wib"]) for row in listed.values())
    for person in rows(marts, ACCEPTED):
        row = listed.get(person["report_key"])
        assert person["visibility"] == "public" or row is None
        if row is not None:
            cell = (shown_area(row), row["period"], row["period_start_date_wib"])
            assert covers(*cell, person)
            assert same_cell[cell] >= 5


def test_no_number_no_hour_and_no_exact_duration_is_in_them(marts: str) -> None:
    numbers = {row["tracking_number"] for row in rows(marts, ACCEPTED)}
    ids = {str(row["complaint_id"]) for row in rows(marts, ACCEPTED)}
    told = [row for query in (LISTED, COUNTED) for row in rows(marts, query)]
    assert not [row for row in told if {str(value) for value in row.values()} & (numbers | ids)]
    types = rows(
        marts,
        "select table_name, column_name, data_type from information_schema.columns"
        " where table_name in ('mart_open_complaints', 'mart_open_counts') and table_schema = 'marts'",
    )
    finer = {one["column_name"] for one in types if one["data_type"].startswith(("timestamp", "double", "numeric"))}
    assert finer == {"as_of"}
    assert len({row["as_of"] for row in told}) == 1, "the build of a row would tell when something happened to it"


# What may come about a report from one build to the next: another visibility, decision, day, week or place; and new
# ones of an old week. Each is a version of its own, as triage books it, of every 40th report from another one on.
CHANGES = {
    "visibility": "visibility = case visibility when 'public' then 'confidential' else 'public' end",
    "decision": "decision = 'rejected', reasons = '{spam}'",
    "day": "reported_at = reported_at - interval '1 day'",
    "week": "reported_at = reported_at - interval '8 days'",
    "place": "kelurahan_code = null",
    "area": "kelurahan_code = null, kecamatan_code = null",
    "new": "complaint_id = gen_random_uuid(), version = 1, duplicate_of = null, relapse_of = null",
}
VERSION = """
    with numbered as (
        select distinct on (complaint_id) complaints.*
        from ledger.complaints
        order by complaint_id, version desc
    ),
    chosen as (
        select *, row_number() over (order by complaint_id) %% 40 as share from numbered where decision = 'accepted'
    )
    select * into temporary changed from chosen where share = %s
"""


def change(connection: psycopg.Connection, share: int, changed: str) -> None:
    """Book a version of every 40th accepted report, decided now."""
    connection.execute(VERSION, [share])
    connection.execute("alter table changed drop column share")
    connection.execute(
        "update changed set version = version + 1, decided_at = %s, inbox_id = inbox_id + %s",
        [LATER - timedelta(hours=1), (share + 1) * 1_000_000],
    )
    connection.execute(f"update changed set {changed}".encode())
    connection.execute(
        """
        insert into raw.inbox (
            inbox_id, channel, source_record_id, content_hash, fetched_at, batch_id, is_synthetic
        ) overriding system value
        select inbox_id, channel, source_record_id, inbox_id::text, decided_at, batch_id, true from changed
        """
    )
    connection.execute("insert into ledger.complaints select * from changed")
    connection.execute(
        """
        insert into ledger.tracking_numbers (tracking_number, complaint_id, issued_at, is_carried)
        select 'later-' || complaint_id, complaint_id, decided_at, false from changed
        on conflict (complaint_id) do nothing
        """
    )
    connection.execute("drop table changed")


def test_a_day_s_changes_leave_what_a_build_of_everything_gives(copy_of_marts: str) -> None:
    def told() -> dict[str, list[str]]:
        return {
            table: sorted(
                str({name: value for name, value in row.items() if name != "as_of"})
                for row in rows(copy_of_marts, f"select * from {table}")
            )
            for table in (
                "intermediate.int_open_weeks",
                "intermediate.int_open_rest",
                "marts.mart_open_complaints",
                "marts.mart_open_counts",
            )
        }

    before = told()
    with psycopg.connect(copy_of_marts) as connection:
        for share, changed in enumerate(CHANGES.values()):
            change(connection, share, changed)
    dbt(copy_of_marts, LATER, f"run --select {OPEN}", f"test --select {OPEN}")
    daily = told()
    check(copy_of_marts)
    assert all(daily[table] != before[table] for table in daily if "rest" not in table)
    dbt(copy_of_marts, LATER, f"run --full-refresh --select {OPEN}")
    assert told() == daily


def test_a_week_in_which_nothing_changed_is_not_written_again(copy_of_marts: str) -> None:
    with psycopg.connect(copy_of_marts) as connection:
        [(day,)] = connection.execute("select min(reported_date_wib) from intermediate.int_open_weeks").fetchall()
        connection.execute(
            """
            insert into ledger.set_aside (inbox_id, channel, reason, complaint_id, occurred_at, decided_at, batch_id)
            select inbox_id, channel, 'hidden', complaint_id, decided_at, %(now)s, 'later'
            from ledger.complaints
            where complaint_id in (
                select complaint_id from intermediate.int_open_weeks
                where is_listed and reported_date_wib = %(day)s limit 1
            )
            """,
            {"day": day, "now": LATER - timedelta(hours=1)},
        )
    dbt(copy_of_marts, LATER, f"run --select {OPEN}")
    written = "select distinct week_start_date_wib from intermediate.int_open_weeks where as_of = %s"
    with psycopg.connect(copy_of_marts) as connection:
        assert connection.execute(written, [LATER]).fetchall() == [(day - timedelta(days=day.weekday()),)]
    check(copy_of_marts)


def test_a_key_is_random_and_stays(copy_of_marts: str) -> None:
    before = {row["report_key"] for row in rows(copy_of_marts, LISTED)}
    dbt(copy_of_marts, AS_OF, f"run --select {OPEN}")
    assert {row["report_key"] for row in rows(copy_of_marts, LISTED)} == before
    version = "select distinct uuid_extract_version(open_key) as version from ledger.tracking_numbers"
    assert rows(copy_of_marts, version) == [{"version": 4}]


@pytest.mark.parametrize("left", [0, 1, 4, 5])
def test_few_private_reports_are_counted_with_others(copy_of_marts: str, left: int) -> None:
    with psycopg.connect(copy_of_marts) as connection:
        connection.execute(
            """
            update ledger.complaints
            set visibility = case when complaint_id in (
                select complaint_id from marts.fct_complaints where decision = 'accepted'
                order by complaint_id limit %s
            ) then 'confidential' else 'public' end
            """,
            [left],
        )
    dbt(copy_of_marts, AS_OF, f"run --full-refresh --select {OPEN}", f"test --select {OPEN}")
    check(copy_of_marts)
    [(confidential,)] = {(sum(row["visibility"] != "public" for row in rows(copy_of_marts, ACCEPTED)),)}
    assert confidential == left


@pytest.mark.parametrize(("reason", "is_listed"), [("hidden", False), ("removed", False), ("unhidden", True)])
def test_what_its_reporter_took_back_is_counted_alone(copy_of_marts: str, reason: str, is_listed: bool) -> None:
    taken = rows(copy_of_marts, LISTED)[0]["report_key"]
    number = rows(copy_of_marts, f"select tracking_number from ledger.tracking_numbers where open_key = '{taken}'")[0]
    rows(copy_of_marts, BEYOND)
    say(copy_of_marts, number["tracking_number"], ("hidden", reason))
    dbt(copy_of_marts, AS_OF, f"run --select {OPEN}", f"test --select {OPEN}")
    assert (taken in {row["report_key"] for row in rows(copy_of_marts, LISTED)}) is is_listed
    check(copy_of_marts)
