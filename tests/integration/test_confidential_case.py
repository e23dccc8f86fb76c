"""A public report of a confidential case: its number tells no more than the confidential one would."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from tests.integration.city_of_truth import AS_OF
from tests.integration.closed_city import ClosedCity, closed_city
from tests.integration.test_followup import report
from tests.integration.test_lapor import arrived, number_on, rows, send
from tests.served import HERE, HERE_AREA, REFERENCE

TEXT = "Tiang listrik miring di depan sekolah dasar"
KNOWN = {"tracking_number", "visibility", "decision", "is_synthetic"}
REMINDER = """
    insert into ledger.reminders (case_id, reminded_at, holder_code, silent_since, is_synthetic)
    select complaint_id, %(now)s, 'dinas_bina_marga', %(now)s, true
    from ledger.tracking_numbers where tracking_number = %(number)s
"""
LINKS = """
    select duplicate_of is not null, relapse_of is not null, visibility
    from ledger.complaints inner join ledger.tracking_numbers using (complaint_id)
    where tracking_number = '{}'
"""


@pytest.fixture(scope="module")
def city(server: str, marts: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClosedCity]:
    with closed_city(server, marts, "city_of_secrets", tmp_path_factory.mktemp("city")) as city:
        yield city


def test_a_public_report_of_a_confidential_case_tells_its_status_alone(city: ClosedCity) -> None:
    hidden = report(city.http, text=TEXT, visibility="confidential")
    city.book(hidden, "proses", at=AS_OF - timedelta(hours=1))
    page = arrived(
        city.http, send(city.http, text=TEXT, visibility="public", name="Siti Contoh", contact="siti@x.example")
    )
    number = number_on(page.text)
    assert rows(city.url, LINKS.format(number)) == [(True, False, "public")]
    assert "sudah dilaporkan sebelumnya" not in page.text
    with psycopg.connect(city.url) as owner:
        owner.execute(REMINDER, {"number": hidden, "now": AS_OF})
    shown = city.http.get(f"/lacak/{number}").text
    assert "Proses" in shown
    holder = REFERENCE.skpd["dinas_bina_marga"].name
    told = (hidden, holder, "Sudah dilaporkan", "kami ingatkan", HERE.name, HERE_AREA.name, "saya-juga")
    assert not [one for one in told if one in shown]
    assert rows(city.url, f"select front.reminded('{number}')") == [(None,)]
    [(track,)] = rows(city.url, f"select front.track('{number}')")
    assert set(track["report"]) == KNOWN
    assert len(track["events"]) == 1
    # What comes back later is told on neither number.
    city.book(hidden, at=AS_OF - timedelta(minutes=30))
    said = f"Laporan {hidden} tiangnya masih miring"
    again = report(city.http, text=said, visibility="public", name="Tono Contoh", contact="tono@x.example")
    [(_, is_relapse, _)] = rows(city.url, LINKS.format(again))
    assert is_relapse
    for one in (hidden, number):
        [(afterwards,)] = rows(city.url, f"select front.afterwards('{one}', now())")
        assert afterwards["returns"] == []
        assert "belum selesai</b>" not in city.http.get(f"/lacak/{one}").text


def test_a_public_report_of_a_private_case_names_no_place_and_no_matter(city: ClosedCity) -> None:
    text = "Trotoar retak di depan pasar ikan"
    report(city.http, text=text, category="Jaringan Listrik", visibility="private")
    number = report(city.http, text=text, visibility="public", name="Siti Contoh", contact="siti@x.example")
    assert rows(city.url, LINKS.format(number)) == [(True, False, "public")]
    page = city.http.get(f"/lacak/{number}").text
    assert "Sudah dilaporkan 2 kali." in page
    assert not [one for one in (HERE.name, HERE_AREA.name, "saya-juga") if one in page]
