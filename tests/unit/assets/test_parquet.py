"""Parquet keeps what CSV can only write: types, moments in UTC, and an empty text apart from none."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from assets.parquet import UnknownTypeError, write_parquet

COLUMNS = {
    "name": "text", "start": "timestamp with time zone", "day": "date", "count": "integer", "share": "double precision",
    "is_jam": "boolean", "bound": "numeric(3,2)",
}  # fmt: skip
# As PostgreSQL writes it: nulls empty, empty texts quoted, lines of a text within quotes.
LINES = [
    "name,start,day,count,share,is_jam,bound",
    '"Pal ""M"", Merah",2026-03-01 10:00:00+07,2026-03-01,1,0.1,t,0.60',
    '"dua\r\nbaris\n=1+1",2026-03-01 10:00:00.123456+07,2026-03-02,,,f,',
    '"",,,-3,1e-05,,1.00',
    ",,,,,,",
]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    source, target = tmp_path / "table.csv", tmp_path / "it's.parquet"
    source.write_bytes(("\n".join(LINES) + "\n").encode())
    write_parquet(source, COLUMNS, target, {"licence": "CC BY 4.0", "table": "it's"})
    return target


def ask(query: str, file: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(":memory:") as engine:
        engine.execute("set timezone = 'UTC'")
        return engine.execute(query, [str(file)]).fetchall()


def test_every_value_is_of_its_type_and_what_is_empty_is_none(written: Path) -> None:
    rows = ask("select * from read_parquet(?)", written)
    start = datetime(2026, 3, 1, 3, tzinfo=UTC)
    found = [tuple(row) for row in rows]
    assert found[0][:6] == ('Pal "M", Merah', start, date(2026, 3, 1), 1, 0.1, True)
    assert str(found[0][6]) == "0.60"
    assert found[1][:3] == ("dua\r\nbaris\n=1+1", start.replace(microsecond=123456), date(2026, 3, 2))
    assert found[2][:2] == ("", None)
    assert found[3] == (None,) * 7
    assert [row[3] for row in found] == [1, None, -3, None]


def test_moments_are_in_utc_and_texts_are_texts_of_a_dictionary(written: Path) -> None:
    schema = {
        row[0]: row[1:] for row in ask("select name, converted_type, logical_type from parquet_schema(?)", written)
    }
    assert "isAdjustedToUTC=1" in str(schema["start"][1])
    assert schema["name"][0] == "UTF8"
    assert schema["day"][0] == "DATE"


def test_a_file_says_what_it_is(written: Path) -> None:
    told = dict(ask("select decode(key), decode(value) from parquet_kv_metadata(?)", written))
    assert told == {"licence": "CC BY 4.0", "table": "it's"}


def test_a_text_that_comes_again_is_written_once(tmp_path: Path) -> None:
    source, target = tmp_path / "table.csv", tmp_path / "table.parquet"
    source.write_text("name\n" + "Kecamatan Kemuning\n" * 10_000, encoding="utf-8")
    write_parquet(source, {"name": "text"}, target, {})
    [(encodings,)] = ask("select encodings from parquet_metadata(?)", target)
    assert "DICTIONARY" in str(encodings)
    assert target.stat().st_size < 2_000


def test_a_type_that_nobody_named_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownTypeError, match="jsonb"):
        write_parquet(tmp_path / "none.csv", {"a": "jsonb"}, tmp_path / "none.parquet", {})


def test_a_table_that_is_no_table_leaves_no_file(tmp_path: Path) -> None:
    source, target = tmp_path / "table.csv", tmp_path / "table.parquet"
    source.write_text("count\nsatu\n", encoding="utf-8")
    with pytest.raises(duckdb.Error, match="satu"):
        write_parquet(source, {"count": "integer"}, target, {})
    assert not target.exists()
