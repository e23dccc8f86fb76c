"""The sources of the dbt project: its manifest, parsed anew where a source is newer, and their digest.

Belongs here: when to parse. Does not belong here: dbt in the graph (dbt.py).
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from assets.cities.check import require_sound_city
from assets.city import COUNTRY, city_folder, dbt_environment
from database.settings import PROJECT

DBT_PROJECT = PROJECT / "dbt_project"

# The virtual environment need not be on the PATH.
DBT = Path(sys.executable).parent / "dbt"


def target() -> Path:
    """Where dbt keeps what it read of the project: apart for each city, whose reference data it reads too."""
    folder = city_folder()
    inside = folder.is_relative_to(PROJECT)
    return DBT_PROJECT / "target" / (folder.name if inside else hashlib.sha256(str(folder).encode()).hexdigest()[:16])


def manifest() -> Path:
    """The project as dbt read it for this city."""
    return target() / "manifest.json"


def write_manifest(url: str | None = None) -> None:
    """Parse the project if that is needed (about 5 s); costs a listing of its files otherwise.

    Args:
        url: Database whose first build then need not parse anew; by default that of dbt's profile.

    Raises:
        CityError: The city's folder has faults.
    """
    require_sound_city()
    sources = [*_sources("models", "seeds", "macros", "tests"), *_city_files()]
    if manifest().exists() and manifest().stat().st_mtime >= max(file.stat().st_mtime for file in sources):
        return
    place: list[str | Path] = ["--project-dir", DBT_PROJECT, "--profiles-dir", DBT_PROJECT, "--target-path", target()]
    subprocess.run(  # noqa: S603 - our own dbt, fixed arguments
        [DBT, "--quiet", "parse", *place],
        env={**os.environ, **dbt_environment(url)},
        check=True,
    )


def project_digest() -> str:
    """Digest of what the figures rest on: models, macros, reference data. Another one means other figures, or rules."""
    return _digest(_sources("models", "seeds", "macros"), _city_files())


def tests_digest() -> str:
    """Digest of the tests that stand in files of their own; another one changes no figure, and has to be tried."""
    return _digest(_sources("tests"), [])


def _digest(sources: list[Path], reference: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(sources):
        digest.update(file.relative_to(DBT_PROJECT).as_posix().encode() + file.read_bytes())
    for file in sorted(reference):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _sources(*folders: str) -> list[Path]:
    files = [file for folder in folders for file in (DBT_PROJECT / folder).rglob("*") if file.is_file()]
    return [*files, DBT_PROJECT / "dbt_project.yml"]


def _city_files() -> list[Path]:
    """The reference data: of the city, and of the country."""
    return [*COUNTRY.glob("*.csv"), *city_folder().glob("*.csv"), city_folder() / "city.toml"]
