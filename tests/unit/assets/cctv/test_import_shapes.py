"""Files of cameras in the ways people write them: what is not read is refused with its place, and nothing vanishes."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assets.cctv.camera_list import ListError
from assets.cctv.importing.records import Records, read_records
from assets.cctv.importing.unread import Unread

A, B = "https://a.id/1/index.m3u8", "https://a.id/2/index.m3u8"


def records(tmp_path: Path, text: str, under: str | None = None) -> Records:
    path = tmp_path / "list"
    path.write_text(text, encoding="utf-8")
    return read_records(path, under)


def names(found: Records) -> list[object]:
    """Of each row its name, or that it could not be read."""
    return [row.get("nama", row.get("name")) if isinstance(row, Mapping) else Unread for row in found.rows]


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(ListError) as error:
        records(tmp_path, text)
    return str(error.value)


def only(found: Records) -> Mapping[str, Any]:
    [row] = found.rows
    assert isinstance(row, Mapping)
    return row


OBJECT = f"{{nama: 'Satu', url: '{A}'}}"


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ("JavaScript", f"export default [{OBJECT}]"),
        ("JavaScript", f"export const cams: Array<Cam> = [{OBJECT} as Cam] as const;"),
        ("JavaScript", f"interface Cam {{nama: string; url: string}}\nconst cams: Cam[] = [{OBJECT}];"),
        ("JavaScript", f"module.exports = {{cctv: [{OBJECT}], f() {{ const a = 1; return a }}}};"),
        ("JavaScript", f"const f = () => {{ if (/[`'\"]/.test(x)) {{ return }} const c = [{OBJECT}]; }};"),
        ("JavaScript", f"callback([{OBJECT}]);"),
        ("JavaScript", f"class Map {{ static cams: Cam[] = [{OBJECT}]; zoom() {{ return this.a / this.b / 2 }} }}"),
        ("JavaScript", f"let cams; cams ??= [{OBJECT}]; window['zoom'] = a ? b : c;"),
        ("JavaScript", f"const s = `${{a}}'[{{`; const d = x / y; var r = s.replace(/['\"[{{]/g, ''), c = [{OBJECT}]"),
        ("JavaScript", f"<script>\n<!--\nvar c = [{OBJECT}];\n//-->\n</script>"),
        (
            "JavaScript",
            f"(async () => {{ for await (const x of y) z(x); const c = ([{OBJECT}] satisfies C[])!; }})();",
        ),
        ("JavaScript", f"<p>Jum'at [1</p><script>\nvar c = [{OBJECT}];</script>"),
        ("JavaScript", f"// const lama = [{{nama: 'Lama', url: '{B}'}}];\n/* [{{nama: 'x'}}] */ const c = [{OBJECT}];"),
        ("JavaScript", f"const c = [];\nc.push({OBJECT});"),
        ("JavaScript", "const c = [{'nama': `Satu`, url: 'https:\\/\\/a.id/1/index\\u002em3u8', lat: +1, x: .5,},];"),
        ("SQL", f"INSERT IGNORE INTO `cctv` (`nama`, `url`) VALUES ('Satu', '{A}');"),
        ("SQL", f"REPLACE INTO cctv (nama, url) VALUES ('Satu', '{A}');"),
        (
            "SQL",
            f"CREATE TABLE `cctv` (`nama` text, url text, KEY `a` (`nama`));\nINSERT INTO cctv VALUES ('Satu', '{A}');",
        ),
        ("CSV", f"sep=;\nnama;url\nSatu;{A}\n"),
        ("CSV", f"nama\turl\nSatu\t{A}\n"),
        ("JSON", json.dumps({"nama": "Satu", "url": A})),
        ("M3U", f'#EXTM3U\n#EXTINF:-1 group-title="x, y",Satu\n{A}\n'),
        ("M3U", f"#EXTINF:-1,Satu\n#EXTGRP:x\n{A}|User-Agent=x\n"),
    ],
)
def test_every_way_of_writing_one_camera_gives_it(tmp_path: Path, shape: str, text: str) -> None:
    found = records(tmp_path, text)
    row = only(found)
    assert (found.shape, row.get("nama", row.get("name")), row["url"]) == (shape, "Satu", A)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"c1": {"nama": "Satu", "url": A}, "c2": {"nama": "Dua", "url": B}}),
        json.dumps({"Satu": A, "Dua": B}),
        json.dumps({"nama": "Satu", "url": A}) + "\n" + json.dumps({"nama": "Dua", "url": B}),
        f"const c = [{OBJECT}];\nc.push({{nama: 'Dua', url: '{B}'}});",
    ],
)
def test_a_whole_list_in_another_way_is_read(tmp_path: Path, text: str) -> None:
    assert names(records(tmp_path, text)) == ["Satu", "Dua"]


def test_of_two_lists_in_a_script_both_are_told_of(tmp_path: Path) -> None:
    text = f"const a=[{OBJECT}]; const b=[{{nama: 'Dua', url: '{B}', lng: lngB}}];"
    assert "found a, b; name one" in refusal(tmp_path, text)
    row = only(records(tmp_path, text, "b"))
    assert (row["nama"], isinstance(row["lng"], Unread)) == ("Dua", True)


def test_lists_of_one_name_are_both_told_of(tmp_path: Path) -> None:
    assert "found c, c-2; name one" in refusal(tmp_path, f"let c=[{OBJECT}]; c=[{OBJECT}];")


def test_an_entry_that_a_script_works_out_is_a_row_that_is_refused(tmp_path: Path) -> None:
    text = f"const c=[...lama, {{nama: 'Dua', url: '{B}', icon: L.icon({{iconUrl: x}})}}, tiga];"
    assert names(records(tmp_path, text)) == [Unread, "Dua", Unread]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"const a=[{OBJECT}];\nconst c=[{OBJECT},{{nama: ", "c of line 2, which breaks off; get the whole file"),
        (f'[{{"nama":"Satu","url":"{A}"}},{{"nama":', "line 1, which breaks off; get the whole file"),
        ("[" * 100_000, "no list of objects in list"),
        ("a = " + "[" * 5_000 + "]" * 5_000, "nested too deep"),
        # From Python 3.12 on JSON may be nested so deep.
        ("[" * 5_000 + "]" * 5_000, "expected "),
        (f"INSERT INTO cctv VALUES (1, 'Satu', '{A}');", "rows of cctv whose columns nothing names; export them with"),
        (f"INSERT INTO cctv SET nama='Satu', url='{A}';", "rows of cctv in line 1 that are no VALUES"),
        (f"INSERT INTO cctv (nama, url) VALUES ('Satu', '{A}'), ('Dua", "not closed; get the whole file"),
        (f"INSERT INTO cctv (nama, url) VALUES ('Satu', '{A}'), ('Dua'", "row of line 1 that breaks off"),
        (f"Satu,-6.1,106.8,{A}\nDua,-6.1,106.8,{B}\n", "a camera in the first line; put the names of its columns"),
        (f'nama,ket,url\n"Satu,x,{A}\nDua,y,{B}\nTiga,z",{A}\n', "several rows in one value of row 1; close the quote"),
        (f'nama,ket,url\nSatu,"x,{A}\nDua,y,{B}\n', "a quote in or before line 3 that is not closed"),
        ("COPY cctv (nama, url) FROM stdin;\nSatu\tx\n", "COPY of PostgreSQL; export it with INSERTs"),
        ("var l=[['Satu',-6.1,106.8]];", "no list of objects in list; give each camera as an object"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    said = refusal(tmp_path, text)
    assert words in said
    assert "https" not in said


def test_rows_of_a_dump_without_columns_are_refused_beside_those_with(tmp_path: Path) -> None:
    text = f"INSERT INTO cctv (nama, url) VALUES ('Satu', '{A}'), ('Dua'); INSERT INTO cctv VALUES (1, 'Tiga', '{B}');"
    assert names(records(tmp_path, text)) == ["Satu", Unread, Unread]


def test_a_row_with_more_values_than_columns_is_refused(tmp_path: Path) -> None:
    found = records(tmp_path, f'nama,koordinat,url\nSatu,-2.1328,106.129,{A}\nDua,"-2.1,106.1",{B}\n')
    assert names(found) == [Unread, "Dua"]
    assert isinstance(found.rows[0], Unread)
    assert "put quotes around a value with a comma in it" in found.rows[0].reason


def test_a_column_that_stands_twice_keeps_both_values(tmp_path: Path) -> None:
    assert only(records(tmp_path, f"nama,url,url\nSatu,{A},{B}\n"))["url"] == [A, B]


def test_a_playlist_without_titles_has_its_addresses_and_a_title_without_an_address_is_refused(tmp_path: Path) -> None:
    assert [row["url"] for row in records(tmp_path, f"#EXTM3U\n{A}\n{B}\n").rows if isinstance(row, Mapping)] == [A, B]
    assert names(records(tmp_path, f"#EXTM3U\n#EXTINF:-1,Satu\n#EXTINF:-1,Dua\n{B}\n")) == [Unread, "Dua"]


def test_a_line_that_is_no_json_is_refused_alone(tmp_path: Path) -> None:
    rows = [json.dumps({"nama": name, "url": A}) for name in ("Satu", "Dua")]
    assert names(records(tmp_path, "\n".join([*rows, '{"nama":']))) == ["Satu", "Dua", Unread]


@pytest.mark.parametrize(
    "cell", ["0102000020E6100000" * 12_000, "a." * 100_000, "=" * 200_000, " " * 200_000, "a:// " * 9000]
)
def test_the_time_that_a_long_cell_takes_grows_with_its_length(tmp_path: Path, cell: str) -> None:
    started = time.process_time()
    assert only(records(tmp_path, f"nama,url,geom\nSatu,{A},{cell}\n"))["nama"] == "Satu"
    assert len(records(tmp_path, f"x,y\n{cell},{A}\n").rows) == 1
    assert time.process_time() - started < 5


@pytest.mark.parametrize("shape", ["JavaScript", "SQL"])
def test_the_time_that_many_rows_take_grows_with_their_number(tmp_path: Path, shape: str) -> None:
    rows = [f"nama: 'Kamera {n}', url: 'https://a.id/{n}/index.m3u8', lat: -6.1, icon: merah" for n in range(5000)]
    text = f"const c = [{','.join(f'{{{row}}}' for row in rows)}];"
    if shape == "SQL":
        values = ",\n".join(f"('Kamera {n}', 'https://a.id/{n}/index.m3u8')" for n in range(5000))
        text = f"INSERT INTO c (nama, url) VALUES {values};"
    started = time.process_time()
    assert len(records(tmp_path, text).rows) == 5000
    assert time.process_time() - started < 10
