"""dbt in the graph: the models as assets, their tests as checks, their results in quality.

Belongs here: how dbt is run and where its sources come from. Does not belong here: SQL (dbt_project/).
"""

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)

from assets.resources import City, Database
from assets.settings import Settings
from orchestration.manifest import DBT, DBT_PROJECT, project_digest, write_manifest
from orchestration.targets import target_folder

if TYPE_CHECKING:
    from psycopg import Connection

    from assets.quality import GateResult

OWNERS = ["team:data"]

# The asset that writes each table which dbt reads.
WRITERS = {
    "inbox": "core_complaints__ledger",
    "pending": "core_complaints__ledger",
    "quarantine": "core_complaints__ledger",
    "complaints": "core_complaints__ledger",
    "tracking_numbers": "core_complaints__ledger",
    "links": "core_complaints__ledger",
    "signals": "core_complaints__ledger",
    "set_aside": "core_complaints__ledger",
    "case_events": "raw_crm__case_events",
    "area_history": "raw_traffic__area_history",
    "evidence_photos": "core_cases__evidence",
    "photo_reuse": "core_cases__evidence",
    "tickets": "raw_enforcement__tickets",
    "cameras": "raw_cctv__registry",
    "camera_observations": "raw_cctv__observations",
    "provider_outages": "raw_cctv__live_slots",
    # Not the asset that publishes: a build reads what earlier runs published, and today's forecast reads the marts.
    "jam_hours": "core_traffic__earlier_forecasts",
    "runs": "core_traffic__earlier_forecasts",
}


class CityTranslator(DagsterDbtTranslator):
    """Names dbt's models in the graph by their own names and its sources by the asset that writes them."""

    def __init__(self) -> None:
        super().__init__(
            DagsterDbtTranslatorSettings(enable_asset_checks=True, enable_duplicate_source_asset_keys=True)
        )

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Asset key of a model, seed or source."""
        name = dbt_resource_props["name"]
        return dg.AssetKey(WRITERS[name] if dbt_resource_props["resource_type"] == "source" else name)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Group of a model: its folder's layer; seeds are the reference data."""
        layer = Path(dbt_resource_props["original_file_path"]).parts[1]
        return "reference" if dbt_resource_props["resource_type"] == "seed" else layer

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Owner of every model."""
        return OWNERS


def _results(run_results: Mapping[str, Any]) -> "list[GateResult]":
    """Test results of dbt in the words of a gate."""
    from assets.quality import GateResult

    results = []
    for result in run_results["results"]:
        if not result["unique_id"].startswith(("test.", "unit_test.")):
            continue
        name = result["unique_id"].split(".")[2]
        results.append(
            GateResult(
                gate="dbt",
                expectation=name,
                subject=name,
                passed=result["status"] in ("pass", "success"),
                severity="warn" if result["status"] == "warn" else "fail",
                expected="no row against the test",
                observed=result["message"] or f"{result['failures'] or 0} rows",
            )
        )
    return results


def _is_built_alike(connection: "Connection") -> bool:
    """Whether the newest build of all marts was made with this project; else a mart would mix two rules."""
    row = connection.execute("select project_digest from quality.mart_builds order by built_at desc limit 1").fetchone()
    return row is not None and row[0] == project_digest()


def _remember_build(connection: "Connection", now: datetime) -> None:
    connection.execute(
        "insert into quality.mart_builds (built_at, project_digest) values (%(at)s, %(digest)s)"
        " on conflict (built_at) do update set project_digest = %(digest)s",
        {"at": now, "digest": project_digest()},
    )


def build_dbt_assets() -> dg.AssetsDefinition:
    """The dbt project as assets; reads its manifest, parsed anew where a source of it changed."""
    write_manifest()
    project = DbtProject(project_dir=DBT_PROJECT)

    @dbt_assets(manifest=project.manifest_path, project=project, dagster_dbt_translator=CityTranslator())
    def dbt_models(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, database: Database, city: City
    ) -> Iterator[Any]:
        from assets.quality import store

        now = city.now()
        # dbt takes its connection from the environment only, and the moment too: a variable would be parsed anew.
        os.environ.update(database.dbt_environment(), JSC_AS_OF=now.isoformat())
        with database.transaction() as connection:
            is_built_alike = _is_built_alike(connection)
        # Unit tests try the models' SQL on rows of their own: they say the same until a model changes.
        build = ["build", "--exclude-resource-type", "unit_test"] if is_built_alike else ["build", "--full-refresh"]
        with target_folder(Settings().dbt_runs, f"{context.run_id}-{uuid4().hex[:8]}") as target:
            invocation = dbt.cli(build, context=context, raise_on_error=False, target_path=target)
            yield from invocation.stream()
            results = _results(invocation.get_artifact("run_results.json"))
        with database.transaction() as connection:
            store(connection, results, context.run_id, now)
            if invocation.is_successful() and not context.is_subset:
                _remember_build(connection, now)
        invocation.wait()
        if not invocation.is_successful():
            failed = ", ".join(result.expectation for result in results if not result.passed)
            raise dg.Failure(f"Expected every model and test of dbt to pass, found failures: {failed or 'see the log'}")

    return dbt_models


def build_dbt_resource() -> DbtCliResource:
    """Dbt's command line on the project."""
    return DbtCliResource(project_dir=os.fspath(DBT_PROJECT), dbt_executable=os.fspath(DBT))
