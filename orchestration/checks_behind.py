"""Which checks stand behind each table of the portal: tests of dbt, and gates of what it is made from.

Belongs here: the walk through dbt's manifest. Does not belong here: what the checks found (quality.gate_results), how
it is told (portal/quality.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

# Layer of dbt_project/models whose views are published.
LAYER = "portal"
# What a table is filled from that dbt does not read: where nothing comes in there, the table is old too.
FED_BY = {"ledger.complaints": "raw.inbox"}
_OF_COMPLAINTS, _OF_CAMERAS = ("intake", "triage"), ("sweep", "slot")
# Gates that judge what comes into each table of a source; of the others dbt's tests alone tell.
GATES = {
    "ledger.complaints": _OF_COMPLAINTS,
    "raw.case_events": ("events_watch",),
    "raw.camera_observations": _OF_CAMERAS,
    "forecast.jam_hours": ("forecast",),
}


@dataclass(frozen=True)
class Behind:
    """What stands behind one published table.

    Attributes:
        table: Name of the view.
        tests: Names of dbt's tests of it and of everything that it is made from.
        gates: Names of gates.
        sources: Tables that it is made from, as `schema.table`.
    """

    table: str
    tests: tuple[str, ...]
    gates: tuple[str, ...]
    sources: tuple[str, ...]


def checks_behind(manifest: Mapping[str, Any]) -> list[Behind]:
    """What stands behind each view of the portal.

    Args:
        manifest: Of dbt, as its manifest.json holds it.
    """
    nodes, parents = manifest["nodes"], manifest["parent_map"]
    tests: dict[str, list[str]] = {}
    for name, node in nodes.items():
        if node["resource_type"] == "test":
            # A relationship is the test of the table that points, not of the one that is pointed at.
            of = [node["attached_node"]] if node.get("attached_node") else node["depends_on"]["nodes"]
            for model in of:
                tests.setdefault(model, []).append(name.split(".")[2])
    found = []
    for name, node in nodes.items():
        if node["resource_type"] == "model" and node["fqn"][1] == LAYER:
            made_from = _made_from(name, parents)
            sources = [manifest["sources"][one] for one in made_from if one in manifest["sources"]]
            read = {f"{source['schema']}.{source['name']}" for source in sources}
            tables = sorted(read | {FED_BY[table] for table in read & FED_BY.keys()})
            found.append(
                Behind(
                    node["alias"],
                    tuple(sorted({test for one in made_from for test in tests.get(one, ())})),
                    tuple(dict.fromkeys(gate for table in tables for gate in GATES.get(table, ()))),
                    tuple(tables),
                )
            )
    return found


def note_checks(connection: Connection, project: str, found: list[Behind]) -> None:
    """Keep what stands behind each table for a project; the caller owns the transaction."""
    connection.execute("delete from quality.checks_behind where project_digest = %s", [project])
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into quality.checks_behind (project_digest, table_name, tests, gates, sources)"
            " values (%s, %s, %s, %s, %s)",
            [(project, one.table, list(one.tests), list(one.gates), list(one.sources)) for one in found],
        )


def _made_from(name: str, parents: Mapping[str, list[str]]) -> set[str]:
    seen, waiting = {name}, [name]
    while waiting:
        for parent in parents.get(waiting.pop(), ()):
            if parent not in seen and not parent.startswith("test."):
                seen.add(parent)
                waiting.append(parent)
    return seen
