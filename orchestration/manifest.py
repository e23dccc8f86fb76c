"""The manifest of the dbt project: parsed anew where it is missing or older than a source of it.

Belongs here: when to parse. Does not belong here: dbt in the graph (dbt.py).
"""

import subprocess
import sys
from pathlib import Path

from orchestration.settings import PROJECT

DBT_PROJECT = PROJECT / "dbt_project"
MANIFEST = DBT_PROJECT / "target" / "manifest.json"

# The virtual environment need not be on the PATH.
DBT = Path(sys.executable).parent / "dbt"


def write_manifest() -> None:
    """Parse the project if that is needed (about 5 s); costs a listing of its files otherwise."""
    folders = ("models", "seeds", "macros", "tests")
    sources = [file for folder in folders for file in (DBT_PROJECT / folder).rglob("*") if file.is_file()]
    sources.append(DBT_PROJECT / "dbt_project.yml")
    if MANIFEST.exists() and MANIFEST.stat().st_mtime >= max(file.stat().st_mtime for file in sources):
        return
    subprocess.run(  # noqa: S603 - our own dbt, fixed arguments
        [DBT, "--quiet", "parse", "--project-dir", DBT_PROJECT, "--profiles-dir", DBT_PROJECT], check=True
    )
