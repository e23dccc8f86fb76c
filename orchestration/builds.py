"""Builds of the marts: whether one is needed, where it is written, and how it takes the readers' place.

dbt writes and tests in schemas of its own, `marts_next` beside `marts`. What passed takes the readers' names in one
transaction; what they read until then is where the next build writes, which catches up with what was touched since.
A build that failed stays where no reader looks.

Belongs here: the schemas, the record of builds. Does not belong here: running dbt (dbt.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection, sql
from psycopg.types.json import Json

from database.migrate import SHAPE_LOCK

# What one build writes and publishes together; a view of one layer reads the others as they were built with it.
LAYERS = ("reference", "staging", "intermediate", "marts", "portal")
# What a build reads.
SOURCES = ("raw", "ledger", "forecast")
# The target of dbt's profile that writes to the schemas of the next build.
TARGET = "next"


@dataclass(frozen=True)
class Build:
    """What the marts are made of.

    Attributes:
        as_of: Moment that they are of.
        project: Digest of the dbt project.
        sources: Digest of the rows of each table that they are made from; None where the clock runs, and another build
            is of another moment anyway.
    """

    as_of: datetime
    project: str
    sources: Mapping[str, str] | None


def stored_sources(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Tables that end up in what a build stores; what is read through views alone is never old.

    Args:
        manifest: Of dbt, as its manifest.json holds it.

    Returns:
        By `schema.table` the condition under which a row means something to the marts, where there is one.
    """
    nodes, children = manifest["nodes"], manifest["child_map"]

    def is_stored(name: str) -> bool:
        node = nodes.get(name, {})
        if node.get("resource_type") != "model":
            return False
        return node["config"]["materialized"] != "view" or any(map(is_stored, children[name]))

    found = (source for name, source in manifest["sources"].items() if any(map(is_stored, children[name])))
    return {f"{source['schema']}.{source['name']}": source["meta"].get("counts_where", "true") for source in found}


def digests(connection: Connection, tables: Mapping[str, str], as_of: datetime) -> dict[str, str]:
    """Digest of each table's rows, whatever their order. Costs a reading of all of them.

    Args:
        connection: Open connection.
        tables: As `stored_sources` tells them.
        as_of: Moment of the build; the conditions may name it.
    """
    query = (
        "select count(*) || '-' || coalesce(sum(hashtextextended(rows::text, 0)::numeric), 0)"
        " from {} as rows cross join (select {}::timestamptz as as_of) as build where {}"
    )
    found = {}
    for table, condition in tables.items():
        named, moment = sql.Identifier(*table.split(".")), sql.Literal(as_of)
        asked = sql.SQL(query).format(named, moment, sql.SQL(condition))
        [(found[table],)] = connection.execute(asked).fetchall()
    return found


def published_alike(connection: Connection, build: Build) -> bool:
    """Whether readers have these very marts already: of the same moment, by the same rules, from the same rows."""
    newest = connection.execute(
        "select as_of, project_digest, sources from quality.mart_builds"
        " where published_at is not null order by published_at desc limit 1"
    ).fetchone()
    return build.sources is not None and newest == (build.as_of, build.project, build.sources)


@dataclass(frozen=True)
class Begun:
    """A build that is under way.

    Attributes:
        build_id: Its row in `quality.mart_builds`.
        writes_on: Whether it may write on where it is written: a build of the same project was finished there, and none
            of another project begun there since; else a mart would mix two rules.
        is_proven: Whether a build of the same project was published: its unit tests passed.
    """

    build_id: int
    writes_on: bool
    is_proven: bool


def begin(connection: Connection, build: Build, run_id: str) -> Begun:
    """Open a build, in schemas that readers do not see."""
    _analyze_new_tables(connection)
    for layer in LAYERS:
        connection.execute(sql.SQL("create schema if not exists {}").format(_next(layer)))
    [(place,)] = connection.execute("select 'marts_next'::regnamespace::oid").fetchall()
    [(writes_on, is_proven)] = connection.execute(
        """
        select
            coalesce(bool_or(place = %(place)s and build_id > (
                select coalesce(max(other.build_id), 0)
                from quality.mart_builds as other
                where other.place = %(place)s and other.project_digest <> %(project)s
            )), false),
            count(*) > 0
        from quality.mart_builds
        where project_digest = %(project)s and published_at is not null
        """,
        {"place": place, "project": build.project},
    ).fetchall()
    [(build_id,)] = connection.execute(
        "insert into quality.mart_builds (as_of, project_digest, sources, place, run_id)"
        " values (%s, %s, %s, %s, %s) returning build_id",
        [build.as_of, build.project, None if build.sources is None else Json(build.sources), place, run_id],
    ).fetchall()
    return Begun(build_id, writes_on, is_proven)


def _analyze_new_tables(connection: Connection) -> None:
    """Have PostgreSQL look at what was filled and never analyzed, which it would plan as if nothing were in it."""
    # Not by PostgreSQL's counters of rows, which tell of a write up to a second after it.
    found = connection.execute(
        "select nspname, relname from pg_class inner join pg_namespace on relnamespace = pg_namespace.oid"
        " where nspname = any(%s) and relkind = 'r' and reltuples < 0 and pg_relation_size(pg_class.oid) > 0",
        [list(SOURCES)],
    ).fetchall()
    for table in found:
        connection.execute(sql.SQL("analyze {}").format(sql.Identifier(*table)))


def publish(connection: Connection, build_id: int) -> None:
    """Give readers what was built; the caller owns the transaction, and a reader sees all of it or nothing."""
    connection.execute("select pg_advisory_xact_lock(%s)", [SHAPE_LOCK])
    for layer in LAYERS:
        given = {"published": sql.Identifier(layer), "next": _next(layer), "before": sql.Identifier(f"{layer}_before")}
        exists = connection.execute("select to_regnamespace(%s) is not null", [layer]).fetchone() == (True,)
        statements = []
        if exists:
            for role in _readers(connection, layer):
                given["role"] = sql.Identifier(role)
                for statement in (
                    "grant usage on schema {next} to {role}",
                    "grant select on all tables in schema {next} to {role}",
                    "revoke usage on schema {published} from {role}",
                ):
                    connection.execute(sql.SQL(statement).format(**given))
            statements.append("alter schema {published} rename to {before}")
        statements.append("alter schema {next} rename to {published}")
        if exists:
            statements.append("alter schema {before} rename to {next}")
        for statement in statements:
            connection.execute(sql.SQL(statement).format(**given))
    connection.execute(
        "update quality.mart_builds set published_at = clock_timestamp() where build_id = %s", [build_id]
    )


@dataclass(frozen=True)
class Published:
    """The build that readers see: the moment it is of, when it was published and by which run."""

    as_of: datetime
    published_at: datetime
    run_id: str


def published(connection: Connection) -> Published | None:
    """What readers see now; None before the first build."""
    newest = connection.execute(
        "select as_of, published_at, run_id from quality.mart_builds"
        " where published_at is not null order by published_at desc limit 1"
    ).fetchone()
    return Published(*newest) if newest is not None else None


def _next(layer: str) -> sql.Identifier:
    """Schema in which the next build writes a layer."""
    return sql.Identifier(f"{layer}_next")


def _readers(connection: Connection, layer: str) -> list[str]:
    """Roles that may look into a layer, beside its owner: ours, and those that a city let in itself."""
    found = connection.execute(
        "select pg_get_userbyid(grantee) from pg_namespace, aclexplode(nspacl)"
        " where nspname = %s and privilege_type = 'USAGE' and grantee not in (0, nspowner)",
        [layer],
    )
    return [role for (role,) in found]
