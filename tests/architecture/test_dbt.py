"""The dbt project uses nothing that a later dbt takes away: its deprecation warnings are errors here.

Belongs here: what holds of the dbt project as a whole. Does not belong here: what its tables hold (integration).
"""

import os
import subprocess
from pathlib import Path

import pytest

from assets.city import dbt_environment
from orchestration.manifest import DBT, DBT_PROJECT

pytestmark = pytest.mark.slow

MODEL = "select 1 as answer"
# Until dbt 1.10 a test's arguments stood beside its name; now they belong below `arguments`.
DEPRECATED = """
models:
  - name: answers
    columns:
      - name: answer
        data_tests:
          - accepted_values:
              values: [1]
"""


def parse(project: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """What `dbt parse` says where each deprecation is an error."""
    strict = ["--quiet", "--no-use-colors", "--warn-error-options", '{"error": ["Deprecations"]}', "--log-path", target]
    folders = ["--project-dir", project, "--profiles-dir", DBT_PROJECT, "--target-path", target]
    command = [DBT, *strict, "parse", "--no-partial-parse", *folders]
    environment = {**os.environ, **dbt_environment()}
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_the_project_is_free_of_deprecations(tmp_path: Path) -> None:
    parsed = parse(DBT_PROJECT, tmp_path)
    assert parsed.returncode == 0, parsed.stdout


def test_a_deprecation_is_an_error(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    (project / "dbt_project.yml").write_text(
        "name: deprecated\nprofile: jakarta\nflags: {send_anonymous_usage_stats: false}\n", encoding="utf-8"
    )
    (project / "models" / "answers.sql").write_text(MODEL, encoding="utf-8")
    (project / "models" / "answers.yml").write_text(DEPRECATED, encoding="utf-8")
    parsed = parse(project, tmp_path)
    assert parsed.returncode != 0
    assert "MissingArgumentsPropertyInGenericTestDeprecation" in parsed.stdout
