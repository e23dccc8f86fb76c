"""The graph as Dagster sees it: names, owners, descriptions, gates, and what loading it costs."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from assets.complaints.channels.registry import CHANNELS
from benchmarks.documents import PAGES, README
from database.settings import PROJECT
from orchestration.schedules import ENVIRONMENTS, UndeclaredScheduleError, build_schedules

# A domain or channel may have two words (media_massa); two underscores part it from what it holds.
PYTHON_ASSET = re.compile(r"(raw|core|out)(_[a-z0-9]+)+__[a-z0-9]+(_[a-z0-9]+)*")
DBT_ASSET = re.compile(r"(stg|int|fct|dim|mart|portal)_[a-z0-9_]+")


@pytest.fixture(scope="module")
def defs() -> dg.Definitions:
    from orchestration.definitions import build_defs

    return build_defs()


@pytest.fixture(scope="module")
def specs(defs: dg.Definitions) -> list[dg.AssetSpec]:
    return list(defs.resolve_all_asset_specs())


def test_every_asset_has_a_name_of_the_pattern(specs: list[dg.AssetSpec]) -> None:
    seeds = {file.stem for file in (PROJECT / "dbt_project" / "seeds").glob("*.yml")}
    names = {spec.key.to_user_string() for spec in specs} - seeds
    assert names
    assert not {name for name in names if not PYTHON_ASSET.fullmatch(name) and not DBT_ASSET.fullmatch(name)}


def test_every_asset_that_a_document_names_is_there(specs: list[dg.AssetSpec]) -> None:
    names = {spec.key.to_user_string() for spec in specs}
    for document in (README, *PAGES):
        named = re.findall(r"\b(?:raw|core|out)_[a-z]+__[a-z_]+\b", document.read_text(encoding="utf-8"))
        assert set(named) <= names, document.name


def test_every_asset_has_an_owner_a_group_and_a_description(specs: list[dg.AssetSpec]) -> None:
    assert not [spec.key for spec in specs if not spec.owners]
    assert not [spec.key for spec in specs if spec.group_name in (None, "default")]
    assert not [spec.key for spec in specs if not (spec.description or "").strip()]


def test_what_people_read_has_to_be_fresh(specs: list[dg.AssetSpec]) -> None:
    judged = {spec.key.to_user_string() for spec in specs if spec.freshness_policy is not None}
    marts = {file.stem for file in (PROJECT / "dbt_project" / "models" / "marts").glob("mart_*.sql")}
    made = {"core_traffic__jam_forecast", "core_traffic__jam_next_hours", "out_reports__weekly_congestion_report"}
    assert judged == marts | made


@pytest.mark.parametrize(
    ("asset", "gate"),
    [
        ("core_complaints__ledger", "triage_gate"),
        ("raw_cctv__observations", "sweep_gate"),
        ("core_traffic__jam_candidate", "forecast_gate"),
    ],
)
def test_the_gates_block(defs: dg.Definitions, asset: str, gate: str) -> None:
    key = dg.AssetCheckKey(dg.AssetKey(asset), gate)
    assert defs.resolve_asset_graph().get_check_spec(key).blocking


def test_every_channel_has_a_gate_that_holds_back_itself_alone(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    for code in CHANNELS:
        assert not graph.get_check_spec(dg.AssetCheckKey(dg.AssetKey(f"raw_{code}__reports"), "intake_gate")).blocking


def test_the_marts_come_from_both_sweeps(defs: dg.Definitions) -> None:
    node = defs.resolve_asset_graph().get(dg.AssetKey("stg_camera_observations"))
    assert {key.path[-1] for key in node.parent_keys} == {"raw_cctv__observations", "raw_cctv__live_slots"}


def test_every_asset_writes_alone(defs: dg.Definitions) -> None:
    writers = [one for one in defs.resolve_asset_graph().assets_defs if one.keys and one.is_executable]
    pools = [one.op.pool for one in writers]
    assert all(pools)
    assert len(set(pools)) == len(pools)


def test_definitions_are_a_table_of_contents() -> None:
    source = (PROJECT / "orchestration" / "definitions.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) < 60
    tree = ast.parse(source)
    text = "".join(
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    assert not re.search(r"facebook|jaki|email|kelurahan", text)


@pytest.mark.slow
def test_definitions_validate() -> None:
    dagster = Path(sys.executable).parent / "dagster"
    done = subprocess.run(
        [dagster, "definitions", "validate", "--workspace", PROJECT / "workspace.yaml"],
        capture_output=True,
        text=True,
        cwd=PROJECT,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.slow
def test_the_graph_is_defined_without_the_heavy_libraries() -> None:
    program = (
        "import sys; from orchestration.definitions import build_defs; build_defs();"
        "print(sorted({'sklearn', 'cv2', 'great_expectations', 'matplotlib', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=PROJECT, check=True)
    assert done.stdout.strip() == "[]"


def test_a_schedule_exists_only_where_it_is_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not build_schedules("development")
    assert {schedule.name for schedule in build_schedules("production")} == set(ENVIRONMENTS)
    monkeypatch.delitem(ENVIRONMENTS, "daily_city")
    with pytest.raises(UndeclaredScheduleError, match="daily_city"):
        build_schedules("production")
