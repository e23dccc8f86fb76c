"""The backup: each database as one snapshot, and the folders that nothing can rebuild.

Belongs here: how a backup is taken while runs are going on. Does not belong here: the file (backup_file.py), folders
(backup_folders.py).
"""

import os
import re
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg import Connection, connect

from database.backup_file import DUMPS, FOLDERS, BackupError, Manifest, digest_of, write_manifest
from database.backup_folders import copy_folder
from database.migrate import SHAPE_LOCK
from database.programs import ProgramError, connected, programs

# Where a build writes until it is published: it is made anew, and its tables come and go while a dump is taken.
NEXT = r"(reference|staging|intermediate|marts)_next"

READERS = """
select distinct pg_get_userbyid(refobjid) as role
from pg_shdepend
where refclassid = 'pg_authid'::regclass and deptype = 'a'
    and dbid = (select oid from pg_database where datname = current_database())
order by role
"""
DEFAULTS = f"""
select nspname, defaclobjtype::text, privilege_type, pg_get_userbyid(grantee)
from pg_default_acl
join pg_namespace on pg_namespace.oid = defaclnamespace,
    aclexplode(defaclacl)
where grantee not in (0, defaclrole) and nspname !~ '^{NEXT}$'
order by 1, 2, 3, 4
"""  # noqa: S608 - a constant of this module
# A view of somebody's own on a mart follows its table, also to where the next build is written.
ASTRAY = f"""
select distinct format('%I.%I', views.nspname, pg_class.relname)
from pg_depend
join pg_rewrite on pg_rewrite.oid = pg_depend.objid
join pg_class on pg_class.oid = pg_rewrite.ev_class
join pg_namespace as views on views.oid = pg_class.relnamespace
join pg_class as read on read.oid = pg_depend.refobjid
join pg_namespace as places on places.oid = read.relnamespace
where pg_depend.classid = 'pg_rewrite'::regclass and pg_depend.refclassid = 'pg_class'::regclass
    and places.nspname ~ '^{NEXT}$' and views.nspname !~ '^{NEXT}$'
"""  # noqa: S608 - a constant of this module


def write_backup(
    file: Path, urls: Mapping[str, str], folders: Mapping[str, Path], tell: Callable[[str], object]
) -> Manifest:
    """Write a backup beside a file and rename it when it is whole.

    Args:
        file: To write; what is there is replaced.
        urls: Of each database by its name in the file, the city's first.
        folders: By name in the file; one that is not there is left out.
        tell: Takes what is being read.

    Returns:
        What was written.

    Raises:
        BackupError: The city's database has no tables, or cannot be dumped.
        ProgramError: There is no pg_dump as new as the server.
    """
    as_of, files = datetime.now(UTC), dict[str, str]()
    # Only its owner may look into it: it holds what people wrote.
    with TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as beside, _shape_held(urls["city"]) as city:
        if city.execute("select to_regclass('public.alembic_version')").fetchone() == (None,):
            raise BackupError("Expected a city in the database, found no tables. Run: jsc run")
        whole, left_out = Path(beside, "backup"), [str(name) for (name,) in city.execute(ASTRAY)]
        whole.touch(mode=0o600)
        with tarfile.open(whole, "w:") as archive:
            for name, path in _parts(urls, folders, left_out, Path(beside), tell):
                files[name] = digest_of(path)
                archive.add(path, name)
                path.unlink()
            manifest = _manifest(city, as_of, left_out, files)
            write_manifest(archive, manifest, Path(beside))
        with whole.open("rb") as written:
            os.fsync(written.fileno())
        whole.replace(file)
    return manifest


@contextmanager
def _shape_held(url: str) -> Iterator[Connection]:
    """A session in which no table gets another name: pg_dump reads each by name, after it took its snapshot."""
    with connect(url, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock_shared(%s)", [SHAPE_LOCK])
        yield connection


def _parts(
    urls: Mapping[str, str],
    folders: Mapping[str, Path],
    left_out: list[str],
    beside: Path,
    tell: Callable[[str], object],
) -> Iterator[tuple[str, Path]]:
    """Each file of the backup: its name in the archive, and where it lies until it is in there."""
    for name, url in urls.items():
        path = beside / f"{name}.dump"
        _dump(url, path, left_out if name == "city" else [], tell)
        yield f"{DUMPS}/{path.name}", path
    for name, folder in folders.items():
        if folder.is_dir():
            tell(f"{folder}")
            copy = copy_folder(folder, beside / name)
            for path in sorted(path for path in copy.rglob("*") if path.is_file()):
                yield f"{FOLDERS}/{name}/{path.relative_to(copy).as_posix()}", path


def _dump(url: str, path: Path, left_out: list[str], tell: Callable[[str], object]) -> None:
    """Dump a database as of one moment; tables are read side by side with whoever writes."""
    where, environment = connected(url)
    with connect(url) as connection:
        major = connection.info.server_version // 10000
    out = [f"--exclude-schema={NEXT}", *(f"--exclude-table={name}" for name in left_out)]
    command = [str(programs(major) / "pg_dump"), where, "--format=custom", f"--file={path}", "--verbose", *out]
    told = ""
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as dumping:  # noqa: S603 - PostgreSQL's own
        for line in dumping.stderr or []:
            if found := re.search(r'contents of table "(.*)"', line):
                tell(f"{path.stem}: {found[1]}")
            elif "error:" in line:
                told = told or line.strip()
    if dumping.returncode:
        raise ProgramError(f"The backup was not written: {told}. Mend that, or run it again.")


def _manifest(city: Connection, as_of: datetime, left_out: list[str], files: Mapping[str, str]) -> Manifest:
    [(revision,)] = city.execute("select version_num from public.alembic_version").fetchall()
    [(postgresql,)] = city.execute("select current_setting('server_version')").fetchall()
    return Manifest(
        platform=version("jakarta-smart-city"),
        revision=revision,
        postgresql=postgresql.partition(" ")[0],
        as_of=as_of.isoformat(timespec="seconds"),
        roles=[str(role) for (role,) in city.execute(READERS)],
        defaults=[list(row) for row in city.execute(DEFAULTS)],
        left_out=left_out,
        files=files,
    )
