"""What is told of a case: one SMS for every agency, and no more than its visibility lets."""

import csv
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from assets.cases.news.timeline import CaseReport, Event, News
from assets.cases.news.words import Vocabulary, status_name
from assets.city import CITIES, COUNTRY
from assets.complaints.model import Visibility
from assets.complaints.outbox.address import LONGEST, MAIL, SMS, PublicAddress, ended
from assets.complaints.outbox.answers import NEWS, MessageKind
from assets.messages.smsd import MOST_LETTERS
from assets.reference import load_reference
from assets.statuses import CaseStatus

REFERENCE = load_reference(CITIES / "jakarta")
NUMBER, TOKEN = "JK250305989999", "a" * 22
URL = "https://" + "k" * (LONGEST - 8)
MOMENT = datetime.fromisoformat("2025-12-28T10:00:00+07:00")
WORDS = Vocabulary(REFERENCE, PublicAddress(url=URL))
LONGEST_KELURAHAN = max(REFERENCE.kelurahan.values(), key=lambda one: len(one.name))
STATUS_OF = {
    MessageKind.HANDOVER: [CaseStatus.KOORDINASI], MessageKind.PROMISE: [CaseStatus.ESTIMASI_WAKTU_SELESAI],
    MessageKind.CLOSING: [CaseStatus.SELESAI, CaseStatus.DITOLAK], MessageKind.QUESTION: [CaseStatus.PROSES],
}  # fmt: skip


def report(visibility: Visibility = Visibility.PUBLIC) -> CaseReport:
    category = max(REFERENCE.categories.values(), key=lambda one: len(one.name)).code
    return CaseReport(UUID(int=1), 1, NUMBER, SMS, "+62", visibility, category, LONGEST_KELURAHAN.code, False)


def news(kind: MessageKind, holder: str = "dinas_bina_marga", status: CaseStatus | None = None) -> News:
    promised = MOMENT if kind is MessageKind.PROMISE else None
    return News(kind, Event("e", status or STATUS_OF[kind][0], holder, MOMENT, MOMENT, promised))


def test_what_an_officer_wrote_is_told_where_there_is_room_and_nobody_else_reads() -> None:
    event = Event("e", CaseStatus.PROSES, "dinas_bina_marga", MOMENT, MOMENT, None, True, "Yang\nmana?")
    asked, private = News(MessageKind.QUESTION, event), Visibility.PRIVATE
    told = {way: WORDS.news(report(private), asked, private, way) for way in (MAIL, SMS, "facebook")}
    asks = f'Kabar laporan {NUMBER}: Dinas Bina Marga menunggu jawaban Anda. "Yang mana?"'
    assert told[MAIL] == f"{asks} Jawab: {URL}/lacak/{NUMBER}/jawab"
    assert "mana" not in told[SMS] + told["facebook"]
    hidden = WORDS.news(report(), asked, Visibility.CONFIDENTIAL, MAIL)
    assert hidden == f"Kabar laporan {NUMBER}: kini Proses. Petugas menunggu jawaban Anda dan akan menghubungi Anda."


def fits(body: str, kind: MessageKind) -> bool:
    return len(ended(body, kind, SMS, TOKEN, WORDS.address)) <= MOST_LETTERS and body.isascii()


@pytest.mark.parametrize("skpd", REFERENCE.skpd.values(), ids=lambda skpd: skpd.code)
@pytest.mark.parametrize("visibility", Visibility)
def test_news_of_every_agency_fits_one_sms(skpd: Any, visibility: Visibility) -> None:
    for kind, statuses in STATUS_OF.items():
        for status in statuses:
            body = WORDS.news(report(), news(kind, skpd.code, status), visibility, SMS)
            assert fits(body, kind), body
            assert NUMBER in body
            # Who can object is told where.
            assert (f"{URL}/lacak/{NUMBER}/belum-selesai" in body) == (kind is MessageKind.CLOSING)
    body = WORDS.silence(report(), CaseStatus.ESTIMASI_WAKTU_SELESAI, skpd.code, MOMENT, visibility, SMS)
    assert fits(body, MessageKind.SILENCE), body


@pytest.mark.parametrize(("kind", "way"), product(STATUS_OF, ["smtp", SMS]))
def test_a_private_number_names_no_place_and_a_confidential_one_its_status_alone(kind: MessageKind, way: str) -> None:
    told = {one: WORDS.news(report(), news(kind), one, way) for one in Visibility}
    place = LONGEST_KELURAHAN.name
    assert (place in told[Visibility.PUBLIC]) == (way == "smtp")
    assert place not in told[Visibility.PRIVATE]
    assert "Bina Marga" not in told[Visibility.CONFIDENTIAL]
    assert "2025" not in told[Visibility.CONFIDENTIAL]
    assert f"kini {status_name(STATUS_OF[kind][0])}." in told[Visibility.CONFIDENTIAL]
    if way == "smtp":
        assert "Bina Marga" in told[Visibility.PRIVATE]


def test_a_short_public_sms_names_the_matter_and_the_place() -> None:
    short = CaseReport(UUID(int=1), 1, NUMBER, SMS, "+62", Visibility.PUBLIC, None, "31.71.01.1001", False)
    assert "(Gambir)" in WORDS.news(short, news(MessageKind.HANDOVER), Visibility.PUBLIC, SMS)


def test_digests_and_confirmations_fit_one_sms() -> None:
    digest = WORDS.digest(LONGEST_KELURAHAN.code, (1234, MOMENT), (1234, MOMENT))
    assert fits(digest, MessageKind.DIGEST), digest
    assert WORDS.digest("31.71.01.1001", (7, MOMENT), (0, MOMENT)) == (
        "Kabar Kelurahan Gambir: 7 kasus baru sejak 28 Des 2025."
    )
    for asked in ((NUMBER, None), (None, LONGEST_KELURAHAN.code)):
        assert fits(WORDS.confirmation(*asked), MessageKind.CONFIRMATION)
    whole = ended(WORDS.confirmation(NUMBER, None), MessageKind.CONFIRMATION, SMS, TOKEN, WORDS.address)
    assert f"balas YA atau buka {URL}/kabar/ya/{TOKEN}" in whole


@pytest.mark.parametrize("kind", sorted(NEWS))
def test_all_news_says_how_it_is_stopped(kind: MessageKind) -> None:
    assert f"{URL}/kabar/henti/{TOKEN}" in ended("Kabar.", kind, "smtp", TOKEN, WORDS.address)
    for way in (SMS, "whatsapp"):
        assert "BERHENTI" in ended("Kabar.", kind, way, TOKEN, WORDS.address)


def test_an_agency_is_told_its_numbers() -> None:
    mail = WORDS.reminder("dinas_bina_marga", [(NUMBER, MOMENT)] * 300)
    assert mail.startswith("Kepada Dinas Bina Marga:\ndari 300 kasus")
    assert mail.count(NUMBER) == 200
    assert "dan 100 lagi" in mail


def test_statuses_are_named_as_the_city_names_them() -> None:
    with (COUNTRY / "case_statuses.csv").open(encoding="utf-8", newline="") as file:
        named = {row["status_code"]: row["status_name"] for row in csv.DictReader(file)}
    assert {status.value: status_name(status) for status in CaseStatus} == named


@pytest.mark.parametrize("url", ["lapor.example.org", "https://" + "k" * LONGEST, "javascript:alert(1)"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="expected https://"):
        PublicAddress(url=url)
