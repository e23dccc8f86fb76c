"""dbt in the graph: the models as assets, their tests as checks, their results in quality.

Belongs here: how dbt is run and where its sources come from. Does not belong here: where a build is written and when
readers get it (builds.py), SQL (dbt_project/).
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from graphlib import TopologicalSorter
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

from assets.freshness import MARTS
from assets.resources import City, Database
from assets.settings import Settings
from assets.sources.landing import synthetic_city
from orchestration.builds import (
    TARGET,
    Begun,
    Build,
    begin,
    digests,
    publish,
    published,
    published_alike,
    stored_sources,
)
from orchestration.checks_behind import checks_behind, note_checks
from orchestration.dbt_results import results_in
from orchestration.manifest import DBT, DBT_PROJECT, project_digest, target, tests_digest, write_manifest
from orchestration.targets import target_folder

if TYPE_CHECKING:
    from assets.quality import GateResult

OWNERS = ["team:data"]

SWEPT_FILES, SWEPT_LIVE = "raw_cctv__observations", "raw_cctv__live_slots"
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
    # No asset writes them: the portal does, at any moment.
    "ratings": "raw_crm__case_events",
    "area_history": "raw_traffic__area_history",
    "evidence_photos": "core_cases__evidence",
    "photo_reuse": "core_cases__evidence",
    # People write it, at the desk, on what this one and the ledger flagged.
    "verdicts": "core_cases__evidence",
    "tickets": "raw_enforcement__tickets",
    "cameras": "raw_cctv__registry",
    "camera_observations": SWEPT_FILES,
    "provider_outages": SWEPT_LIVE,
    # Not the asset that publishes: a build reads what earlier runs published, and today's forecast reads the marts.
    "jam_hours": "core_traffic__earlier_forecasts",
    "runs": "core_traffic__earlier_forecasts",
    "rolling_hours": "core_traffic__earlier_forecasts",
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
        if dbt_resource_props["resource_type"] == "seed":
            return "reference"
        return Path(dbt_resource_props["original_file_path"]).parts[1]

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """Spec of a model: both sweeps write the observations that it reads, and what people read has to be fresh."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        if any(dep.asset_key.path == [SWEPT_FILES] for dep in spec.deps):
            spec = spec.merge_attributes(deps=[SWEPT_LIVE])
        if not spec.key.path[-1].startswith("mart_"):
            return spec
        return spec.replace_attributes(freshness_policy=dg.FreshnessPolicy.time_window(MARTS))

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Owner of every model."""
        return OWNERS


Checks = Mapping[dg.AssetKey, list[dg.AssetCheckResult]]


def _told(context: dg.AssetExecutionContext, note: str, checks: Checks | None = None) -> Iterator[dg.MaterializeResult]:
    """The chosen models, which are as the note says, each behind those that it reads.

    Without `checks` what their tests found before stands: an event for each of them takes longer than all other work of
    a run that finds nothing new.
    """
    chosen, reads = context.selected_asset_keys, context.assets_def.asset_deps
    for key in TopologicalSorter({key: reads[key] & chosen for key in sorted(chosen)}).static_order():
        yield dg.MaterializeResult(asset_key=key, metadata={"built": note}, check_results=(checks or {}).get(key, []))


def _newest_checks(context: dg.AssetExecutionContext, database: Database, note: str) -> Checks:
    """What the tests of the chosen models found in the newest build."""
    from assets.quality import results_of

    with database.transaction() as connection:
        newest = published(connection)
        found = results_of(connection, "dbt", newest.as_of, newest.run_id) if newest is not None else {}
    checks = defaultdict(list)
    for key in context.selected_asset_check_keys:
        if key.name in found:
            passed, severity, observed = found[key.name]
            failing = dg.AssetCheckSeverity.WARN if severity == "warn" else dg.AssetCheckSeverity.ERROR
            checks[key.asset_key].append(
                dg.AssetCheckResult(
                    asset_key=key.asset_key,
                    check_name=key.name,
                    passed=bool(passed),
                    severity=failing,
                    description=f"{note}: {observed}",
                )
            )
    return checks


def _begin(database: Database, city: City, now: datetime, run_id: str, manifest: Path) -> Begun | None:
    """Open a build as `begin` does; None where readers have these very marts already."""
    with database.transaction() as connection:
        sources = None
        if city.clock_stands():
            sources = digests(connection, stored_sources(json.loads(manifest.read_bytes())), now)
            sources["tests"] = tests_digest()
        build = Build(now, project_digest(), sources)
        if published_alike(connection, build):
            return None
        note_checks(connection, build.project, checks_behind(json.loads(manifest.read_bytes())))
        return begin(connection, build, run_id)


def _conclude(
    database: Database,
    build_id: int,
    results: "list[GateResult]",
    run_id: str,
    now: datetime,
    city: str | None,
    is_good: bool,
) -> None:
    """Store what the tests found, and the rows of a synthetic city; readers get the build where it is good."""
    from assets.quality import store
    from orchestration.expected_counts import drift

    with database.transaction() as connection:
        counted = drift(connection, "marts_next", city) if is_good else []
        store(connection, [*results, *counted], run_id, now)
        if is_good:
            publish(connection, build_id)
    if not is_good:
        failed = [result for result in results if result.passed is False and result.severity == "fail"]
        named = "; ".join(f"{one.subject}: expected {one.expected}, found {one.observed}" for one in failed)
        raise dg.Failure(f"The marts are not published. {named or 'dbt ended early: see its log'}")


def build_dbt_assets() -> dg.AssetsDefinition:
    """The dbt project as assets; reads its manifest, which is parsed anew where a source of it changed."""
    write_manifest()
    project = DbtProject(project_dir=DBT_PROJECT, target_path=target().relative_to(DBT_PROJECT))

    # Whichever of them is asked for, all are built: readers get marts of one moment.
    @dbt_assets(manifest=project.manifest_path, project=project, dagster_dbt_translator=CityTranslator(), pool="marts")
    def dbt_models(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, database: Database, city: City
    ) -> Iterator[Any]:
        now = city.now()
        begun = _begin(database, city, now, context.run_id, project.manifest_path)
        if begun is None:
            yield from _told(context, f"as of {now.isoformat()} before, and nothing changed since")
            return
        # dbt takes its connection from the environment only, and the moment too: a variable would be parsed anew.
        os.environ.update(database.dbt_environment(), JSC_AS_OF=now.isoformat())
        arguments = ["build", *([] if begun.writes_on else ["--full-refresh"])]
        # Unit tests try the models' SQL on rows of their own: they say the same until a model changes.
        arguments += ["--exclude-resource-type", "unit_test"] if begun.is_proven else []
        with target_folder(Settings().dbt_runs, f"{context.run_id}-{uuid4().hex[:8]}") as target:
            invocation = dbt.cli(
                arguments,
                context=None if context.is_subset else context,
                manifest=project.manifest_path,
                dagster_dbt_translator=CityTranslator(),
                raise_on_error=False,
                target_path=target,
            )
            if context.is_subset:
                invocation.wait()
            else:
                yield from invocation.stream()
            told = invocation.target_path / "run_results.json"
            results = results_in(json.loads(told.read_bytes())) if told.exists() else []
        synthetic = synthetic_city(city.landing_folder())
        _conclude(database, begun.build_id, results, context.run_id, now, synthetic, invocation.is_successful())
        if context.is_subset:
            note = f"as of {now.isoformat()}, with all the others"
            yield from _told(context, note, _newest_checks(context, database, note))

    return dbt_models


def build_dbt_resource() -> DbtCliResource:
    """Dbt's command line on the project."""
    return DbtCliResource(project_dir=os.fspath(DBT_PROJECT), dbt_executable=os.fspath(DBT), target=TARGET)
