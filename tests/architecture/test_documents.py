"""The documents name everything that a user can meet, and dbt's own documents say the grain."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic_settings import BaseSettings

from assets.complaints.channels.registry import CHANNELS
from assets.settings import Settings
from assets.sources import settings as sources
from command.cli import app
from database.settings import PROJECT
from orchestration.manifest import MANIFEST, write_manifest
from orchestration.schedules import ENVIRONMENTS

README = (PROJECT / "README.md").read_text(encoding="utf-8")
SOURCES = [
    source
    for source in vars(sources).values()
    if isinstance(source, type) and issubclass(source, BaseSettings) and source.model_config.get("env_prefix")
]
MODELS = sorted((PROJECT / "dbt_project" / "models").rglob("*.sql"))
MARTS = [file for file in MODELS if "marts" in file.parts]


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    """The project as dbt reads it."""
    write_manifest()
    return json.loads(MANIFEST.read_text(encoding="utf-8"))


def documented(file: Path) -> dict[str, Any]:
    """The model's entry in the yml of its own beside it."""
    [model] = yaml.safe_load(file.with_suffix(".yml").read_text(encoding="utf-8"))["models"]
    return model


@pytest.mark.parametrize("code", sorted(CHANNELS))
def test_the_readme_names_every_channel(code: str) -> None:
    assert f"`{code}`" in README


@pytest.mark.parametrize("mart", [file.stem for file in MARTS])
def test_the_readme_names_every_mart(mart: str) -> None:
    assert f"`{mart}`" in README


@pytest.mark.parametrize("schedule", sorted(ENVIRONMENTS))
def test_the_readme_names_every_schedule(schedule: str) -> None:
    assert f"`{schedule}`" in README


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_the_readme_names_every_variable(field: str) -> None:
    assert f"`JSC_{field.upper()}`" in README


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.__name__)
def test_the_readme_names_every_source(source: type[BaseSettings]) -> None:
    assert f"`{source.model_config['env_prefix']}" in README


def test_the_readme_names_every_verb() -> None:
    verbs = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
    groups = [group.name for group in app.registered_groups]
    assert not [verb for verb in (*verbs, *groups) if f"jsc {verb}" not in README]


@pytest.mark.parametrize("file", MODELS, ids=lambda file: file.stem)
def test_every_model_says_its_grain_nuance_and_key(file: Path) -> None:
    model = documented(file)
    assert model["name"] == file.stem
    description = model["description"]
    assert description.startswith("One row per ")
    assert "Nuance:" in description
    assert "Primary key:" in description


@pytest.mark.parametrize("file", MARTS, ids=lambda file: file.stem)
def test_every_mart_has_a_contract_and_described_columns(manifest: dict[str, Any], file: Path) -> None:
    model = manifest["nodes"][f"model.jakarta.{file.stem}"]
    assert model["contract"]["enforced"] is True
    assert model["columns"]
    assert not [name for name, column in model["columns"].items() if not column["description"]]


@pytest.mark.parametrize("file", sorted((PROJECT / "dbt_project" / "seeds").glob("*.csv")), ids=lambda file: file.stem)
def test_every_seed_says_its_grain(file: Path) -> None:
    [seed] = yaml.safe_load(file.with_suffix(".yml").read_text(encoding="utf-8"))["seeds"]
    assert seed["description"].startswith("One row per ")


@pytest.mark.parametrize("file", MODELS, ids=lambda file: file.stem)
def test_a_warning_says_since_when_and_why(file: Path) -> None:
    text = file.with_suffix(".yml").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines()):
        if "severity: warn" in line:
            before = "\n".join(text.splitlines()[max(0, number - 4) : number])
            assert "# warn since 20" in before, f"{file.stem}.yml:{number + 1}"
