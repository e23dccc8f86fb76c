"""A complaint as others are compared with it: when, where exactly, about what, in which words.

Belongs here: that description, made of a report or of what the ledger holds. Does not belong here: comparing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from assets.complaints.triage.addresses import Address
from assets.complaints.triage.words import FILLER, city_words
from assets.places.spelling import words

# How long, how often, how bad and for whom: said of every matter.
SILENT = FILLER | frozenset(
    {
        "akan", "akibat", "anak", "awas", "bahaya", "banyak", "baru", "beberapa", "belum", "berulang", "bikin",
        "bisa", "blm", "bnyk", "bulan", "cepat", "hari", "jadi", "jam", "jangan", "kalau", "kali", "karena",
        "kejadian", "kemarin", "kembali", "korban", "krn", "lagi", "lama", "lebih", "masih", "membahayakan",
        "mengganggu", "meresahkan", "minggu", "minta", "orang", "padahal", "pasti", "peduli", "perbaikan", "perlu",
        "petugas", "resah", "rusak", "saat", "saja", "sdh", "sebelum", "sejak", "sekarang", "selalu", "sering",
        "setelah", "setiap", "tadi", "tahun", "takut", "tapi", "tdk", "terus", "tiap", "tlg", "ulang", "utk",
        "warga",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Filed:
    """One accepted complaint, or the one that a report may become. Personal data: never stored as it is.

    Attributes:
        complaint_id: Its id.
        channel: Code of the channel.
        source_record_id: The channel's id.
        source_code: The number that the reporter already holds; None without.
        case_id: The complaint whose case it joined; its own id where it joined none.
        reporter_key: See `reporter.py`; None where nobody is named.
        reported_at: When the citizen reported it; aware.
        closed_at: When its case was closed, as far as is known; None while it is open.
        kelurahan_code: None where unknown.
        kecamatan_code: None where unknown.
        point: Latitude and longitude, degrees, WGS 84; None without.
        address: Streets, RT and RW of its texts.
        category_code: None where neither channel nor text is sure.
        category_guess: The likeliest category, sure or not.
        agencies: The likeliest agencies with their probabilities.
        text_hash: See `words.text_hash`.
        text: Its own words.
        closed_by: Agency that closed its case; None while it is open.
        relapse_of: The closed case that came back as this one; None for a new matter.
    """

    complaint_id: UUID
    channel: str
    source_record_id: str
    source_code: str | None
    case_id: UUID
    reporter_key: str | None
    reported_at: datetime
    closed_at: datetime | None
    kelurahan_code: str | None
    kecamatan_code: str | None
    point: tuple[float, float] | None
    address: Address
    category_code: str | None
    category_guess: str | None
    agencies: Mapping[str, float]
    text_hash: str
    text: str
    closed_by: str | None = None
    relapse_of: UUID | None = None

    @cached_property
    def telling(self) -> frozenset[str]:
        """The words that say what is wrong: no courtesy, no number, no street, nothing that is said of every matter."""
        streets = {word for street in self.address.streets for word in street}
        return frozenset(
            word
            for word in words(self.text)
            if len(word) > 1 and word.isalpha() and word not in SILENT | city_words() | streets
        )
