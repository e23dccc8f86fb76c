"""A backup taken back: into empty databases, or into those of a city that gives way to it, each in one transaction.

Belongs here: what may be restored where, and how. Does not belong here: the file (backup_file.py), folders
(backup_folders.py), migrations.
"""

import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

from psycopg import Connection, connect, sql

from database.backup_file import DUMPS, FOLDERS, BackupError, Manifest, extract, read_manifest
from database.backup_folders import put_folder
from database.migrate import knows
from database.programs import ProgramError, connected, programs
from database.roles import make_roles

CHUNK = 1 << 20

IS_EMPTY = """
select not exists (
    select from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname !~ '^pg_' and nspname <> 'information_schema'
)
"""
OTHERS = """
select count(*) from pg_stat_activity
where datname = current_database() and usename is not null and pid <> pg_backend_pid()
"""
CLEAR = """
do $$
declare statement text;
begin
    for statement in
        select format('drop schema %I cascade', nspname) from pg_namespace
        where nspname !~ '^pg_' and nspname not in ('information_schema', 'public')
    loop execute statement; end loop;
    for statement in
        select format(
            'drop %s if exists public.%I cascade',
            case relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table'
            end, relname
        ) from pg_class
        where relnamespace = to_regnamespace('public') and relkind in ('r', 'p', 'v', 'm', 'S')
    loop execute statement; end loop;
end $$;
"""
# A schema has another number here, by which a build knows what was written where.
PLACES = """
do $$
begin
    if exists (
        select from information_schema.columns
        where table_schema = 'quality' and table_name = 'mart_builds' and column_name = 'place'
    ) then
        update quality.mart_builds set place = 0;
        update quality.mart_builds set place = to_regnamespace('marts')
        where build_id = (
            select build_id from quality.mart_builds where published_at is not null order by published_at desc limit 1
        );
    end if;
end $$;
"""
# What names the owner that it was dumped from, whose place another takes, and what belongs to a server's own owner.
OF_OTHERS = re.compile(r"; \d+ \d+ (DEFAULT ACL|ACL pg_catalog) ")
KINDS = {"r": "tables", "S": "sequences", "f": "functions", "T": "types"}


def restore_backup(
    file: Path, urls: Mapping[str, str], folders: Mapping[str, Path], tell: Callable[[str], object], *, replace: bool
) -> tuple[Manifest, list[str]]:
    """Restore a backup; what belongs to the user of a URL is theirs, whoever it belonged to.

    Args:
        file: The backup.
        urls: Of each database by its name in the file, the city's first.
        folders: By name in the file.
        tell: Takes what is being done.
        replace: Whether what is there gives way.

    Returns:
        What was restored, and the roles that were made for it.

    Raises:
        BackupError: It cannot be restored here; nothing was changed.
        ProgramError: A program is missing, or a database refused its dump, and is as it was.
        UnfitDatabaseError: A role is missing that the user may not make.
    """
    manifest = read_manifest(file)
    if not knows(manifest.revision):
        raise BackupError(
            f"Expected a backup of this version or an older one, found migration {manifest.revision} of version"
            f" {manifest.platform}. Install that version or a newer one and restore with it."
        )
    for url in urls.values():
        with connect(url) as connection:
            _require_fit(connection, manifest, replace=replace)
    _require_room_for(folders, replace=replace)
    with TemporaryDirectory(prefix=".restore-", dir=_disk_of(folders, file)) as extracted:
        extract(file, manifest, Path(extracted), tell)
        with connect(urls["city"]) as connection:
            made = make_roles(connection, manifest.roles)
        for name, url in urls.items():
            after = PLACES + _defaults(manifest) if name == "city" else ""
            _load(url, Path(extracted, DUMPS, f"{name}.dump"), after, tell)
        for name, folder in folders.items():
            put_folder(Path(extracted, FOLDERS, name), folder)
    return manifest, made


def _disk_of(folders: Mapping[str, Path], file: Path) -> Path:
    """Where there is room for what is extracted: where the folders lie, or beside the backup where that is a store."""
    parent = next(iter(folders.values())).parent
    if not isinstance(parent, Path):
        return file.parent
    parent.mkdir(parents=True, exist_ok=True)
    return parent


def _require_fit(connection: Connection, manifest: Manifest, *, replace: bool) -> None:
    database = connection.info.dbname
    found, expected = connection.info.server_version // 10000, int(manifest.postgresql.partition(".")[0])
    if found < expected:
        raise BackupError(f"Expected PostgreSQL {expected} or newer, found {found}. Restore on a newer server.")
    [(others,)] = connection.execute(OTHERS).fetchall()
    if others:
        raise BackupError(
            f"Expected nobody at work in {database}, found {others} other sessions. Stop jsc ui, jsc run and jsc sql"
            " first."
        )
    if not replace and connection.execute(IS_EMPTY).fetchone() != (True,):
        raise BackupError(
            f"Expected an empty database, found tables in {database}. Give --replace to have the backup in their place."
        )


def _require_room_for(folders: Mapping[str, Path], *, replace: bool) -> None:
    for folder in folders.values():
        if not replace and folder.is_dir() and any(folder.iterdir()):
            raise BackupError(
                f"Expected an empty folder, found files in {folder}. Give --replace to have the backup in their place."
            )


def _defaults(manifest: Manifest) -> str:
    """What its readers may do with tables to come, given by the new owner."""
    given = sql.SQL("").join(
        sql.SQL("alter default privileges in schema {} grant {} on {} to {};\n").format(
            sql.Identifier(schema), sql.SQL(privilege), sql.SQL(KINDS[kind]), sql.Identifier(role)
        )
        for schema, kind, privilege, role in manifest.defaults
        if kind in KINDS
    )
    return given.as_string()


def _load(url: str, dump: Path, after: str, tell: Callable[[str], object]) -> None:
    """Have a dump in the place of what is in a database: all of it or nothing."""
    with connect(url) as connection:
        folder = programs(connection.info.server_version // 10000)
    listed = subprocess.run([folder / "pg_restore", "--list", dump], capture_output=True, text=True, check=False)  # noqa: S603 - PostgreSQL's own
    if listed.returncode:
        raise ProgramError(f"Expected a dump that pg_restore reads, found: {listed.stderr.strip()}")
    wanted = dump.with_suffix(".list")
    wanted.write_text("".join(line for line in listed.stdout.splitlines(True) if not OF_OTHERS.search(line)))
    where, environment = connected(url)
    reading = [str(folder / "pg_restore"), "--file=-", "--no-owner", f"--use-list={wanted}", str(dump)]
    writing = [str(folder / "psql"), where, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"]
    with (
        TemporaryFile("w+") as told,
        subprocess.Popen(  # noqa: S603 - PostgreSQL's own
            writing, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=told
        ) as psql,
        subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=told) as source,  # noqa: S603 - PostgreSQL's own
    ):
        if psql.stdin is not None and source.stdout is not None:
            _pump(source, psql.stdin, after, lambda done: tell(f"{dump.stem}: {done / 1e6:,.0f} MB"))
        failed = psql.wait() or source.wait()
        told.seek(0)
        lines = told.read().splitlines()
    if failed:
        why = next((line for line in lines if re.search(r"ERROR:|FATAL:|error:", line)), f"code {failed}")
        raise ProgramError(f"The database was not restored, and is as it was: {why}")


def _pump(source: "subprocess.Popen[bytes]", to: IO[bytes], after: str, tell: Callable[[int], object]) -> None:
    """Hand over a script in one transaction; it is committed where its source came to its end."""
    done = 0
    try:
        to.write(f"begin;\n{CLEAR}".encode())
        while source.stdout is not None and (chunk := source.stdout.read(CHUNK)):
            to.write(chunk)
            done += len(chunk)
            tell(done)
        if source.wait() == 0:
            to.write(f"\n{after}commit;\n".encode())
        to.close()
    except BrokenPipeError:
        # psql left and said why.
        source.kill()
