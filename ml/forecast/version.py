"""What a stored forecaster was made with.

Belongs here: the name of code and library. Does not belong here: storing (assets/traffic/stored.py).
"""

from importlib.metadata import version
from pathlib import Path

from ml.packing import digest_of


def sklearn_version() -> str:
    """Version of scikit-learn, whose pickles no other version promises to read."""
    return version("scikit-learn")


def code_version() -> str:
    """Digest of the modules that a stored forecaster was made with."""
    return digest_of(Path(__file__).parent)
