"""Schemathesis over the OpenAPI document of /api and /open311: no error of ours, no answer that is not documented.

It runs as the program that it is, on a real portal with a real database, and draws the same cases each time. What it
takes for a fault and is none is named in EXCUSED with its reason; everything else fails.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest

from portal.open311.keys import make_key
from tests.integration.site import Site
from tests.served import HERE_AREA, number

# Cases of each operation beside those at the bounds of its arguments.
EXAMPLES = 6
# What OpenAPI cannot say of an operation, by the check that takes it for a fault.
EXCUSED = """
# Two arguments that are each sound may ask for more than 90 days together, which the specification refuses.
[[operations]]
include-path-regex = "/open311/v2/requests\\\\.\\\\{fmt\\\\}"
include-method = "GET"
checks.positive_data_acceptance.enabled = false

# A report has to name a service of the list and a place in one of two ways; the list is data, not the document's.
[[operations]]
include-path-regex = "/open311/v2/requests\\\\.\\\\{fmt\\\\}"
include-method = "POST"
checks.positive_data_acceptance.enabled = false
"""
# Reports are filed with a key that is one: without it a form is refused before it is read.
HOOKS = """
import os
import schemathesis

@schemathesis.hook
def before_call(context, case, kwargs):
    if isinstance(case.body, dict) and len(case.body) % 2 == 0:
        case.body["api_key"] = os.environ["KEY_OF_THE_TEST"]
"""


@pytest.fixture(scope="module")
def key(published: str) -> str:
    with psycopg.connect(published) as connection:
        return make_key(connection, "schemathesis")


def test_nothing_fails_and_everything_is_documented(portal_address: str, key: str, tmp_path: Path) -> None:
    config, hooks, told = tmp_path / "schemathesis.toml", tmp_path / "city_hooks.py", tmp_path / "told.ndjson"
    config.write_text(EXCUSED, encoding="utf-8")
    hooks.write_text(HOOKS, encoding="utf-8")
    with Site(portal_address, lookups=1_000_000) as http:
        paths = http.get("/api/openapi.json").json()["paths"]
        done = subprocess.run(
            [
                Path(sys.executable).with_name("st"), "--config-file", config, "run",
                f"{http.base_url}/api/openapi.json",
                "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES), "--generation-deterministic",
                "--suppress-health-check", "all", "--continue-on-failure",
                "--no-color", "--report", "ndjson", "--report-ndjson-path", told,
            ],
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
            env={
                **os.environ, "SCHEMATHESIS_HOOKS": "city_hooks", "KEY_OF_THE_TEST": key,
                "PYTHONPATH": os.fspath(tmp_path),
            },
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    assert {path for path in paths if path in done.stdout or path in told.read_text(encoding="utf-8")} == set(paths)


def test_a_method_that_is_not_documented_is_refused_and_told_which_are(public_site: httpx.Client) -> None:
    """OpenAPI has no word for it: the `Allow` of a refused method names those of the document, and HEAD beside GET."""
    document = public_site.get("/api/openapi.json").json()
    for path, operations in document["paths"].items():
        address = path.format(
            area_code=HERE_AREA.code, unit_kind="skpd", number=number("2603010001"), name="unit", fmt="json",
            service_code="jalan", service_request_id=number("2603010001"), token_id=UUID(int=0),
        )  # fmt: skip
        documented = {method.upper() for method in operations}
        answer = public_site.request("DELETE", address)
        assert answer.status_code == 405, path
        allowed = set(answer.headers["allow"].split(", "))
        assert allowed == documented | ({"HEAD"} if "GET" in documented else set()), path


def test_every_page_answers_head_as_get(public_site: httpx.Client) -> None:
    for path in (
        "/",
        "/lacak",
        "/macet",
        "/pilar",
        "/skpd",
        "/data/mutu/unit",
        "/api/units/skpd",
        "/open311/v2/services.json",
    ):
        whole, head = public_site.get(path), public_site.head(path)
        assert head.status_code == whole.status_code == 200, path
        assert head.content == b""
        for name in ("content-type", "content-length", "etag", "content-security-policy"):
            assert head.headers.get(name) == whole.headers.get(name), (path, name)


def test_the_document_itself_is_one(public_site: httpx.Client) -> None:
    document = json.loads(public_site.get("/api/openapi.json").text)
    assert document["openapi"].startswith("3.")
    assert all(path.startswith(("/api/", "/open311/")) for path in document["paths"])
