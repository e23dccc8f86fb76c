"""The documents name everything that a user can meet and nothing that is not there, and dbt's own say the grain."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from assets.cctv.camera_list import SCHEMES
from assets.city import COUNTRY, city_folder
from assets.complaints.channels.registry import CHANNELS
from assets.settings import Settings
from benchmarks.documents import (
    ANALYST,
    CONTRIBUTING,
    DATA_ENGINEER,
    GLOSSARY,
    PAGES,
    README,
    VARIABLES,
)
from command.cli import app
from database.settings import PROJECT
from orchestration.manifest import manifest as manifest_file
from orchestration.manifest import write_manifest
from orchestration.schedules import ENVIRONMENTS

# Each source's settings stand in the module that reads it.
PREFIXES = sorted(
    {
        prefix
        for file in (PROJECT / "assets").rglob("*.py")
        for prefix in re.findall(r'env_prefix="(JSC_\w+_)"', file.read_text(encoding="utf-8"))
    }
)
MODELS = sorted((PROJECT / "dbt_project" / "models").rglob("*.sql"))
MARTS = [file for file in MODELS if "marts" in file.parts]
DOCUMENTS = [README, CONTRIBUTING, *PAGES]
# A path below one of the rooms.
ROOM = re.compile(
    r"`((?:command|benchmarks|orchestration|assets|ml|database|dbt_project|sample_city|tests|docs)/[^`\s]*)`"
)


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    """The project as dbt reads it."""
    write_manifest()
    return json.loads(manifest_file().read_text(encoding="utf-8"))


def documented(file: Path) -> dict[str, Any]:
    """The model's entry in the yml of its own beside it."""
    [model] = yaml.safe_load(file.with_suffix(".yml").read_text(encoding="utf-8"))["models"]
    return model


def text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def seeded(seed: str, column: str) -> list[str]:
    folder = COUNTRY if (COUNTRY / f"{seed}.csv").exists() else city_folder()
    with (folder / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]


def test_the_readme_is_a_front_door() -> None:
    assert len(text(README).splitlines()) <= 120
    assert len(text(CONTRIBUTING).splitlines()) <= 40


def test_the_readme_leads_to_every_page() -> None:
    assert set(PAGES) == set((PROJECT / "docs").glob("*.md"))
    assert not [page.name for page in (*PAGES, CONTRIBUTING) if f"]({page.relative_to(PROJECT)})" not in text(README)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)
def test_every_link_leads_to_a_document_and_its_heading(document: Path) -> None:
    for target, _, heading in re.findall(r"\]\((?!http)([^)#]*)(#([^)]*))?\)", text(document)):
        page = document.parent / target if target else document
        assert page.is_file(), target
        headings = re.findall(r"^#+ (.*)$", text(page), re.MULTILINE)
        slugs = {re.sub(r"[^a-z0-9 -]", "", words.lower()).replace(" ", "-") for words in headings}
        assert not heading or heading in slugs, (target, heading)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)
def test_every_path_that_a_document_names_is_there(document: Path) -> None:
    names = {
        name for name in ROOM.findall(text(document)) if not re.search(r"[<{]|NNNN|mart_kelurahan_weekly|newest", name)
    }
    # What a recipe adds is not there yet.
    assert not [name for name in names if not (PROJECT / name).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)
def test_every_verb_that_a_document_names_is_there(document: Path) -> None:
    assert set(re.findall(r"jsc ([a-z]+)", text(document))) <= {*verbs(), *groups()}


def verbs() -> list[str]:
    return [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]


def groups() -> list[str]:
    return [str(group.name) for group in app.registered_groups]


def test_the_data_engineer_finds_every_verb() -> None:
    assert not [verb for verb in (*verbs(), *groups()) if f"jsc {verb}" not in text(DATA_ENGINEER)]


@pytest.mark.parametrize("code", sorted(CHANNELS))
def test_the_data_engineer_finds_every_channel(code: str) -> None:
    assert f"| `{code}` |" in text(DATA_ENGINEER)


def test_the_data_engineer_finds_every_kind_of_camera() -> None:
    [kinds] = re.findall(r"`source_kind` \| where it is asked, and how: (.*) \|", text(DATA_ENGINEER))
    assert kinds.split(", ") == list(SCHEMES)


@pytest.mark.parametrize("schedule", sorted(ENVIRONMENTS))
def test_the_data_engineer_finds_every_schedule(schedule: str) -> None:
    assert f"| `{schedule}` |" in text(DATA_ENGINEER)


@pytest.mark.parametrize("mart", [file.stem for file in MARTS])
def test_the_analyst_finds_every_mart(mart: str) -> None:
    assert f"`{mart}`" in text(ANALYST)


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_variable_is_in_the_list(field: str) -> None:
    assert f"`JSC_{field.upper()}`" in text(VARIABLES)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_source_is_in_the_list_of_variables(prefix: str) -> None:
    assert f"`{prefix}" in text(VARIABLES)


@pytest.mark.parametrize("status", seeded("case_statuses", "status_name"))
def test_the_glossary_says_what_a_status_means(status: str) -> None:
    assert re.search(rf"^\| {status.lower()}\b.* \| status: ", text(GLOSSARY), re.MULTILINE)


@pytest.mark.parametrize("level", seeded("traffic_levels", "level_name_id"))
def test_the_glossary_says_what_a_level_of_traffic_means(level: str) -> None:
    assert f"{level.lower()} (" in text(GLOSSARY)


def test_the_readme_says_how_many_tests_need_the_real_data(request: pytest.FixtureRequest) -> None:
    collected = request.session.items
    files = {file for file in (PROJECT / "tests").rglob("test_*.py") if "mark.system" not in file.read_text("utf-8")}
    if not {item.path for item in collected} >= files:
        pytest.skip("only a run of all tests knows how many there are")
    marked = sum(item.get_closest_marker("real") is not None for item in collected)
    assert re.findall(r"^(\d+) tests read real data", text(README), re.MULTILINE) == [str(marked)]


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


@pytest.mark.parametrize("file", sorted((PROJECT / "dbt_project" / "seeds").glob("*.yml")), ids=lambda file: file.stem)
def test_every_seed_says_its_grain(file: Path) -> None:
    [seed] = yaml.safe_load(file.read_text(encoding="utf-8"))["seeds"]
    assert seed["description"].startswith("One row per ")


@pytest.mark.parametrize("file", MODELS, ids=lambda file: file.stem)
def test_a_warning_says_since_when_and_why(file: Path) -> None:
    text = file.with_suffix(".yml").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines()):
        if "severity: warn" in line:
            before = "\n".join(text.splitlines()[max(0, number - 4) : number])
            assert "# warn since 20" in before, f"{file.stem}.yml:{number + 1}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)
def test_every_make_target_that_a_document_names_is_there(document: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", text(PROJECT / "Makefile"), re.MULTILINE)
    assert set(re.findall(r"(?:`|^    |&& )make ([a-z-]+)", text(document), re.MULTILINE)) <= set(targets)
