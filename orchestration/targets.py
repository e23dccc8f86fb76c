"""Folders of dbt's runs: what each run wrote, and what dbt parsed, for the next run to begin with.

Belongs here: where the folders lie and how many stay. Does not belong here: when to parse for Dagster (manifest.py).
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# What dbt keeps of a project that it parsed; it parses only what changed since.
PARSED = "partial_parse.msgpack"
# A run leaves about 8 MB: its SQL, its results and its log.
RUNS_KEPT = 5


@contextmanager
def target_folder(runs: Path, run: str) -> Iterator[Path]:
    """A folder for what one run writes; the oldest make room for it.

    Args:
        runs: Folder of the runs of one database: what was parsed for another names other tables.
        run: Its name, used once.
    """
    folder, parsed = runs / run, runs / PARSED
    folder.mkdir(parents=True)
    if parsed.exists():
        shutil.copy(parsed, folder)
    yield folder
    if (folder / PARSED).exists():
        # Whole or not at all: another run may be copying it.
        (folder / PARSED).replace(parsed)
    earlier = sorted((path for path in runs.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for old in earlier[:-RUNS_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
