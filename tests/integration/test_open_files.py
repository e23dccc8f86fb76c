"""Open data over HTTP: the files in three forms, and how they are sent."""

import json
import re
import time
from pathlib import Path

import duckdb
import httpx
import pytest

from assets.clock import city_zone
from portal.tables import TABLES
from tests.integration.city_of_truth import AS_OF, rows
from tests.integration.open_rows import as_read, as_written, table_of
from tests.integration.outlines import boundaries
from tests.integration.site import Site

MOMENTS = ("_start", "as_of", "cutoff", "_at")

pytestmark = pytest.mark.usefixtures("checked")


@pytest.mark.parametrize("name", TABLES)
def test_the_three_forms_of_a_table_agree(public_site: httpx.Client, name: str, tmp_path: Path) -> None:
    listed = table_of(public_site.get(f"/data/{name}.csv").text)
    assert listed, name
    file = tmp_path / "table.parquet"
    file.write_bytes(public_site.get(f"/data/{name}.parquet").content)
    with duckdb.connect(":memory:") as engine:
        engine.execute(f"set timezone = '{city_zone().key}'")
        read = engine.execute("select * from read_parquet(?)", [str(file)])
        columns = [column[0] for column in read.description]
        packed = [dict(zip(columns, row, strict=True)) for row in read.fetchall()]
    assert columns == list(listed[0])
    assert len(packed) == len(listed)
    assert [[as_written(value) for value in row.values()] for row in packed] == [
        [as_read(text) for text in row.values()] for row in listed
    ]
    features = public_site.get(f"/data/{name}.geojson").json()["features"]
    assert 0 < len(features) <= len(listed)
    known = {
        tuple(sorted((key, as_read(text)) for key, text in row.items() if not key.endswith(MOMENTS))) for row in listed
    }
    for feature in features:
        told = {key: as_written(value) for key, value in feature["properties"].items() if not key.endswith(MOMENTS)}
        assert tuple(sorted((key, as_read(text)) for key, text in told.items())) in known


def test_a_map_of_the_citys_boundaries_is_as_rfc_7946_has_it(portal_address: str, published: str, real: Path) -> None:
    known = boundaries(real)
    with Site(portal_address, boundaries=known) as http:
        # Outlines take seconds to draw, once a worker.
        http.timeout = 180
        answer = http.get("/data/wilayah.geojson")
        assert answer.headers["content-type"] == "application/geo+json"
        document = answer.json()
        kinds = {feature["geometry"]["type"] for feature in document["features"]}
        # Islands have no outline in common.
        assert kinds == {area.geom_type for area in known.areas} <= {"Polygon", "MultiPolygon"}
        assert len(document["features"]) == rows(published, "select count(*) as n from portal.areas")[0]["n"]
        assert len(answer.content) < 1_000_000
        assert not re.search(r"\d\.\d{8,}", json.dumps([f["geometry"] for f in document["features"]]))
        weeks = http.get("/data/pilar_mingguan.geojson").json()
        assert len({feature["properties"]["week_start_date_wib"] for feature in weeks["features"]}) == 1
        assert all(feature["geometry"] for feature in weeks["features"])


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("csv", "text/csv; charset=utf-8; header=present"),
        ("parquet", "application/vnd.apache.parquet"),
        ("geojson", "application/geo+json"),
    ],
)
def test_a_file_is_sent_as_files_are(public_site: httpx.Client, form: str, kind: str) -> None:
    path = f"/data/unit.{form}"
    whole = public_site.get(path)
    told = whole.headers
    assert told["content-type"] == kind
    assert told["content-disposition"] == f'attachment; filename="unit_{AS_OF:%Y%m%d}.{form}"'
    assert told["accept-ranges"] == "bytes"
    head = public_site.head(path)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(whole.content)))
    assert head.headers["etag"] == told["etag"]
    for known in (
        {"if-none-match": told["etag"]},
        {"if-none-match": f'"x", W/{told["etag"]}'},
        {"if-modified-since": told["last-modified"]},
    ):
        answer = public_site.get(path, headers=known)
        assert (answer.status_code, answer.content) == (304, b""), known
    changed = {"if-none-match": '"x"', "if-modified-since": told["last-modified"]}
    assert public_site.get(path, headers=changed).status_code == 200
    assert public_site.get(path, headers={"if-modified-since": "kemarin"}).status_code == 200
    part = public_site.get(path, headers={"range": "bytes=3-9", "if-range": told["etag"]})
    assert (part.status_code, part.content) == (206, whole.content[3:10])
    assert part.headers["content-range"] == f"bytes 3-9/{len(whole.content)}"
    assert public_site.get(path, headers={"range": "bytes=3-9", "if-range": '"another"'}).content == whole.content
    assert public_site.get(path, headers={"range": f"bytes={len(whole.content)}-"}).status_code == 416


def test_the_page_tells_rows_and_bytes_beside_each_link_when_they_are_known(public_site: httpx.Client) -> None:
    end = time.monotonic() + 60
    while "sedang ditulis" in (page := public_site.get("/data").text):
        assert time.monotonic() < end
        time.sleep(0.2)
    told = {table["name"]: table for table in public_site.get("/api/tables").json()["tables"]}
    assert list(told) == list(TABLES)
    for name, table in told.items():
        for file in table["files"]:
            answer = public_site.get(file["path"])
            assert file["bytes"] == len(answer.content), file
            assert f'href="{file["path"]}"' in page
        listed = table_of(public_site.get(f"/data/{name}.csv").text)
        assert table["files"][0]["rows"] == table["files"][1]["rows"] == len(listed)
        assert table["checks"]["passed"] + table["checks"]["warned"] > 0
        assert all(column["description"] for column in table["columns"])
    assert 'rel="license"' in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/data/unit.csv?unit_kind=skpd", 200),
        ("/data/unit.csv?unit_kind=' or true --", 422),
        ("/data/unit.csv?unit_kind=%00", 422),
        ("/data/unit.csv?jenis=skpd", 422),
        ("/data/unit.csv?sejak=2026-01-01", 400),
        ("/data/unit.csv?indicator_code=relapse_share", 400),
        ("/data/pilar_mingguan.csv?sejak=kemarin", 422),
        ("/data/rahasia.csv?unit_kind=skpd", 404),
        ("/data/rahasia.parquet", 404),
        ("/data/rahasia.geojson", 404),
        ("/data/mutu/rahasia", 404),
    ],
)
def test_a_question_is_one_of_the_tables_or_refused(public_site: httpx.Client, path: str, status: int) -> None:
    assert public_site.get(path).status_code == status
