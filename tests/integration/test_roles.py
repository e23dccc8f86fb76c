"""Who may read what: an analyst marts and never a name; an engineer everything but who reported, and from where."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from assets.city import city_folder
from assets.clock import city_zone
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import take_in
from assets.complaints.ledger import decide_pending
from assets.complaints.triage.desk import Desk
from assets.reference import load_reference
from assets.settings import Settings
from assets.sources.landing import open_batch
from database.migrate import migrate
from database.roles import SQL_ROLE, analyst_login
from database.server import database_url as url_of
from database.settings import PROJECT
from tests.served import HERE

SCHEMAS = ("raw", "ledger", "private", "forecast", "quality", "marts", "reference")
NOW = datetime(2026, 3, 2, tzinfo=UTC)
WITHHELD = {
    ("ledger.complaints", "latitude"), ("ledger.complaints", "longitude"), ("ledger.complaints", "source_record_id"),
    ("ledger.routing_models", "model"), ("ledger.spots", "latitude"), ("ledger.spots", "longitude"),
    ("ledger.tracking_numbers", "open_key"), ("raw.case_events", "source_record_id"), ("raw.inbox", "source_record_id"),
    ("raw.pending", "source_record_id"), ("raw.quarantine", "origin"), ("raw.quarantine", "source_record_id"),
}  # fmt: skip


def columns(connection: psycopg.Connection, schemas: tuple[str, ...] = SCHEMAS) -> list[tuple[str, str, str]]:
    """Schema, table and column of everything there is."""
    return connection.execute(
        "select table_schema, table_name, column_name from information_schema.columns"
        " where table_schema = any(%s) order by 1, 2, ordinal_position",
        [list(schemas)],
    ).fetchall()


def may_read(connection: psycopg.Connection, role: str, schema: str, table: str, column: str) -> bool:
    statement = sql.SQL("select {} from {} limit 1").format(sql.Identifier(column), sql.Identifier(schema, table))
    try:
        with connection.transaction():
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
            connection.execute(statement)
            connection.execute("reset role")
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


@pytest.fixture
def city(connection: psycopg.Connection) -> psycopg.Connection:
    # As dbt makes them: after the roles, by the owner of the schemas.
    connection.execute("create table marts.fct_complaints (complaint_id uuid)")
    connection.execute("create table reference.kelurahan (kelurahan_code text)")
    return connection


@pytest.mark.parametrize("role", ["analyst", SQL_ROLE])
def test_an_analyst_reads_marts_alone(city: psycopg.Connection, role: str) -> None:
    assert {schema for schema, *rest in columns(city) if may_read(city, role, schema, *rest)} == {"marts"}


def test_an_engineer_reads_everything_but_names_points_and_ids_of_records(city: psycopg.Connection) -> None:
    withheld = {
        (f"{schema}.{table}", column)
        for schema, table, column in columns(city)
        if schema != "private" and not may_read(city, "engineer", schema, table, column)
    }
    assert withheld == WITHHELD
    assert not any(may_read(city, "engineer", *one) for one in columns(city, ("private",)))


def test_an_engineer_finds_no_home_and_no_message_id(city: psycopg.Connection, tmp_path: Path) -> None:
    for folder in ("email", "facebook"):
        (tmp_path / folder).mkdir()
    mail = (
        "From: Budi Contoh <budi@mail.example>\nDate: Sun, 1 Mar 2026 08:00:00 +0700\nMessage-ID: <m1@mail.example>\n"
        f"Subject: Laporan\n\nLampu jalan mati di Jl. Mawar, kelurahan {HERE.name}\n"
    )
    (tmp_path / "email/1.eml").write_text(mail)
    # No date, so that it is held in quarantine under its id.
    (tmp_path / "email/2.eml").write_text(mail.replace("m1@", "m2@").replace("Date: Sun, 1", "Date: Sun, 41"))
    latitude, longitude = f"{HERE.latitude:.3f}54321", f"{HERE.longitude:.3f}65432"
    at_home = {"id": "5_7", "message": "Lampu mati", "created_time": "2026-03-01T01:00:00+0000",
               "place": {"location": {"latitude": float(latitude), "longitude": float(longitude)}}}  # fmt: skip
    (tmp_path / "facebook/1.json").write_text(json.dumps({"data": [at_home]}))
    for code in ("email", "facebook"):
        take_in(city, CHANNELS[code], tmp_path, open_batch(tmp_path, code, "1", NOW))
    decide_pending(city, Desk.of(load_reference(city_folder())), "1", NOW)
    everything = told(city, "postgres")
    assert all(text in everything for text in ("m1@mail.example", latitude, longitude)), "they are stored"
    engineers = told(city, "engineer")
    assert not [text for text in ("@mail.example", latitude[:-3], longitude[:-3]) if text in engineers]


def told(connection: psycopg.Connection, role: str) -> str:
    """All that a role may read, as text."""
    told = []
    for schema, table, column in columns(connection):
        if role == "postgres" or may_read(connection, role, schema, table, column):
            query = sql.SQL("select {}::text from {}").format(sql.Identifier(column), sql.Identifier(schema, table))
            told += [str(value) for (value,) in connection.execute(query)]
    return "\n".join(told)


@pytest.mark.parametrize("role", ["analyst", "engineer"])
def test_neither_role_writes(city: psycopg.Connection, role: str) -> None:
    city.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        city.execute("insert into marts.fct_complaints values (null)")


# What a session of `jsc sql` may try; each begins with the read-only habit put off.
ESCAPES = (
    "set role postgres", "set role engineer", "set role analyst", "set session authorization postgres",
    "set local role postgres", "select set_config('role', 'postgres', false)",
    "select set_config('session_authorization', 'postgres', false)",
    "select reporter_name from private.complaints", "select * from ledger.complaints", "select * from raw.inbox",
    "select * from pg_authid", "select * from pg_largeobject",
    "select pg_read_file('/etc/passwd')", "select pg_read_binary_file('/etc/passwd')", "select pg_ls_dir('/')",
    "select pg_stat_file('/etc/passwd')", "select lo_import('/etc/passwd')", "select lo_export(1, '/tmp/x')",
    "select lo_create(0)", "select lo_creat(-1)", "select lo_from_bytea(0, 'x')", "select lo_put(1, 0, 'x')",
    "copy (select 1) to program 'id'", "copy (select 1) to '/tmp/jsc-sql-copy'",
    "create temp table t (l text); copy t from '/etc/passwd'", "create temp table t (l text); copy t from program 'id'",
    "create role thief superuser", "alter role jsc_sql superuser", "grant engineer to jsc_sql",
    "create extension dblink", "create table marts.t (n int)", "create table public.t (n int)",
    "delete from marts.fct_complaints", "drop table marts.fct_complaints", "alter system set fsync = off",
    "do language plpgsql $$ begin perform pg_read_file('/etc/passwd'); end $$", "load 'auto_explain'",
    "create function pg_temp.f() returns text language sql security definer as 'select reporter_name from"
    " private.complaints limit 1'; select pg_temp.f()",
    "select query_to_xml('select * from private.complaints', true, true, '')",
)  # fmt: skip


@pytest.fixture
def analyst(city: psycopg.Connection, database_url: str) -> Iterator[psycopg.Connection]:
    """A session as `jsc sql` opens it, on a city with a mart."""
    city.commit()
    with psycopg.connect(analyst_login(database_url, city_zone().key), autocommit=True) as session:
        yield session


@pytest.mark.parametrize("statement", ESCAPES)
def test_the_login_of_jsc_sql_becomes_nobody_else(analyst: psycopg.Connection, statement: str) -> None:
    analyst.execute("set default_transaction_read_only = off")
    refused = (psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported)
    with pytest.raises((*refused, psycopg.errors.UndefinedFile)):
        analyst.execute(statement.encode())
    assert who(analyst) == (SQL_ROLE, SQL_ROLE)


@pytest.mark.parametrize("statement", ["reset role", "set role none", "reset session authorization", "discard all"])
def test_going_back_leads_to_the_login_itself(analyst: psycopg.Connection, statement: str) -> None:
    analyst.execute(statement.encode())
    assert who(analyst) == (SQL_ROLE, SQL_ROLE)
    assert analyst.execute("select count(*) from marts.fct_complaints").fetchone() == (0,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        analyst.execute("select 1 from private.complaints")


def who(connection: psycopg.Connection) -> tuple[str, str] | None:
    return connection.execute("select session_user::text, current_user::text").fetchone()


def test_the_login_is_read_only_by_habit_and_a_member_of_nothing(analyst: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        analyst.execute("create temp table t (n int)")
    memberships = "select count(*) from pg_auth_members where member = 'jsc_sql'::regrole"
    assert analyst.execute(memberships).fetchone() == (0,)
    rights = (
        "select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls from pg_roles where rolname = %s"
    )
    assert analyst.execute(rights, [SQL_ROLE]).fetchone() == (False,) * 5


def test_a_server_that_asks_for_a_password_is_given_one(own: Settings) -> None:
    url = url_of(own)
    migrate(url)
    with psycopg.connect(url, autocommit=True) as admin:
        [(hba,)] = admin.execute("show hba_file").fetchall()
        rules = Path(hba).read_text()
        Path(hba).write_text(f"local all {SQL_ROLE} scram-sha-256\n{rules}")
        admin.execute("select pg_reload_conf()")
    login = analyst_login(url, city_zone().key)
    with psycopg.connect(login) as session:
        assert who(session) == (SQL_ROLE, SQL_ROLE)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(login, password="another")  # noqa: S106
    analyst_login(url, city_zone().key)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(login)
    shown = subprocess.run(  # noqa: S603 - our own command
        [Path(sys.executable).with_name("jsc"), "sql", "-c", "select session_user"],
        env={
            "PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "JSC_HOME": str(own.home), "JSC_DATABASE_URL": url,
        },
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert SQL_ROLE in shown.stdout
