"""Open311 over HTTP: the rules of the published validators, a public client, what is listed, and who may file."""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree

import georeport
import httpx
import psycopg
import pytest

from assets.city import city
from assets.clock import city_zone, midnight
from portal.open311.keys import KeyNameError, list_keys, make_key, revoke_key
from tests import served
from tests.integration.city_of_truth import AS_OF, rows
from tests.integration.site import Site
from tests.served import HERE

V2 = "/open311/v2"
FIRST, PLACE = served.number("2603010001"), f"Jl. Merdeka 1, {HERE.name}"
DATATYPES = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}
W3C = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+07:00")
NUMBER = re.compile(served.number(r" ?\d{6}"), re.IGNORECASE)


@pytest.fixture(scope="module")
def key(published: str) -> str:
    with psycopg.connect(published) as connection:
        return make_key(connection, "the tests")


@pytest.fixture(scope="module")
def listed(public_site: httpx.Client) -> list[dict[str, Any]]:
    """Every report of the list, of all spans, page by page."""
    found: list[dict[str, Any]] = []
    for start, end in spans():
        page = 1
        span = {"start_date": start, "end_date": end, "extensions": "true", "page_size": 300}
        while part := get(public_site, "requests", **span, page=page):
            assert len(part) <= 300
            found, page = found + part, page + 1
    return found


def spans() -> list[tuple[str, str]]:
    """Spans of 90 days at most that follow each other, from before the city's first report."""
    first = midnight((AS_OF - timedelta(days=360)).astimezone(city_zone()).date())
    starts = [first + number * timedelta(days=90) for number in range(5)]
    return [(start.isoformat(), (start + timedelta(days=90, seconds=-1)).isoformat()) for start in starts]


def get(public_site: httpx.Client, what: str, **query: Any) -> Any:
    answer = public_site.get(f"{V2}/{what}.json", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    return answer.json()


def xml(public_site: httpx.Client, path: str, **query: Any) -> ElementTree.Element:
    answer = public_site.get(f"{path}.xml", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)  # noqa: S314 - our own


def texts(element: ElementTree.Element) -> dict[str, str]:
    return {child.tag: child.text or "" for child in element}


def test_discovery_leads_to_an_endpoint_in_both_formats(public_site: httpx.Client) -> None:
    told = public_site.get("/open311/discovery.json").json()
    found = xml(public_site, "/open311/discovery")
    for name in ("changeset", "contact", "key_service"):
        assert told[name]
        assert found.findtext(name) == told[name]
    for endpoint in told["endpoints"]:
        assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert endpoint["type"] == "test", "the figures are a synthetic city's"
        assert endpoint["formats"] == ["text/xml", "application/json"]
        assert datetime.fromisoformat(endpoint["changeset"]) < datetime.now(UTC)
        assert httpx.get(f"{endpoint['url']}/services.xml").status_code == 200
    formats = [form.text for form in found.findall("endpoints/endpoint/formats/format")]
    assert formats == ["text/xml", "application/json"]


def test_services_are_the_public_categories_each_with_a_definition(public_site: httpx.Client, published: str) -> None:
    told, found = get(public_site, "services"), xml(public_site, f"{V2}/services")
    assert [service["service_code"] for service in told] == [one.findtext("service_code") for one in found]
    for element in found:
        fields = texts(element)
        wanted = {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"}
        assert set(fields) == wanted
        assert all(fields.values())
        assert (fields["metadata"], fields["type"]) == ("true", "batch")
    codes = {service["service_code"] for service in told}
    assert len(codes) == len(told)
    categories = rows(published, "select category_code, visibility = 'public' as is_public from reference.categories")
    assert codes == {row["category_code"] for row in categories if row["is_public"]} | {"lainnya"}


def test_every_service_has_a_definition_of_the_specification(public_site: httpx.Client) -> None:
    for service in get(public_site, "services"):
        code = service["service_code"]
        told = get(public_site, f"services/{code}")
        assert told["service_code"] == code
        orders = [attribute["order"] for attribute in told["attributes"]]
        assert len(set(orders)) == len(orders) > 0
        element = xml(public_site, f"{V2}/services/{code}")
        assert (element.tag, element.findtext("service_code")) == ("service_definition", code)
        for attribute in element.findall("attributes/attribute"):
            fields = texts(attribute)
            assert all(text for name, text in fields.items() if name != "values")
            assert ("values" in fields) == fields["datatype"].endswith("list")
            assert all(all(texts(value).values()) for value in attribute.findall("values/value"))
            assert {fields["variable"], fields["required"]} <= {"true", "false"}
            assert fields["datatype"] in DATATYPES
            assert int(fields["order"]) > 0


def test_the_list_is_the_open_data_and_no_row_is_told_twice(listed: list[dict[str, Any]], published: str) -> None:
    [found] = rows(published, "select array_agg(report_key) as keys from marts.mart_open_complaints")
    assert Counter(one["service_request_id"] for one in listed) == Counter(found["keys"])
    assert len(listed) > 500


def test_every_report_of_the_list_holds_the_validators_rules(
    public_site: httpx.Client, listed: list[dict[str, Any]]
) -> None:
    codes = {service["service_code"]: service["service_name"] for service in get(public_site, "services")}
    bounds = city().bounds
    for one in listed:
        assert one["status"] in {"open", "closed"}
        assert codes[one["service_code"]] == one["service_name"]
        assert one["address"].endswith(city().long_name)
        assert W3C.fullmatch(one["requested_datetime"])
        assert W3C.fullmatch(one["expected_datetime"])
        assert ("lat" in one) == ("long" in one) == ("Kecamatan" in one["address"])
        if "lat" in one:
            assert bounds.south <= one["lat"] <= bounds.north
            assert bounds.west <= one["long"] <= bounds.east


def test_both_formats_tell_the_same(public_site: httpx.Client) -> None:
    told = get(public_site, "requests", page_size=50)
    elements = xml(public_site, f"{V2}/requests", page_size=50)
    assert len(told) == len(elements) == 50
    for one, element in zip(told, elements, strict=True):
        assert {name: str(value) for name, value in one.items()} == texts(element)


def test_no_list_tells_a_number_an_hour_or_a_point_of_its_own(listed: list[dict[str, Any]]) -> None:
    assert not NUMBER.search(json.dumps(listed))
    assert {datetime.fromisoformat(one["requested_datetime"]).time().isoformat() for one in listed} == {"00:00:00"}
    places = Counter(
        (one["address"], one["requested_datetime"], one["extended_attributes"]["reported_within"]) for one in listed
    )
    assert min(places.values()) >= 5
    points: dict[str, set[tuple[float, float]]] = {}
    for one in listed:
        if "lat" in one:
            points.setdefault(one["address"], set()).add((one["lat"], one["long"]))
    assert {len(found) for found in points.values()} == {1}
    assert len({one["extended_attributes"]["as_of"] for one in listed}) == 1
    assert not [one for one in listed if "updated_datetime" in one]


def test_the_newest_come_first_and_of_ninety_days(public_site: httpx.Client) -> None:
    told = get(public_site, "requests")
    moments = [datetime.fromisoformat(one["requested_datetime"]) for one in told]
    assert moments == sorted(moments, reverse=True)
    assert len(told) <= 1000
    assert min(moments) >= AS_OF - timedelta(days=90)


def test_a_list_is_narrowed_by_service_status_and_day(public_site: httpx.Client, listed: list[dict[str, Any]]) -> None:
    day, codes = listed[-1]["requested_datetime"], [one["service_code"] for one in listed[:2]]
    end = (datetime.fromisoformat(day) + timedelta(days=30)).isoformat()
    told = get(public_site, "requests", start_date=day, end_date=end, service_code=",".join(codes), status="closed")
    expected = {
        one["service_request_id"]
        for one in listed
        if one["service_code"] in codes and one["status"] == "closed" and day <= one["requested_datetime"] <= end
    }
    assert {one["service_request_id"] for one in told} == expected
    assert expected


def test_the_service_level_is_told_to_who_asks(
    public_site: httpx.Client, listed: list[dict[str, Any]], published: str
) -> None:
    assert not [one for one in get(public_site, "requests") if "extended_attributes" in one]
    known = {row["report_key"]: row for row in rows(published, "select * from marts.mart_open_complaints")}
    limits = "select limit_hours from marts.dim_sla_rules where stage = 'resolve' and scope = 'any' and is_in_force"
    [rule] = rows(published, limits)
    late = 0
    for one in listed:
        level, row = one["extended_attributes"], known[one["service_request_id"]]
        assert (level["is_overdue"], level["resolve_limit_hours"]) == (row["is_overdue"], rule["limit_hours"])
        assert level.get("is_resolved_within_sla") == row["is_resolved_within_sla"]
        assert ("batas waktu" in one["status_notes"]) == row["is_overdue"]
        late += row["is_overdue"]
    assert late


def test_one_report_is_asked_for_by_its_name_in_the_list(
    public_site: httpx.Client, listed: list[dict[str, Any]]
) -> None:
    for one in listed[:3]:
        found = get(public_site, f"requests/{one['service_request_id']}", extensions="true")
        assert found == [one]
    ids = [one["service_request_id"] for one in listed[:3]]
    found = get(public_site, "requests", service_request_id=",".join([*ids, str(uuid4())]), status="closed")
    assert [one["service_request_id"] for one in found] == ids


@pytest.fixture(scope="module")
def numbers(published: str) -> list[dict[str, Any]]:
    """Every number, with what the ledger has of it."""
    return rows(
        published,
        "select numbers.tracking_number, newest.* from ledger.tracking_numbers as numbers cross join lateral ("
        " select decision, visibility, duplicate_of from ledger.complaints where complaint_id = numbers.complaint_id"
        " order by version desc limit 1) as newest order by numbers.tracking_number",
    )


def test_a_number_answers_what_its_page_does(public_site: httpx.Client, numbers: list[dict[str, Any]]) -> None:
    # One that repeats another tells no more than that one may.
    public = [row for row in numbers if row["visibility"] == "public" and row["duplicate_of"] is None]
    unaccepted = [row for row in public if row["decision"] != "accepted"]
    assert unaccepted
    for row in [*public[:40], *unaccepted[:10]]:
        [one] = get(public_site, f"requests/{row['tracking_number']}")
        case = public_site.get(f"/api/cases/{row['tracking_number']}").json()
        assert one["service_request_id"] == row["tracking_number"]
        assert one.get("agency_responsible") == case["holder"]
        due = case["resolve_due_at"] and datetime.fromisoformat(case["resolve_due_at"]).replace(microsecond=0)
        assert ("expected_datetime" in one) == (due is not None)
        assert due is None or datetime.fromisoformat(one["expected_datetime"]) == due
        assert (one["status"] == "closed") == (case["status_set"] == "closed" or row["decision"] == "rejected")
        assert one["service_code"]


def test_a_confidential_number_gives_its_status_and_nothing_else(
    public_site: httpx.Client, numbers: list[dict[str, Any]]
) -> None:
    hidden = [row["tracking_number"] for row in numbers if row["visibility"] == "confidential"]
    assert hidden
    for number in hidden:
        [one] = get(public_site, f"requests/{number}", extensions="true")
        assert set(one) == {"service_request_id", "status", "status_notes"}


def test_a_private_number_names_no_place_and_no_matter(
    public_site: httpx.Client, numbers: list[dict[str, Any]]
) -> None:
    private = [row["tracking_number"] for row in numbers if row["visibility"] == "private"][:20]
    assert private
    for number in private:
        [one] = get(public_site, f"requests/{number}")
        assert not {"service_code", "service_name", "address", "lat", "long"} & set(one)


def test_numbers_cannot_be_listed_by_asking(portal_address: str) -> None:
    with Site(portal_address, lookups=5) as http:
        answers = [http.get(f"{V2}/requests/{FIRST[:-1]}{last}.json").status_code for last in range(1, 8)]
        assert answers == [200] * 5 + [429] * 2
        together = http.get(f"{V2}/requests.xml", params={"service_request_id": f"{FIRST},{FIRST[:-1]}2"})
        assert together.status_code == 429
        assert http.get(f"/lacak/{FIRST}").status_code == 429


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_public_client_reads_us(public_site: httpx.Client, listed: list[dict[str, Any]], form: str) -> None:
    client = georeport.GeoReport(f"{public_site.base_url}/open311/v2/", jurisdiction=city().domain, output_format=form)
    services = client.get_service_list()
    assert len(services) == len(get(public_site, "services"))
    definition = client.get_service_definition(services[0]["service_code"])
    assert definition["service_code"] == services[0]["service_code"]
    requests = client.get_service_requests()
    assert [one["service_request_id"] for one in requests] == [
        one["service_request_id"] for one in get(public_site, "requests")
    ]
    first = listed[0]
    closed = client.get_service_requests(
        service_code=first["service_code"], start_date=first["requested_datetime"],
        end_date=first["requested_datetime"], status="open,closed",
    )  # fmt: skip
    assert first["service_request_id"] in [one["service_request_id"] for one in as_list(closed)]
    one = client.get_service_request(first["service_request_id"])
    assert (one["service_request_id"], one["status"]) == (first["service_request_id"], first["status"])


def as_list(found: Any) -> list[dict[str, Any]]:
    """What the client gives: a single element of XML is none of a list to it."""
    return found if isinstance(found, list) else [found]


def report(key: str, **fields: str) -> dict[str, str]:
    known = {
        "api_key": key,
        "service_code": "jalan",
        "address_string": f"Jl. Merdeka 1, {HERE.name}",
        "email": "a@b.id",
    }
    return {**known, "description": "Jalan berlubang", **fields}


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_report_is_filed_with_a_key_and_its_token_leads_to_its_number(
    public_site: httpx.Client, published: str, key: str, form: str
) -> None:
    answer = public_site.post(
        f"{V2}/requests.{form}", data=report(key, first_name="Siti", **{"attribute[tempat]": "pasar"})
    )
    assert answer.status_code == 200, answer.text
    if form == "json":
        [told] = answer.json()
    else:
        root = ElementTree.fromstring(answer.content)  # noqa: S314 - our own
        assert root.tag == "service_requests"
        [told] = [texts(element) for element in root]
    assert set(told) == {"token", "service_notice"}
    token = told["token"]
    [kept] = rows(published, f"select channel, body from private.arrivals where receipt = '{token}'")
    filed = json.loads(bytes(kept["body"]))
    assert (kept["channel"], filed["kind"], filed["category"], filed["name"]) == ("portal", "report", "Jalan", "Siti")
    assert filed["address"] == f"{PLACE}, pasar"
    assert public_site.get(f"{V2}/tokens/{token}.{form}").status_code == 404
    [taken] = rows(
        published,
        "select tracking_number, inbox_id from ledger.complaints inner join ledger.tracking_numbers"
        " using (complaint_id) where visibility = 'public' and decision = 'accepted' and duplicate_of is null"
        " order by tracking_number limit 1",
    )
    number = taken["tracking_number"]
    with psycopg.connect(published) as connection:
        connection.execute("insert into front.receipts (receipt, inbox_id) values (%s, %s)", [token, taken["inbox_id"]])
    assert get(public_site, f"tokens/{token}") == [{"service_request_id": number, "token": token}]
    [numbered] = [texts(element) for element in xml(public_site, f"{V2}/tokens/{token}")]
    assert numbered == {"service_request_id": number, "token": token}
    [one] = get(public_site, f"requests/{number}")
    assert one["service_request_id"] == number
    assert one["service_code"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"api_key": ""}, 403),
        ({"api_key": "tebakan"}, 403),
        ({"jurisdiction_id": "sfgov.org"}, 404),
        ({"service_code": "tidak_ada"}, 404),
        ({"service_code": ""}, 400),
        ({"address_string": ""}, 400),
        ({"lat": "-6.2"}, 400),
        ({"description": "x" * 4001}, 400),
    ],
    ids=str,
)
def test_what_is_filed_unsoundly_is_refused_and_not_kept(
    public_site: httpx.Client, published: str, key: str, fields: dict[str, str], status: int
) -> None:
    [before] = rows(published, "select count(*) as all from private.arrivals")
    answer = public_site.post(f"{V2}/requests.json", data=report(key, **fields))
    assert answer.status_code == status
    assert [fault["code"] for fault in answer.json()] == [status]
    assert rows(published, "select count(*) as all from private.arrivals") == [before]


def test_a_revoked_key_files_nothing(public_site: httpx.Client, published: str) -> None:
    with psycopg.connect(published) as connection:
        key = make_key(connection, "one more")
        with pytest.raises(KeyNameError), connection.transaction():
            make_key(connection, "one more")
    assert public_site.post(f"{V2}/requests.json", data=report(key)).status_code == 200
    with psycopg.connect(published) as connection:
        revoke_key(connection, "one more")
        with pytest.raises(KeyNameError):
            revoke_key(connection, "one more")
        [known] = [one for one in list_keys(connection) if one.name == "one more"]
        assert known.revoked_at is not None
        [(stored,)] = connection.execute("select string_agg(api_keys::text, '') from front.api_keys")
    assert key not in stored
    assert public_site.post(f"{V2}/requests.json", data=report(key)).status_code == 403


def test_the_portal_cannot_read_or_make_keys(portal_address: str) -> None:
    with psycopg.connect(portal_address, autocommit=True) as portal:
        for forbidden in ("select * from front.api_keys", "delete from front.api_keys"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                portal.execute(forbidden.encode())
