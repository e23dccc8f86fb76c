"""The answers of GeoReport v2, field by field as the specification names them; each is written as JSON and as XML.

Belongs here: shapes. Does not belong here: how they are written (formats.py), what fills them (the other modules).

What is not told is left out of an answer, as the specification allows: an empty element would be no number and no time.
"""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_xml import BaseXmlModel, RootXmlModel, element, wrapped

from assets.clock import city_zone

# XML 1.0 can hold none of these, not even escaped.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def in_xml(text: str) -> str:
    r"""A text without what XML cannot hold.

    >>> in_xml("satu\x00dua")
    'satu\ufffddua'
    """
    return _NOT_IN_XML.sub("\ufffd", text)


def in_the_city(moment: datetime) -> datetime:
    """A moment by the city's clock, to the second.

    >>> in_the_city(datetime.fromisoformat("2026-03-01T17:00:00.25+00:00")).isoformat()
    '2026-03-02T00:00:00+07:00'
    """
    return moment.astimezone(city_zone()).replace(microsecond=0)


Text = Annotated[str, AfterValidator(in_xml)]
Moment = Annotated[datetime, AfterValidator(in_the_city), Field(description="ISO 8601 with offset.")]


class Endpoint(BaseXmlModel, tag="endpoint"):
    """Where an interface is."""

    specification: Text = element()
    url: Text = element()
    changeset: Moment = element()
    type: Literal["production", "test"] = element(description="test: the figures are a synthetic city's.")
    formats: list[str] = wrapped("formats", element(tag="format"))


class Discovery(BaseXmlModel, tag="discovery"):
    """Which interfaces there are, and who gives keys."""

    changeset: Moment = element(description="When the services were last published.")
    contact: Text = element()
    key_service: Text = element()
    endpoints: list[Endpoint] = wrapped("endpoints", element(tag="endpoint"))


class Service(BaseXmlModel, tag="service"):
    """What can be reported."""

    service_code: Text = element()
    service_name: Text = element()
    description: Text = element()
    metadata: bool = element(description="Whether it has a definition.")
    type: Literal["realtime", "batch", "blackbox"] = element(description="batch: who files one gets a token.")
    keywords: Text = element()
    group: Text = element()


class Services(RootXmlModel[list[Service]], tag="services"):
    """Everything that can be reported."""

    root: list[Service] = element(tag="service")


class Value(BaseXmlModel, tag="value"):
    """What may be chosen."""

    key: Text = element()
    name: Text = element()


class Attribute(BaseXmlModel, tag="attribute"):
    """What a report of a service may say besides."""

    variable: bool = element()
    code: Text = element()
    datatype: Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"] = element()
    required: bool = element()
    datatype_description: Text = element()
    order: int = element()
    description: Text = element()
    values: list[Value] | None = wrapped("values", element(tag="value"), default=None)


class Definition(BaseXmlModel, tag="service_definition"):
    """What a service asks for."""

    service_code: Text = element()
    attributes: list[Attribute] = wrapped("attributes", element(tag="attribute"))


class ServiceLevel(BaseXmlModel, tag="extended_attributes"):
    """How a report stands to its service level; each part is left out where it is not told or cannot be said yet."""

    reported_within: Literal["day", "week"] | None = element(
        default=None, description="What requested_datetime is the start of; left out where it is the moment itself."
    )
    resolve_limit_hours: int | None = element(default=None)
    resolve_limit_basis: Text | None = element(default=None)
    resolution_class: Text | None = element(
        default=None, description="within_1_day, within_3_days, within_7_days, within_14_days or later."
    )
    is_coordinated_within_sla: bool | None = element(default=None)
    is_resolved_within_sla: bool | None = element(default=None)
    is_overdue: bool | None = element(default=None)
    is_heavy_work: bool | None = element(default=None)
    is_duplicate: bool | None = element(default=None)
    is_relapse: bool | None = element(default=None)
    is_synthetic: bool = element(description="Whether it is a synthetic city's.")
    as_of: Moment = element(description="Of what moment this is true.")


class ServiceRequest(BaseXmlModel, tag="request"):
    """A report; of a confidential one its status alone."""

    service_request_id: Text = element()
    status: Literal["open", "closed"] = element()
    status_notes: Text | None = element(default=None)
    service_name: Text | None = element(default=None)
    service_code: Text | None = element(default=None)
    agency_responsible: Text | None = element(default=None)
    requested_datetime: Moment | None = element(default=None)
    updated_datetime: Moment | None = element(default=None)
    expected_datetime: Moment | None = element(default=None)
    address: Text | None = element(default=None)
    lat: float | None = element(default=None, description="Of the middle of its area, WGS 84.")
    long: float | None = element(default=None, description="Of the middle of its area, WGS 84.")
    extended_attributes: ServiceLevel | None = element(default=None)


class ServiceRequests(RootXmlModel[list[ServiceRequest]], tag="service_requests"):
    """Reports."""

    root: list[ServiceRequest] = element(tag="request")


class Filed(BaseXmlModel, tag="request"):
    """A report that was handed in."""

    token: Text = element()
    service_notice: Text = element()


class FiledRequests(RootXmlModel[list[Filed]], tag="service_requests"):
    """What was handed in, in the form of a list of one."""

    root: list[Filed] = element(tag="request")


class Numbered(BaseXmlModel, tag="request"):
    """The number of what was handed in."""

    service_request_id: Text = element()
    token: Text = element()


class NumberedRequests(RootXmlModel[list[Numbered]], tag="service_requests"):
    """The number, in the form of a list of one."""

    root: list[Numbered] = element(tag="request")


class Fault(BaseXmlModel, tag="error"):
    """Why there is no answer."""

    code: int = element(description="The HTTP status.")
    description: Text = element()


class Faults(RootXmlModel[list[Fault]], tag="errors"):
    """Every reason why there is no answer."""

    root: list[Fault] = element(tag="error")
