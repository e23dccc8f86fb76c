"""Nilai: who holds a number rates what was done, once for each completion, and it is published with its n."""

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from statistics import mean
from typing import Any

import httpx
import psycopg
import pytest

from benchmarks.judged_city import id_of
from tests import served
from tests.integration.city_of_truth import AS_OF, Truth, dbt
from tests.integration.city_of_truth import rows as records
from tests.integration.closed_city import ClosedCity, closed_city
from tests.integration.desk_browser import at_desk
from tests.integration.site import Site, publish_again
from tests.integration.test_followup import report
from tests.integration.test_lapor import NASTY, hidden, rows
from tests.served import HERE

BUILT = (
    "fct_case_events fct_complaints int_unit_scores mart_unit_ranking mart_rating_weekly portal_units portal_ratings"
)
LATER = AS_OF + timedelta(hours=1)
DAY = timedelta(days=1)
FIRST = served.number("2603010001")
RATED = "Hasilnya sudah dinilai dari nomor ini."


@pytest.fixture(scope="module")
def city(server: str, marts: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClosedCity]:
    with closed_city(server, marts, "city_of_ratings", tmp_path_factory.mktemp("city")) as city:
        yield city


def rate(http: httpx.Client, number: str, given: str = "4") -> httpx.Response:
    """Open the form of a number and send it; the answer to the form where there is none."""
    path = f"/lacak/{number}/nilai"
    page = http.get(path)
    if page.status_code != 200:
        return page
    return http.post(path, data={"token": hidden(page.text)["token"], "nilai": given})


def given_to(url: str, number: str) -> list[int]:
    query = (
        "select rating from raw.ratings inner join ledger.tracking_numbers using (complaint_id)"
        f" where tracking_number = '{number}'"
    )
    return [rating for (rating,) in rows(url, query)]


def directly(city: ClosedCity, number: str, given: int) -> str:
    """What the database answers the portal's role."""
    with psycopg.connect(city.portal) as portal:
        [(answer,)] = portal.execute("select front.rate(%s, %s, %s)", [number, given, AS_OF]).fetchall()
        return str(answer)


@pytest.mark.parametrize("visibility", ["public", "private", "confidential"])
def test_what_was_done_is_rated_once_and_changed_within_a_day(city: ClosedCity, visibility: str) -> None:
    number = report(city.http, visibility=visibility, text=f"Lampu jalan {visibility} mati")
    assert rate(city.http, number).headers["location"] == f"/lacak/{number}#nilai"
    assert given_to(city.url, number) == []
    city.book(number)
    page = city.http.get(f"/lacak/{number}")
    assert f"/lacak/{number}/nilai" in page.text
    assert HERE.name not in city.http.get(f"/lacak/{number}/nilai").text
    for given in ("4", "2"):
        sent = rate(city.http, number, given)
        assert (sent.status_code, sent.headers["location"]) == (303, f"/lacak/{number}#nilai")
        assert given_to(city.url, number) == [int(given)]
        assert RATED in city.http.get(f"/lacak/{number}").text
    with psycopg.connect(city.url) as owner:
        owner.execute("update raw.ratings set first_given_at = first_given_at - interval '25 hours'")
    assert rate(city.http, number, "5").headers["location"] == f"/lacak/{number}#nilai"
    page = city.http.get(f"/lacak/{number}").text
    assert RATED in page
    assert f"/lacak/{number}/nilai" not in page
    assert directly(city, number, 5) == "kept"
    assert given_to(city.url, number) == [2]


def test_a_second_completion_is_rated_anew(city: ClosedCity) -> None:
    number = report(city.http, text="Trotoar pecah dua kali")
    city.book(number, at=AS_OF - 3 * DAY)
    rate(city.http, number, "1")
    city.book(number, "proses", at=AS_OF - 2 * DAY)
    assert rate(city.http, number).status_code == 303
    city.book(number, at=AS_OF - DAY)
    assert RATED not in city.http.get(f"/lacak/{number}").text
    rate(city.http, number, "5")
    assert sorted(given_to(city.url, number)) == [1, 5]


def test_each_number_of_a_case_has_a_rating_of_its_own(city: ClosedCity) -> None:
    text = "Pohon tumbang menutup jalan depan pasar"
    first = report(city.http, text=text)
    second = report(city.http, text=text, name="Siti Contoh", contact="0813 0000 0002")
    city.book(first)
    for number, given in ((first, "5"), (second, "1")):
        rate(city.http, number, given)
    assert (given_to(city.url, first), given_to(city.url, second)) == ([5], [1])


def test_what_one_number_gave_is_told_to_nobody(city: ClosedCity) -> None:
    """Neither to who knows a public number, nor to the agency that did the work."""
    number = report(city.http, text="Halte bus bocor", visibility="public")
    city.book(number)
    rate(city.http, number, "2")
    assert "checked" not in city.http.get(f"/lacak/{number}/nilai").text
    officer = at_desk(city.http, city.desk.arrive("marga.nilai", "dinas_bina_marga"))
    pages = [city.http.get(f"/lacak/{number}").text, officer.get(f"/petugas/kasus/{number}").text]
    assert not [page for page in pages if "dari 5" in page]
    told = [rows(city.url, f"select front.{what}")[0][0] for what in (
        f"track('{number}')", f"afterwards('{number}', now())",
    )]  # fmt: skip
    token = city.desk.arrive("marga.json", "dinas_bina_marga")
    with city.desk.acting(token) as desk:
        told += [row["told"] for row in desk.execute("select desk.case_of(%s) as told", [number])]
    assert len(told) == 3
    assert None not in told
    assert '"rating"' not in json.dumps(told)


def test_nothing_is_rated_that_was_not_done_or_is_long_ago(city: ClosedCity) -> None:
    refused, old, returned = (
        report(city.http, text=f"Saluran air {one} mampet") for one in ("pertama", "kedua", "ketiga")
    )
    city.book(refused, "ditolak")
    city.book(old, at=AS_OF - 31 * DAY)
    city.book(returned)
    with psycopg.connect(city.url) as owner:
        owner.execute(
            "update ledger.complaints set decision = 'returned' from ledger.tracking_numbers as numbers"
            " where numbers.complaint_id = complaints.complaint_id and tracking_number = %s",
            [returned],
        )
    for number in (refused, old, returned):
        assert rate(city.http, number).status_code == 303
        assert f"/lacak/{number}/nilai" not in city.http.get(f"/lacak/{number}").text
        assert given_to(city.url, number) == []
    assert directly(city, old, 3) == "too_late"
    assert directly(city, refused, 3) == directly(city, returned, 3) == "not_done"
    assert directly(city, served.number("0001010001"), 3) == "not_done"


def test_what_is_no_rating_is_refused_and_nothing_is_written(city: ClosedCity) -> None:
    number = report(city.http, text="Rambu jalan hilang")
    city.book(number)
    for given in ("0", "6", "-1", "4.5", "", "1" * 3000, NASTY, "٤"):
        assert rate(city.http, number, given).status_code == 422
    path = f"/lacak/{number}/nilai"
    token = hidden(city.http.get(path).text)["token"]
    for body in (b"a" * 1_000_000, b"&".join(b"a=1" for _ in range(1000)), b"\xff" * 100):
        assert city.http.post(path, content=body).status_code == 422
    for other in ({}, {"token": ""}, {"token": "a.b.c"}, {"token": token[:-2]}):
        assert city.http.post(path, data={"nilai": "5", **other}).status_code == 403
    with httpx.Client(base_url=city.http.base_url) as stranger:
        assert stranger.post(path, data={"nilai": "5", "token": token}).status_code == 403
    for typed in ("halo", "<script>", served.number("0001010001")):
        answer = city.http.get(f"/lacak/{typed}/nilai")
        assert answer.status_code in (404, 422)
        assert "<script>" not in answer.text
    for wrong in (0, 6, -1):
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="expected a rating of 1 to 5"):
            directly(city, number, wrong)
    assert given_to(city.url, number) == []


def test_a_client_rates_so_often_a_day(city: ClosedCity) -> None:
    numbers = [report(city.http, text=f"Lubang nomor {one} di jalan") for one in ("satu", "dua", "tiga")]
    for number in numbers:
        city.book(number)
    with psycopg.connect(city.url) as owner:
        owner.execute("delete from front.spendings where kind = 'rating'")
    with Site(city.portal, ratings=2) as http:
        answers = [rate(http, number) for number in numbers]
        assert [answer.status_code for answer in answers] == [303, 303, 429]
        assert "Coba lagi besok" in answers[2].text
        assert rate(http, served.number("0001010001")).status_code == 404
    assert [len(given_to(city.url, number)) for number in numbers] == [1, 1, 0]


def test_the_portal_writes_ratings_by_the_function_alone(city: ClosedCity) -> None:
    with psycopg.connect(city.portal, autocommit=True) as portal:
        for forbidden in (
            "select * from raw.ratings", "insert into raw.ratings default values", "delete from raw.ratings",
            f"select * from front.standing('{FIRST}')", f"select * from front.shown_pictures('{FIRST}')",
            "select * from private.report_pictures", "select * from private.work_pictures",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                portal.execute(forbidden.encode())
    with psycopg.connect(city.desk.desk, autocommit=True) as desk, pytest.raises(psycopg.errors.InsufficientPrivilege):
        desk.execute(f"select front.rate('{FIRST}', 5, now())")


def expected_weeks(truth: Truth, given: dict[Any, list[int]]) -> dict[tuple[str, date], tuple[Any, ...]]:
    """What each holder's week has: resolved, rated, ratings, mean; of fewer than five nothing."""
    weeks: defaultdict[tuple[str, date], list[list[int]]] = defaultdict(list)
    for case_id, case in truth.cases.items():
        if case.resolved_at is not None:
            day = case.reported_at.date()
            by_agency = [event.rating for event in case.events if event.rating]
            weeks[case.holder, day - timedelta(days=day.weekday())].append(given.get(case_id) or by_agency[-1:])
    told = {}
    for key, cases in weeks.items():
        rated = [mean(ratings) for ratings in cases if ratings]
        figures = (len(rated), sum(map(len, cases)), mean(rated or [0]))
        if len(cases) >= 5:
            told[key] = (len(cases), *(figures if len(rated) >= 5 else (None,) * 3))
    return told


def test_what_is_published_is_exact_and_of_five_at_least(city: ClosedCity, truth: Truth) -> None:
    numbers = {
        row["complaint_id"]: row["tracking_number"]
        for row in records(city.url, "select complaint_id, tracking_number from ledger.tracking_numbers")
    }
    later = defaultdict(list)
    for row in records(
        city.url, "select complaint_id, duplicate_of from marts.fct_complaints where decision = 'accepted'"
    ):
        later[row["duplicate_of"]].append(row["complaint_id"])
    given: dict[Any, list[int]] = {}
    for place, (case_id, case) in enumerate(truth.cases.items()):
        if case.resolved_at is None or place % 3 or any(event.rating for event in case.events if place % 2):
            continue
        holders = [case_id, *later[case_id]]
        given[case_id] = [place % 5 + 1 - number % 2 if place % 5 else 5 for number in range(len(holders))]
        for complaint, rating in zip(holders, given[case_id], strict=True):
            assert directly(city, numbers[complaint], rating) == "rated"
    assert len(given) > 50
    assert any(len(ratings) > 1 for ratings in given.values())
    with psycopg.connect(city.url) as owner:
        # Those of the other tests are of cases that the truth does not know.
        owner.execute(
            "delete from raw.ratings where complaint_id <> all(%s)",
            [[one for held in given for one in [held, *later[held]]]],
        )
        owner.execute("delete from raw.case_events where batch_id = 'booked'")
        owner.execute(
            "update ledger.complaints set decision = 'rejected', reasons = '{repeated}' where complaint_id <> all(%s)",
            [[id_of(one.name) for one in truth.complaints]],
        )
    dbt(city.url, LATER, f"run --select {BUILT}", f"test --select {BUILT}")
    found = {
        (row["skpd_code"], row["week_start_date_wib"]): tuple(
            row[name] for name in ("resolved", "rated", "ratings", "mean_rating")
        )
        for row in records(city.url, "select * from marts.mart_rating_weekly")
    }
    expected = expected_weeks(truth, given)
    assert found.keys() == expected.keys()
    for key, figures in expected.items():
        assert found[key] == pytest.approx(figures), key
    assert any(rated is None for _, rated, *_ in found.values())
    publish_again(city.url)
    time.sleep(1.2)
    check_pages(city)


def check_pages(city: ClosedCity) -> None:
    """What citizens and machines are told of the 90 days."""
    units = records(city.url, "select * from marts.mart_unit_ranking where unit_kind = 'skpd'")
    told = {one["unit_code"]: one for one in city.http.get("/api/units/skpd").json()["units"]}
    page = city.http.get("/skpd").text
    for unit in units:
        is_told = unit["ratings"] > 0
        assert told[unit["unit_code"]]["ratings"] == (unit["ratings"] if is_told else None)
        assert told[unit["unit_code"]]["mean_rating"] == (pytest.approx(unit["mean_rating"]) if is_told else None)
        if is_told:
            mean_rating = f"{unit['mean_rating']:.1f}".replace(".", ",")
            assert f"{mean_rating} <small>dari {unit['ratings']} kasus</small>" in page
    assert {unit["ratings"] > 0 for unit in units} == {True, False}
    lines = city.http.get("/data/nilai_mingguan.csv").text.splitlines()
    assert len(lines) == 1 + len(records(city.url, "select * from marts.mart_rating_weekly"))
    assert "tracking_number" not in lines[0]
