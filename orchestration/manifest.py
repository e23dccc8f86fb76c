"""The sources of the dbt project: its manifest, parsed anew where a source is newer, and their digest.

Belongs here: when to parse. Does not belong here: dbt in the graph (dbt.py).
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from database.server import libpq_environment
from database.settings import PROJECT

DBT_PROJECT = PROJECT / "dbt_project"
MANIFEST = DBT_PROJECT / "target" / "manifest.json"

# The virtual environment need not be on the PATH.
DBT = Path(sys.executable).parent / "dbt"


def write_manifest(url: str | None = None) -> None:
    """Parse the project if that is needed (about 5 s); costs a listing of its files otherwise.

    Args:
        url: Database whose first build then need not parse anew; by default that of dbt's profile.
    """
    sources = _sources("models", "seeds", "macros", "tests")
    if MANIFEST.exists() and MANIFEST.stat().st_mtime >= max(file.stat().st_mtime for file in sources):
        return
    subprocess.run(  # noqa: S603 - our own dbt, fixed arguments
        [DBT, "--quiet", "parse", "--project-dir", DBT_PROJECT, "--profiles-dir", DBT_PROJECT],
        env={**os.environ, **(libpq_environment(url) if url else {})},
        check=True,
    )


def project_digest() -> str:
    """Digest of what the figures rest on: models, seeds and macros. Another one means other figures, or other rules."""
    return _digest("models", "seeds", "macros")


def tests_digest() -> str:
    """Digest of the tests that stand in files of their own; another one changes no figure, and has to be tried."""
    return _digest("tests")


def _digest(*folders: str) -> str:
    digest = hashlib.sha256()
    for file in sorted(_sources(*folders)):
        digest.update(file.relative_to(DBT_PROJECT).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _sources(*folders: str) -> list[Path]:
    files = [file for folder in folders for file in (DBT_PROJECT / folder).rglob("*") if file.is_file()]
    return [*files, DBT_PROJECT / "dbt_project.yml"]
