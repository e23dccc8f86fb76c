"""Every refusal is told in the specification's form, in the format that was asked for."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from portal.app import build_app
from portal.open311.report import MOST_BYTES
from portal.settings import PortalSettings

V2 = "/open311/v2"
NOW = datetime(2026, 3, 10, tzinfo=UTC)
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Closed:
    """A portal whose connections were never opened."""

    def ask(self, method: str, address: str, **sent: Any) -> httpx.Response:
        app = build_app(PortalSettings(), "postgresql://portal@127.0.0.1:1/none", lambda: NOW)

        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://portal") as http:
                return await http.request(method, address, **sent)

        return asyncio.run(asked())

    def get(self, address: str) -> httpx.Response:
        return self.ask("get", address)


@pytest.fixture(scope="module")
def site() -> Closed:
    return Closed()


def faults(answer: httpx.Response) -> list[tuple[int, str]]:
    """Code and description of each fault."""
    if answer.headers["content-type"] == "application/json; charset=utf-8":
        return [(fault["code"], fault["description"]) for fault in answer.json()]
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - our own
    assert root.tag == "errors"
    return [(int(fault.findtext("code", "")), fault.findtext("description", "")) for fault in root.findall("error")]


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("services.{}?jurisdiction_id=sfgov.org", 404),
        ("services/jalan.{}?jurisdiction_id=sfgov.org", 404),
        ("requests.{}?jurisdiction_id=sfgov.org", 404),
        ("requests/1.{}?jurisdiction_id=sfgov.org", 404),
        ("tokens/0b8f2f0e-0000-4000-8000-000000000001.{}?jurisdiction_id=sfgov.org", 404),
        ("tokens/12345.{}", 404),
        ("requests/satu.{}", 404),
        ("requests/" + "1" * 100 + ".{}", 404),
        ("nothing.{}", 404),
        ("requests.{}?status=selesai", 400),
        ("requests.{}?start_date=kemarin", 400),
        ("requests.{}?start_date=2026-01-01&end_date=2026-04-02", 400),
        ("requests.{}?page_size=1001", 400),
        ("services.{}", 503),
    ],
)
def test_a_refusal_says_its_status_and_why(site: Closed, address: str, form: str, status: int) -> None:
    answer = site.get(f"{V2}/{address.format(form)}")
    assert answer.status_code == status
    assert faults(answer)
    assert all(code == status and description for code, description in faults(answer))
    assert ("xml" in answer.headers["content-type"]) == (form == "xml")
    assert answer.headers["cache-control"] == "no-store"


def test_a_format_that_is_none_is_an_address_that_is_none(site: Closed) -> None:
    for address in ("services.html", "services", "requests.yaml", "requests/XX2603010001"):
        answer = site.get(f"{V2}/{address}")
        assert (answer.status_code, faults(answer)[0][0]) == (404, 404)


def test_a_method_that_is_none_says_which_there_are(site: Closed) -> None:
    answer = site.ask("post", f"{V2}/services.json")
    assert (answer.status_code, faults(answer)[0][0], answer.headers["allow"]) == (405, 405, "GET, HEAD")


def test_each_reason_is_told_and_no_value_is_quoted(site: Closed) -> None:
    answer = site.get(f"{V2}/requests.json?page=Siti&status=Aminah")
    assert [description.partition(":")[0] for _, description in faults(answer)] == ["status.0", "page"]
    assert not {"Siti", "Aminah"} & set(answer.text.split())


@pytest.mark.parametrize(
    ("body", "headers", "found"),
    [
        pytest.param(b'{"api_key": "1"}', {"content-type": "application/json"}, "content-type", id="JSON"),
        pytest.param(b"", {}, "content-type", id="nothing"),
        pytest.param(b"a=" + b"1" * MOST_BYTES, FORM, "bytes", id="too long"),
        pytest.param(b"\xff=1", FORM, "UTF-8", id="no text"),
    ],
)
def test_what_is_no_form_is_refused_before_it_is_read(
    site: Closed, body: bytes, headers: dict[str, str], found: str
) -> None:
    answer = site.ask("post", f"{V2}/requests.json", content=body, headers=headers)
    assert answer.status_code == 400
    assert found in faults(answer)[0][1]


def test_every_answer_is_documented_in_both_formats(site: Closed) -> None:
    paths = site.get("/api/openapi.json").json()["paths"]
    ours = [operation for path, verbs in paths.items() if path.startswith("/open311/") for operation in verbs.values()]
    assert len(ours) == 7
    assert "$defs" not in str(ours)
    for operation in ours:
        assert operation["description"]
        for answer in operation["responses"].values():
            assert set(answer["content"]) == {"application/json", "text/xml"}
        assert {"200", "400", "404", "503", "4XX"} <= set(operation["responses"])
