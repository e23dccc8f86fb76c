"""A doubt as a sentence that a person reads once, in both languages."""

import pytest

from assets.complaints.triage.credible import Signal
from assets.reports.language import language
from portal.office.verification import SIGNAL_NAMES, sentences
from portal.pages import CATALOGUES

TOLD = [
    (
        Signal.CAMPAIGN, {"accounts": 12, "hours": 3.5},
        "Teks yang sama datang dari 12 akun dalam 3,5 jam.",
        "The same text came from 12 accounts in 3.5 hours.",
    ),
    (
        Signal.REJECTED_BEFORE, {"complaints": 2},
        "2 laporan terdahulu dari pelapor ini ditolak SKPD.",
        "2 earlier reports of this reporter were rejected by an SKPD.",
    ),
    (
        Signal.PLACE_MISMATCH, {"named": "98.71.01.1001", "point_in": "98.74.01.1001", "km": 9.4},
        "Teksnya menyebut Kelurahan Kemuning, tetapi titiknya 9,4 km dari sana, di Teratai Timur.",
        "The text names Kelurahan Kemuning, but the point is 9.4 km from there, in Teratai Timur.",
    ),
    (
        Signal.JAM_NOT_SEEN, {"observations": 4, "densest_share": 0.034},
        "Laporan menyebut macet, tetapi kamera di kecamatan itu melihat jalan lengang: paling banyak 3% jalan terisi"
        " pada 4 pengamatan.",
        "The report tells of a jam, but the cameras of that kecamatan saw an empty road: at most 3% of it was filled in"
        " 4 observations.",
    ),
    (
        Signal.PHOTO_USED_BEFORE, {"complaints": 1, "different_bits": 0},
        "Fotonya juga datang bersama 1 laporan lain yang tidak berkaitan.",
        "The photo came with 1 other report too, which is not related.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("signal", "evidence", "indonesian", "english"), TOLD, ids=[one[0] for one in TOLD])
def test_a_doubt_says_what_it_rests_on(
    signal: Signal, evidence: dict[str, object], indonesian: str, english: str
) -> None:
    told = [{"signal": signal.value, "evidence": evidence, "named": "Kemuning", "point_in": "Teratai Timur"}]
    assert sentences(told, language("id", CATALOGUES)) == [indonesian]
    assert sentences(told, language("en", CATALOGUES)) == [english]


def test_a_point_beyond_the_city_is_in_no_place() -> None:
    told = {"signal": "place_mismatch", "evidence": {"km": 40.0}, "named": "Kemuning", "point_in": None}
    assert sentences([told], language("id", CATALOGUES))[0].endswith("di tempat yang tidak dikenal.")


def test_every_doubt_of_triage_has_its_words() -> None:
    assert {one[0] for one in TOLD} == set(Signal) == set(SIGNAL_NAMES)
