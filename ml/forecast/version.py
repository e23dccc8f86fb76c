"""What a stored forecaster was made with.

Belongs here: the name of code and library. Does not belong here: storing (assets/traffic/stored.py).
"""

import hashlib
from importlib.metadata import version
from pathlib import Path


def sklearn_version() -> str:
    """Version of scikit-learn, whose pickles no other version promises to read."""
    return version("scikit-learn")


def code_version() -> str:
    """Digest of the modules that a stored forecaster was made with."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
