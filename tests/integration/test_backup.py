"""A backup restored on another server says what the city said; what cannot be restored is refused in words."""

import json
import re
import tarfile
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from assets.settings import Settings
from command.backup import databases_of, folders_of
from command.cli import app
from database.backup import write_backup
from database.backup_file import MANIFEST, BackupError, read_manifest
from database.migrate import migrate
from database.programs import ProgramError, programs
from database.restore import restore_backup
from database.server import with_database
from orchestration.builds import Begun, Build, begin, digests, publish

pytestmark = pytest.mark.system

runner = CliRunner()


def unheard(_: str) -> None:
    """Nobody listens."""


def tables_of(url: str, *schemas: str) -> dict[str, str]:
    """Digest of every table's and view's rows."""
    with psycopg.connect(url) as connection:
        names = connection.execute(
            "select format('%%I.%%I', nspname, relname) from pg_class join pg_namespace on pg_namespace.oid ="
            " relnamespace where nspname = any(%s) and relkind in ('r', 'p', 'v')",
            [list(schemas)],
        ).fetchall()
        return digests(connection, dict.fromkeys((name for (name,) in names), "true"), datetime.now(UTC))


def readers(url: str) -> dict[str, list[str]]:
    """Who may do what with each table and schema, and with those to come; owners left out."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            """
            with granted as (
                select oid::regclass::text as thing, relacl as acl, relowner as owner from pg_class
                union all select nspname, nspacl, nspowner from pg_namespace
                union all select attrelid::regclass || '.' || attname, attacl, 0 from pg_attribute
                union all
                select 'to come in ' || defaclnamespace::regnamespace, defaclacl, defaclrole from pg_default_acl
            )
            select thing, privilege_type || ' to ' || pg_get_userbyid(grantee) from granted, aclexplode(acl)
            where grantee not in (0, 10, owner) and thing !~ '_next' order by 1, 2
            """
        ).fetchall()
    told: dict[str, list[str]] = {}
    for thing, privilege in found:
        told.setdefault(thing, []).append(privilege)
    return told


@pytest.fixture
def folders(tmp_path: Path) -> Mapping[str, Path]:
    """Folders as a sweep and a report left them, and one that is not there."""
    states, reports = tmp_path / "home/camera_states", tmp_path / "home/reports"
    states.mkdir(parents=True)
    (reports / "older").mkdir(parents=True)
    (states / "0001-20260301T0000Z.npy").write_bytes(b"\x93states")
    (states / "0001-20260301T0000Z.npy.17.partial").write_bytes(b"half")
    (reports / "older" / "weekly_jam_forecast_2026-W09.html").write_text("<p>macet</p>")
    return {"camera_states": states, "reports": reports, "camera_sheets": tmp_path / "home/camera_sheets"}


@pytest.fixture
def urls(server: str, copy_of_marts: str) -> Mapping[str, str]:
    """A city with marts that were published, a role of its own, and Dagster's records."""
    dagster = with_database(server, "dagster_of_truth")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("drop database if exists dagster_of_truth with (force)")
        connection.execute("create database dagster_of_truth")
        connection.execute(
            "do $$ begin create role dashboard_of_truth nologin; exception when duplicate_object then null; end $$"
        )
    with psycopg.connect(dagster) as connection:
        connection.execute("create table runs (id bigint generated always as identity primary key, body text)")
        connection.execute("insert into runs (body) select 'run ' || n from generate_series(1, 500) as n")
    with psycopg.connect(copy_of_marts) as connection:
        connection.execute("grant usage on schema marts to dashboard_of_truth")
        connection.execute("grant select on marts.mart_channel_daily to dashboard_of_truth")
        build_id = begin(connection, Build(datetime(2026, 3, 6, tzinfo=UTC), "rules", None), "run").build_id
        connection.execute("create table marts_next.half_built (figure int)")
        connection.execute(
            "update quality.mart_builds set published_at = now(), place = 'marts'::regnamespace where build_id = %s",
            [build_id],
        )
    return {"city": copy_of_marts, "dagster": dagster}


@pytest.fixture
def new(own: Settings) -> Iterator[Callable[[], dict[str, str]]]:
    """Makes an empty pair of databases on another server."""
    admin, made = with_database(databases_of(own)["city"], "postgres"), []

    def make() -> dict[str, str]:
        names = {"city": f"restored_{len(made)}", "dagster": f"restored_{len(made)}_dagster"}
        made.append(names)
        with psycopg.connect(admin, autocommit=True) as connection:
            for name in names.values():
                connection.execute(f"create database {name}".encode())
        return {name: with_database(admin, database) for name, database in names.items()}

    yield make
    with psycopg.connect(admin, autocommit=True) as connection:
        for database in (database for names in made for database in names.values()):
            connection.execute(f"drop database {database} with (force)".encode())


def elsewhere(folders: Mapping[str, Path], home: Path) -> dict[str, Path]:
    home.mkdir()
    return {name: home / name for name in folders}


def test_a_city_restored_on_an_empty_server_says_what_it_said(
    urls: Mapping[str, str], folders: Mapping[str, Path], new: Callable[[], dict[str, str]], tmp_path: Path
) -> None:
    file, restored, places, heard = tmp_path / "city.backup", new(), elsewhere(folders, tmp_path / "other"), []
    write_backup(file, urls, folders, heard.append)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob(".*")] == []
    assert "city: marts.mart_channel_daily" in heard
    _, made = restore_backup(file, restored, places, heard.append, replace=False)
    migrate(restored["city"])
    assert {"analyst", "engineer", "jsc_sql", "dashboard_of_truth"} <= set(made)
    schemas = ("raw", "ledger", "private", "forecast", "reference", "staging", "intermediate", "marts")
    before, after = tables_of(urls["city"], *schemas), tables_of(restored["city"], *schemas)
    assert len([name for name in before if name.startswith("marts.") and not before[name].startswith("0-")]) > 10
    assert after == before
    assert tables_of(restored["dagster"], "public") == tables_of(urls["dagster"], "public")
    assert readers(restored["city"]) == readers(urls["city"])
    assert sorted(path.relative_to(tmp_path / "other").as_posix() for path in places["camera_states"].iterdir()) == [
        "camera_states/0001-20260301T0000Z.npy"
    ]
    assert (places["reports"] / "older/weekly_jam_forecast_2026-W09.html").read_text() == "<p>macet</p>"
    assert not places["camera_sheets"].exists()
    with psycopg.connect(restored["city"]) as connection:
        # What readers see may be written on once it is not read any more; nothing else was restored.
        places_of_builds = connection.execute("select place, 'marts'::regnamespace::oid from quality.mart_builds")
        assert [place == marts for place, marts in places_of_builds] == [True]
        assert connection.execute("select to_regnamespace('marts_next')").fetchone() == (None,)
        # A sequence goes on where it was.
        begun = begin(connection, Build(datetime(2026, 3, 7, tzinfo=UTC), "rules", None), "run")
        assert begun == Begun(build_id=2, writes_on=False, is_proven=True)


def test_what_is_there_gives_way_only_when_asked_and_whole(
    urls: Mapping[str, str], folders: Mapping[str, Path], new: Callable[[], dict[str, str]], tmp_path: Path
) -> None:
    file, restored, places = tmp_path / "city.backup", new(), elsewhere(folders, tmp_path / "other")
    write_backup(file, urls, folders, unheard)
    migrate(restored["city"])
    with psycopg.connect(restored["city"]) as connection:
        connection.execute("insert into ledger.number_counters values ('2026-01-01', 7)")
    with pytest.raises(BackupError, match="Give --replace"):
        restore_backup(file, restored, places, unheard, replace=False)
    with psycopg.connect(restored["city"]), pytest.raises(BackupError, match="found 1 other sessions"):
        restore_backup(file, restored, places, unheard, replace=True)
    # A function of somebody's own in the way: the dump does not get in, and what was there stays.
    with psycopg.connect(urls["city"]) as connection:
        connection.execute("create function public.ours() returns int language sql as 'select 1'")
    write_backup(file, urls, folders, unheard)
    with psycopg.connect(restored["city"]) as connection:
        connection.execute("create function public.ours() returns int language sql as 'select 2'")
    with pytest.raises(ProgramError, match="is as it was: .*ours"):
        restore_backup(file, restored, places, unheard, replace=True)
    with psycopg.connect(restored["city"]) as connection:
        assert connection.execute("select * from ledger.number_counters").fetchall()
        connection.execute("drop function public.ours()")
    restore_backup(file, restored, places, unheard, replace=True)
    assert tables_of(restored["city"], "marts", "ledger") == tables_of(urls["city"], "marts", "ledger")


@pytest.fixture
def file(urls: Mapping[str, str], folders: Mapping[str, Path], tmp_path: Path) -> Path:
    """A backup."""
    write_backup(tmp_path / "city.backup", urls, folders, unheard)
    return tmp_path / "city.backup"


def rewritten(file: Path, **changes: object) -> Path:
    """The same backup with another manifest."""
    other = file.with_suffix(".changed")
    with tarfile.open(file) as old, tarfile.open(other, "w:") as archive:
        for member in old.getmembers():
            content = old.extractfile(member)
            if member.name != MANIFEST:
                archive.addfile(member, content)
    said = json.loads(json.dumps(read_manifest(file).__dict__)) | changes
    (file.parent / MANIFEST).write_text(json.dumps(said))
    with tarfile.open(other, "a:") as archive:
        archive.add(file.parent / MANIFEST, MANIFEST)
    return other


def torn(file: Path) -> Path:
    other = file.with_suffix(".torn")
    other.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    return other


def damaged(file: Path) -> Path:
    other, content = file.with_suffix(".damaged"), bytearray(file.read_bytes())
    content[5000] ^= 255
    other.write_bytes(content)
    return other


def test_a_file_that_is_no_backup_of_ours_is_refused_in_words(
    file: Path, new: Callable[[], dict[str, str]], folders: Mapping[str, Path], tmp_path: Path
) -> None:
    restored, places = new(), elsewhere(folders, tmp_path / "other")
    for wrong, said in (
        (torn(file), "Expected a whole backup"),
        (damaged(file), "found other bytes. The file is damaged"),
        ({"revision": "9999", "platform": "9.1.0"}, "found migration 9999 of version 9.1.0. Install"),
        ({"format": 2, "platform": "9.1.0"}, "found 2 in .*, written by version 9.1.0"),
        ({"postgresql": "99.1"}, "Expected PostgreSQL 99 or newer"),
    ):
        wrong = rewritten(file, **wrong) if isinstance(wrong, dict) else wrong
        with pytest.raises(BackupError, match=said):
            restore_backup(wrong, restored, places, unheard, replace=False)
    assert tables_of(restored["city"], "public", "marts") == {}


def test_a_publication_and_a_backup_wait_for_each_other(
    urls: Mapping[str, str], folders: Mapping[str, Path], new: Callable[[], dict[str, str]], tmp_path: Path
) -> None:
    file, restored = tmp_path / "city.backup", new()
    with psycopg.connect(urls["city"]) as publishing:
        build_id = begin(publishing, Build(datetime(2026, 3, 8, tzinfo=UTC), "rules", None), "run").build_id
        publish(publishing, build_id)
        backup = threading.Thread(target=write_backup, args=(file, urls, folders, unheard))
        backup.start()
        backup.join(timeout=2)
        assert backup.is_alive()
        assert not file.exists()
        publishing.commit()
    backup.join()
    restore_backup(file, restored, elsewhere(folders, tmp_path / "other"), unheard, replace=False)
    assert [*tables_of(restored["city"], "marts")] == ["marts.half_built"], "what was published while it waited"


def test_a_server_that_is_newer_than_every_pg_dump_is_named() -> None:
    with pytest.raises(ProgramError, match=r"pg_dump of PostgreSQL 99 or newer, found \d+\. Install it"):
        programs(99)
    for major in (15, 16, 18):
        assert re.search(r"\d+", str(programs(major)))


def test_the_command_restores_and_backs_up_and_says_what_it_cannot(
    file: Path, own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JSC_HOME", str(own.home))
    again = tmp_path / "again.backup"
    for arguments, code, said in (
        (["backup", str(again)], 1, "Expected a city in the database, found no tables. Run: jsc run"),
        (["restore", str(file)], 0, "Restored as of"),
        (["restore", str(file)], 1, "Expected an empty database, found tables in jakarta. Give --replace"),
        (["backup", str(again)], 0, "It holds personal data"),
        (["restore", str(again), "--replace"], 0, "Restored as of"),
    ):
        result = runner.invoke(app, arguments)
        assert (result.exit_code, said in result.output) == (code, True), result.output
    assert read_manifest(again).revision == read_manifest(file).revision


def test_the_command_knows_every_folder_that_nothing_rebuilds(own: Settings) -> None:
    # Beside the databases; what is named here is made anew, or is the operator's.
    rebuilt = {"dagster_home", "dbt_runs", "sample", "data"}
    properties = {name for name in dir(Settings) if isinstance(getattr(Settings, name), property)}
    assert {name for name in properties if not name.startswith(("_", "model_"))} - rebuilt == set(folders_of(own))
