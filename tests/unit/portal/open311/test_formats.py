"""The same answer as JSON and as XML, whatever its texts are."""

import json
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_xml import BaseXmlModel

from portal.open311.answers import (
    Definition,
    Discovery,
    Endpoint,
    Fault,
    Faults,
    Filed,
    FiledRequests,
    Service,
    ServiceLevel,
    ServiceRequest,
    ServiceRequests,
    Services,
)
from portal.open311.formats import Format, write
from portal.open311.services import ATTRIBUTES

NOON = datetime(2026, 3, 1, 5, 0, 0, 250_000, tzinfo=UTC)
SERVICE = Service(
    service_code="jalan", service_name="Jalan", description="Lubang", metadata=True, type="batch", keywords="lubang",
    group="Mobilitas",
)  # fmt: skip


def parsed(answer: BaseXmlModel) -> ElementTree.Element:
    return ElementTree.fromstring(write(answer, Format.XML))  # noqa: S314 - our own


def spark(element: ElementTree.Element) -> object:
    """XML as the Spark convention has it in JSON: what holds children of one name alone is a list."""
    names = {child.tag for child in element}
    if not names:
        return element.text or ("" if element.tag not in {"services", "service_requests", "attributes"} else [])
    if names <= {"service", "request", "error", "attribute", "value", "endpoint", "format"}:
        return [spark(child) for child in element]
    return {child.tag: spark(child) for child in element}


def as_text(told: object) -> object:
    """JSON with its booleans and numbers as XML writes them."""
    if isinstance(told, dict):
        return {name: as_text(value) for name, value in told.items()}
    if isinstance(told, list):
        return [as_text(value) for value in told]
    return str(told).lower() if isinstance(told, bool) else str(told)


@pytest.mark.parametrize(
    ("answer", "root"),
    [
        pytest.param(Services(root=[SERVICE]), "services", id="one service"),
        pytest.param(Services(root=[SERVICE, SERVICE]), "services", id="two services"),
        pytest.param(Definition(service_code="jalan", attributes=ATTRIBUTES), "service_definition", id="definition"),
        pytest.param(Faults(root=[Fault(code=404, description="none"), Fault(code=404, description="nor")]), "errors"),
        pytest.param(FiledRequests(root=[Filed(token="t", service_notice="n")]), "service_requests", id="filed"),  # noqa: S106 - no password
        pytest.param(ServiceRequests(root=[]), "service_requests", id="no report"),
        pytest.param(
            ServiceRequests(
                root=[
                    ServiceRequest(
                        service_request_id="a", status="open", requested_datetime=NOON, lat=-6.25, long=106.8,
                        extended_attributes=ServiceLevel(is_overdue=False, is_synthetic=True, as_of=NOON),
                    ),
                    ServiceRequest(service_request_id="b", status="closed", status_notes="Selesai."),
                ]
            ),
            "service_requests",
            id="reports",
        ),
        pytest.param(
            Discovery(
                changeset=NOON, contact="c", key_service="k",
                endpoints=[
                    Endpoint(
                        specification="s", url="u", changeset=NOON, type="test",
                        formats=["text/xml", "application/json"],
                    )
                ],
            ),
            "discovery",
            id="discovery",
        ),
    ],
)  # fmt: skip
def test_json_is_the_xml_by_the_convention_of_the_specification(answer: BaseXmlModel, root: str) -> None:
    element = parsed(answer)
    assert element.tag == root
    assert spark(element) == as_text(json.loads(write(answer, Format.JSON)))


def test_xml_says_its_encoding_and_has_no_namespace() -> None:
    xml = write(Services(root=[SERVICE]), Format.XML)
    assert xml.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert b"xmlns" not in xml


def test_times_have_the_citys_offset_and_no_fraction() -> None:
    told = json.loads(write(ServiceRequests(root=[ServiceRequest(
        service_request_id="a", status="open", requested_datetime=NOON)]), Format.JSON))  # fmt: skip
    assert told[0]["requested_datetime"] == "2026-03-01T12:00:00+07:00"


def test_what_is_not_told_is_in_no_format() -> None:
    answer = ServiceRequests(root=[ServiceRequest(service_request_id="a", status="open")])
    assert json.loads(write(answer, Format.JSON)) == [{"service_request_id": "a", "status": "open"}]
    assert [child.tag for child in parsed(answer)[0]] == ["service_request_id", "status"]


@given(st.text())
def test_every_text_is_the_same_in_both(text: str) -> None:
    answer = Faults(root=[Fault(code=400, description=text)])
    told = json.loads(write(answer, Format.JSON))[0]["description"]
    # XML reads each kind of line end as one.
    element = parsed(answer)[0].find("description")
    assert element is not None
    assert (element.text or "") == told.replace("\r\n", "\n").replace("\r", "\n")
