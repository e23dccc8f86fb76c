"""What an officer types at a counter: the form's fields, what they still lack, and the row that is handed in.

Belongs here: that draft. Does not belong here: what the database adds of the desk (desk.hand_in), the columns
(assets/complaints/channels/counter.py), the page (counter_pages.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID, uuid4

from assets.clock import city_zone
from assets.complaints.channels import counter
from assets.complaints.model import Missing
from assets.reference import Kecamatan, Kelurahan
from assets.reports.language import Language
from assets.sources.records import Record
from portal.drafts import areas, city, lacks_of
from portal.numbers import read_typed
from portal.office.visits import Officer

# Signs of each field; what is longer is cut.
LONGEST = {
    "id": 36, "text": 4000, "address": 300, "rt": 5, "rw": 5, "kelurahan": 13, "category": 60, "name": 100, "card": 1,
    "contact": 100, "completes": 60,
}  # fmt: skip
# Fields that a row holds as they are typed, by their columns.
COLUMNS = {
    "Nama Pelapor": "name", "No Telepon": "contact", "Alamat": "address", "RT": "rt", "RW": "rw",
    "Kategori": "category", "Uraian Masalah": "text", counter.COMPLETES: "completes",
}  # fmt: skip


@dataclass(frozen=True)
class CounterDraft:
    """What the form of a counter holds; `fields` has every name of `LONGEST`.

    Attributes:
        fields: As they were typed; what is chosen from a list as the city writes it.
        officer: Who types.
    """

    fields: Mapping[str, str]
    officer: Officer

    @classmethod
    def new(cls, officer: Officer, completes: str = "") -> Self:
        """An empty one, with an id of its own; `completes` is the number of the report that it completes."""
        return cls.of({"completes": completes}, officer)

    @classmethod
    def of(cls, form: Mapping[str, str], officer: Officer) -> Self:
        """Read a form; an id that is none is replaced, a kelurahan that is none is the officer's own."""
        fields = {name: form.get(name, "").strip()[:longest] for name, longest in LONGEST.items()}
        if fields["kelurahan"] not in city().kelurahan:
            fields["kelurahan"] = (officer.area_code or "") if officer.skpd_code == "kelurahan" else ""
        named = {category.name.casefold(): category.name for category in city().categories.values()}
        fields["category"] = named.get(fields["category"].casefold(), fields["category"])
        completed = read_typed(fields["completes"])
        fields["completes"] = completed.number if completed else ""
        try:
            fields["id"] = str(UUID(fields["id"]))
        except ValueError:
            fields["id"] = str(uuid4())
        return cls(fields, officer)

    @property
    def receipt(self) -> UUID:
        """What the counter asks for it by: the same however often it is sent."""
        return UUID(self.fields["id"])

    @property
    def place_code(self) -> str | None:
        """The kelurahan that was chosen; None for the kecamatan of the counter."""
        return self.fields["kelurahan"] or None

    def row(self) -> dict[str, str]:
        """The cells that are typed, by their columns."""
        typed = {column: self.fields[name] for column, name in COLUMNS.items()}
        return {**typed, counter.CARD: "ya" if self.fields["card"] else "tidak"}

    def lacks(self, now: datetime) -> tuple[Missing, ...]:
        """What triage would send it back for; of what completes a report, nothing: the rest is in that one."""
        if self.fields["completes"]:
            return ()
        kelurahan = city().kelurahan.get(self.fields["kelurahan"])
        kecamatan = city().kecamatan[kelurahan.kecamatan_code if kelurahan else str(self.officer.area_code)]
        cells = {
            **self.row(), "Tanggal": now.astimezone(city_zone()).date().isoformat(), "Kecamatan": kecamatan.name,
            "Kelurahan": kelurahan.name if kelurahan else "",
        }  # fmt: skip
        return lacks_of(counter.parse(Record(self.fields["id"], cells)), self.officer.skpd_code)


def areas_around(officer: Officer) -> Sequence[tuple[Kecamatan, Sequence[Kelurahan]]]:
    """The kelurahan of each kecamatan; the officer's own kecamatan comes first."""
    own = (officer.area_code or "")[: len("31.71.01")]
    return sorted(areas(), key=lambda area: area[0].code != own)


def in_officers_words(words: Language) -> dict[str, str]:
    """What a report may lack, as an officer asks for it."""
    return {
        Missing.REPORTER.value: words.gettext("nama pelapor"),
        Missing.PLACE.value: words.gettext("tempatnya: jalan atau kelurahan"),
        Missing.PROBLEM.value: words.gettext("masalahnya: apa yang terjadi, paling sedikit dua kata"),
    }
