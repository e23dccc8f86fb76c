"""Each recipe of docs/developer.md is carried out as it is written there, on a copy of the checkout.

What a recipe forgets, these tests find. The recipe of a channel has a test of its own.
"""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from assets.cctv.camera_list import ListedCamera
from assets.cctv.registry import register
from assets.city import city_folder
from benchmarks.documents import DEVELOPER
from database.settings import PROJECT
from tests.integration import test_pillars_truth as pillars
from tests.integration.city_of_truth import AS_OF, Truth, dbt, rows

RULES = "tests/architecture/test_documents.py"
LINES = re.DOTALL | re.MULTILINE
NOT_COPIED = shutil.ignore_patterns(".*", "*.egg-info", "__pycache__", "target", "logs", "wheels")


def steps(recipe: str) -> dict[str, list[str]]:
    """The files of a recipe, in its order, each with the blocks that its step adds."""
    [section] = re.findall(rf"^## Recipe: {recipe}\n(.*?)(?=^## |\Z)", DEVELOPER.read_text("utf-8"), LINES)
    found = {}
    for step in re.split(r"^\d+\. ", section, flags=re.MULTILINE)[1:]:
        [file] = re.findall(r"\A`([^`]+)`", step)
        blocks = re.findall(r"^   ```\w+\n(.*?)^   ```$", step, LINES)
        found[file] = [textwrap.dedent(block) for block in blocks]
    return found


class Checkout:
    """A copy of the project that a recipe may change."""

    def __init__(self, folder: Path) -> None:
        self.folder = shutil.copytree(PROJECT, folder, ignore=NOT_COPIED)

    def write(self, file: str, content: str) -> None:
        """Make a new file."""
        assert not (self.folder / file).exists()
        (self.folder / file).write_text(content, encoding="utf-8")

    def insert(self, file: str, block: str, *, before: str) -> None:
        """Put lines before the one line that begins with `before`, as far to the right as it."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        [(whole, indent)] = re.findall(rf"^(( *){re.escape(before)})", text, re.MULTILINE)
        path.write_text(text.replace(whole, textwrap.indent(block, indent) + whole), encoding="utf-8")

    def append(self, file: str, block: str) -> None:
        """Put lines at the end."""
        with (self.folder / file).open("a", encoding="utf-8") as opened:
            opened.write(block)

    def run(self, *arguments: str) -> None:
        """Run Python there, with its modules and not with ours."""
        command = [sys.executable, *arguments]
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        environment = {**ours, "PYTHONPATH": str(self.folder)}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]

    def test(self, chosen: str, *files: str) -> None:
        """Run the tests of some files whose names hold one of the words."""
        self.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen, *files)


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    folder = tmp_path / "checkout"
    yield Checkout(folder)
    shutil.rmtree(folder)


def test_an_indicator_is_three_files(
    checkout: Checkout, copy_of_marts: str, truth: Truth, monkeypatch: pytest.MonkeyPatch
) -> None:
    (seed, [row]), (model, [figure]), (_, [expected]) = steps("an indicator").items()
    # The recipe names the folder of the city that is served without JSC_CITY.
    checkout.append(re.sub(r"cities/\w+", f"{city_folder().relative_to(PROJECT)}", seed), row)
    checkout.insert(model, figure, before="('reports_per_10k'")
    changed = f"pillar_indicators {Path(model).stem}+"
    dbt(copy_of_marts, AS_OF, f"build --full-refresh --select {changed}", project=checkout.folder / "dbt_project")
    with pytest.raises(AssertionError):
        pillars.test_every_numerator_of_the_pillars_is_exact(copy_of_marts, truth)

    told = pillars.pillar_figures

    def with_the_new_one(reports: Any, of_categories: Any) -> Any:
        accepted = [one for one, _ in reports if pillars.is_accepted(one)]
        cases = [case for _, case in reports if case is not None]
        names = {"told": told(reports, of_categories), "accepted": accepted, "cases": cases}
        exec(expected, {}, names)  # noqa: S102 - the recipe's own line
        return names["told"]

    monkeypatch.setattr(pillars, "pillar_figures", with_the_new_one)
    pillars.test_every_numerator_of_the_pillars_is_exact(copy_of_marts, truth)


def test_a_mart_is_three_files(checkout: Checkout, copy_of_marts: str) -> None:
    (query, [sql]), (described, [yml]), (page, [row]) = steps("a mart").items()
    checkout.write(query, sql)
    checkout.write(described, yml)
    checkout.insert(page, row, before="| `mart_open_complaints`")
    name = Path(query).stem
    checkout.test(name, RULES)
    dbt(copy_of_marts, AS_OF, f"build --select {name}", project=checkout.folder / "dbt_project")
    [found] = rows(copy_of_marts, f"select sum(reports) as reports, sum(accepted) as accepted from marts.{name}")
    [expected] = rows(
        copy_of_marts,
        "select count(*) as reports, count(*) filter (where decision = 'accepted') as accepted"
        " from marts.fct_complaints where kelurahan_code is not null",
    )
    assert found == expected


def test_a_camera_source_is_seven_files(checkout: Checkout, database_url: str) -> None:
    (
        (lists, [scheme]),
        (module, [source]),
        (capture, [imported, kind]),
        (migration, [change]),
        (hosts, [host]),
        (tests, [test]),
        (page, []),
    ) = steps("a camera source").items()
    checkout.insert(lists, scheme, before='"file": ')
    checkout.write(module, source)
    checkout.insert(capture, imported, before="from assets.cctv.reach ")
    checkout.insert(capture, kind, before='"file": ')
    newest = max(file.name[:4] for file in (PROJECT / "database" / "migrations" / "versions").glob("[0-9]*.py"))
    number = f"{int(newest) + 1:04}"
    checkout.write(migration.replace("NNNN", number), change.replace("NNNN", number).replace("MMMM", newest))
    checkout.insert(hosts, host, before='case "hls":')
    checkout.append(tests, f"\n\n{test}")
    kinds = checkout.folder / page
    kinds.write_text(kinds.read_text("utf-8").replace("rtsp, file |", "rtsp, newest, file |"), encoding="utf-8")
    checkout.test("newest or kind_of", tests, RULES)
    address = "http://a.id/newest"
    camera = ListedCamera(camera_id="1", name="Simpang", source_kind="newest", url=address, provider="a.id")
    now = datetime.now(UTC)
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.CheckViolation):
        register(connection, "list", [camera], now, is_synthetic=True)
    checkout.run("-c", f"from database.migrate import migrate; migrate({database_url!r})")
    with psycopg.connect(database_url) as connection:
        register(connection, "list", [camera], now, is_synthetic=True)
        assert connection.execute("select source_kind from raw.cameras").fetchall() == [("newest",)]
