"""Trained models as bytes, and the digest of the code that made them.

Belongs here: how a model is packed, and by what one of other code is known. Does not belong here: the tables that keep
them (assets/traffic/stored.py, assets/complaints/lessons.py).

A forecaster is thousands of small trees: joblib reads them in Python, which takes six times as long as pickle does.
"""

import hashlib
import pickle
import zlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

_PICKLED, _SMALLER = 5, 3


def pack(model: object) -> bytes:
    """The model as compressed bytes."""
    return zlib.compress(pickle.dumps(model, protocol=_PICKLED), _SMALLER)


def unpack(packed: bytes) -> Any:
    """The model again.

    Args:
        packed: From `pack`, of the same code and library; nothing that a stranger gave.
    """
    return pickle.loads(zlib.decompress(packed))  # noqa: S301 - the platform's own


def digest_of(package: Path, *libraries: str) -> str:
    """What models are known by: how they are packed, a package's modules and tables, and versions of libraries.

    Args:
        package: The folder.
        libraries: Names of distributions.

    Returns:
        16 hex digits.
    """
    digest = hashlib.sha256(Path(__file__).read_bytes())
    digest.update("".join(map(version, libraries)).encode())
    for path in sorted(package.iterdir()):
        if path.suffix in {".py", ".csv"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
