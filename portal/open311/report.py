"""A report as a program files it, checked, and as the city's inbox takes it.

Belongs here: the fields of the specification and what is sound in them. Does not belong here: keys and answers
(filing.py), what becomes of a report (assets/complaints).
"""

import json
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qsl
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from assets.complaints.model import Visibility
from portal.open311.answers import in_xml
from portal.open311.services import NAME, PLACE, VISIBILITY

# A form of all fields at their longest, each letter escaped in nine, is an eighth of it.
MOST_BYTES = 512 * 1024
MOST_FIELDS = 100


class FormError(Exception):
    """A body that is no form."""


def _clean(given: Any) -> Any:
    """What stands in a field; blank is as not given."""
    return (in_xml(given).strip() or None) if isinstance(given, str) else given


Short = Annotated[Annotated[str, Field(max_length=100)] | None, BeforeValidator(_clean)]
Line = Annotated[Annotated[str, Field(max_length=500)] | None, BeforeValidator(_clean)]
Prose = Annotated[Annotated[str, Field(max_length=4000)] | None, BeforeValidator(_clean)]
Link = Annotated[Annotated[str, Field(max_length=2000, pattern=r"^https?://\S+$")] | None, BeforeValidator(_clean)]
# A literal and no enumeration: the document of a form has no room for definitions.
Choice = Annotated[
    Literal[Visibility.PUBLIC, Visibility.PRIVATE, Visibility.CONFIDENTIAL] | None, BeforeValidator(_clean)
]
Latitude = Annotated[Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None, BeforeValidator(_clean)]
Longitude = Annotated[Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None, BeforeValidator(_clean)]


class ReportForm(BaseModel):
    """The fields of a form; what is not named here is read over."""

    api_key: Short = Field(default=None, description="Required.")
    jurisdiction_id: Short = Field(default=None, description="The city's domain, or none.")
    service_code: Short = Field(default=None, description="Required: one of the service list.")
    lat: Latitude = Field(default=None, description="Degrees, WGS 84; with long.")
    long: Longitude = Field(default=None, description="Degrees, WGS 84; with lat.")
    address_string: Line = Field(default=None, description="The place in words.")
    address_id: Short = Field(default=None, description="This city has none: it is no place.")
    email: Line = Field(default=None, description="Where the reporter is answered who gives no phone.")
    phone: Short = Field(default=None, description="Where the reporter is answered.")
    device_id: Line = Field(default=None, description="Not kept.")
    account_id: Line = Field(default=None, description="Not kept.")
    first_name: Short = Field(default=None, description="Of the reporter.")
    last_name: Short = Field(default=None, description="Of the reporter.")
    description: Prose = Field(default=None, description="What is the matter.")
    media_url: Link = Field(default=None, description="Of a picture: it is noted, and never fetched.")
    name: Line = Field(default=None, alias=f"attribute[{NAME}]", description="Where there is no first or last name.")
    place: Line = Field(default=None, alias=f"attribute[{PLACE}]", description="Told behind address_string.")
    visibility: Choice = Field(
        default=None, alias=f"attribute[{VISIBILITY}]", description="Who may see it; private where none is chosen."
    )

    @model_validator(mode="after")
    def _names_a_service_and_a_place(self) -> Self:
        if self.service_code is None:
            raise ValueError("service_code: expected one of the service list, found none")
        if (self.lat is None) != (self.long is None):
            raise ValueError("lat, long: expected both or neither, found one")
        if self.lat is None and self.address_string is None:
            raise ValueError("expected a place as lat and long or as address_string, found neither")
        return self


def read_form(body: bytes) -> dict[str, str]:
    """The fields of a form as a browser sends one (application/x-www-form-urlencoded), the first of each name.

    >>> read_form(b"lat=-6.2&description=Jalan+rusak&lat=1")
    {'lat': '-6.2', 'description': 'Jalan rusak'}

    Raises:
        FormError: It is none, or has too many fields.
    """
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise FormError(f"expected a form of {MOST_FIELDS} fields at most, in UTF-8: {error}") from error
    return dict(reversed(pairs))


def inbox_body(form: ReportForm, category: str | None, now: datetime, report_id: UUID) -> bytes:
    """A report as the inbox of the portal takes it.

    Args:
        form: What was filed.
        category: Name of its service; None where triage is to find it.
        now: When.
        report_id: Its own name.
    """
    note = f"Foto menurut pelapor: {form.media_url}" if form.media_url else None
    place = [part for part in (form.address_string, form.place) if part]
    full_name = " ".join(part for part in (form.first_name, form.last_name) if part)
    told: dict[str, object] = {
        "kind": "report",
        "id": str(report_id),
        "created_at": now.isoformat(),
        "name": full_name or form.name,
        "contact": form.phone or form.email,
        "text": "\n\n".join(part for part in (form.description or category, note) if part),
        "address": ", ".join(place) or None,
        "kelurahan": None,
        "kecamatan": None,
        "latitude": form.lat,
        "longitude": form.long,
        "category": category,
        "visibility": form.visibility or Visibility.PRIVATE,
        "photo_names": [],
    }
    return json.dumps(told, ensure_ascii=False).encode()
