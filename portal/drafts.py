"""A report before it is sent: what its form holds, what it still lacks, and what is handed in.

Belongs here: that draft. Does not belong here: the page (report.py), the channel's format
(assets/complaints/channels/portal.py).
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Self
from uuid import UUID, uuid4

from assets.city import city_folder
from assets.complaints.channels import portal
from assets.complaints.model import Missing, Report, Visibility
from assets.complaints.tracking import is_number
from assets.complaints.triage.complete import missing
from assets.complaints.triage.words import whereabouts
from assets.places.gazetteer import Gazetteer
from assets.places.place import locate
from assets.reference import CityReference, Kecamatan, Kelurahan, load_reference
from assets.reports.language import Language
from assets.sources.records import Record

# Signs of each field; what is longer is cut.
LONGEST = {
    "id": 36, "name": 100, "contact": 100, "text": 4000, "address": 300, "kelurahan": 13, "latitude": 20,
    "longitude": 20, "category": 60, "visibility": 12, "joins": 20,
}  # fmt: skip


@cache
def city() -> CityReference:
    """The city's reference data, read once."""
    return load_reference(city_folder())


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer(city(), None)


@cache
def areas() -> Sequence[tuple[Kecamatan, Sequence[Kelurahan]]]:
    """The kelurahan of each kecamatan, both by name."""
    return [
        (kecamatan, sorted((one for one in city().kelurahan.values() if one.kecamatan_code == kecamatan.code),
                           key=lambda one: one.name))
        for kecamatan in sorted(city().kecamatan.values(), key=lambda one: one.name)
    ]  # fmt: skip


def lacks_of(report: Report, channel: str) -> tuple[Missing, ...]:
    """What triage would send a report back for.

    Args:
        report: As its channel would read it.
        channel: Code of the channel.
    """
    [place] = locate([whereabouts(report)], _gazetteer())
    return missing(report, place, city().channels[channel])


@dataclass(frozen=True)
class Draft:
    """What a form holds, as people typed it; `fields` has every name of `LONGEST`."""

    fields: Mapping[str, str]

    @classmethod
    def new(cls) -> Self:
        """An empty one, with an id of its own."""
        return cls({**dict.fromkeys(LONGEST, ""), "id": str(uuid4()), "visibility": Visibility.PRIVATE.value})

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> Self:
        """Read a form; what names nothing is empty, and an id that is none is replaced."""
        fields = {name: sent.get(name, "").strip()[:longest] for name, longest in LONGEST.items()}
        if fields["kelurahan"] not in city().kelurahan:
            fields["kelurahan"] = ""
        if fields["category"] not in {category.name for category in city().categories.values()}:
            fields["category"] = ""
        if fields["visibility"] not in {*Visibility}:
            fields["visibility"] = Visibility.PRIVATE.value
        if not is_number(fields["joins"]):
            fields["joins"] = ""
        try:
            fields["id"] = str(UUID(fields["id"]))
        except ValueError:
            fields["id"] = str(uuid4())
        return cls(fields)

    @property
    def receipt(self) -> UUID:
        """What its reporter asks for it by: the same however often it is sent."""
        return UUID(self.fields["id"])

    @property
    def is_filled(self) -> bool:
        """Whether somebody typed or chose anything."""
        return any(text for name, text in self.fields.items() if name not in ("id", "visibility"))

    def alone(self) -> Self:
        """The same, joining no case."""
        return replace(self, fields={**self.fields, "joins": ""})

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude, where there are both."""
        latitude, longitude = _degrees(self.fields["latitude"]), _degrees(self.fields["longitude"])
        return None if latitude is None or longitude is None else (latitude, longitude)

    def placed(self, point: tuple[float, float] | None, kelurahan: str = "") -> Self:
        """The same at another place."""
        latitude, longitude = (f"{degrees:.6f}" for degrees in point) if point else ("", "")
        return replace(
            self, fields={**self.fields, "latitude": latitude, "longitude": longitude, "kelurahan": kelurahan}
        )

    def payload(self, now: datetime, photos: Sequence[bytes] = (), **quoted: str) -> dict[str, Any]:
        """The report as the channel reads it.

        Args:
            now: What time it is in the city.
            photos: JPEG.
            quoted: Kind and number of one that quotes another.
        """
        fields = self.fields
        kelurahan = city().kelurahan.get(fields["kelurahan"])
        return {
            "kind": "report",
            **quoted,
            "id": fields["id"],
            "created_at": now.isoformat(),
            "name": fields["name"] or None,
            "contact": fields["contact"] or None,
            "text": fields["text"],
            "address": fields["address"] or None,
            "kelurahan": kelurahan.name if kelurahan else None,
            "kecamatan": city().kecamatan[kelurahan.kecamatan_code].name if kelurahan else None,
            "latitude": _degrees(fields["latitude"]),
            "longitude": _degrees(fields["longitude"]),
            "category": fields["category"] or None,
            "visibility": fields["visibility"],
            "photos": [base64.b64encode(photo).decode() for photo in photos],
        }

    def body(self, now: datetime, photos: Sequence[bytes] = (), **quoted: str) -> bytes:
        """The report as it is handed in."""
        return json.dumps(self.payload(now, photos, **quoted)).encode()

    def lacks(self, now: datetime, **quoted: str) -> tuple[Missing, ...]:
        """What triage would send it back for; arguments as those of `payload`."""
        record = Record(self.fields["id"], self.payload(now, (), **quoted))
        return lacks_of(portal.parse(record), portal.CHANNEL.code)


def in_words(words: Language) -> dict[str, str]:
    """What a report may lack, as its reporter is asked for it."""
    return {
        Missing.REPORTER.value: words.gettext("nama Anda"),
        Missing.PLACE.value: words.gettext("tempatnya: jalan, kelurahan, atau titik di peta"),
        Missing.PROBLEM.value: words.gettext("masalahnya: apa yang terjadi"),
    }


def _degrees(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if -180 <= value <= 180 else None
