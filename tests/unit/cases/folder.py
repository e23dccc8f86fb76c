"""Where the inputs of others' bug reports lie: ../shared/cases, which is not part of the repository."""

from pathlib import Path

import pytest

from database.settings import PROJECT

CASES = PROJECT.parent / "shared" / "cases"


def case_folder(number: str) -> Path:
    """The folder of a case; a test that asks for one which is not there is skipped."""
    folders = [path for path in CASES.glob(f"{number}-*") if path.is_dir()]
    if not folders:
        pytest.skip(f"the inputs are not beside this checkout (../shared/cases/{number}-*)")
    [folder] = folders
    return folder
