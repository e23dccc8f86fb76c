"""The file of a backup: a tar of dumps and folders, and at its end the manifest that makes it whole.

Belongs here: what the file holds and how it is told whole from torn. Does not belong here: where that comes from
(backup.py) and goes to (restore.py).
"""

import hashlib
import json
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"
DATABASES = ("city", "dagster")
DUMPS, FOLDERS = "databases", "folders"


class BackupError(Exception):
    """A backup cannot be written or restored."""


@dataclass(frozen=True)
class Manifest:
    """What a backup is of.

    Attributes:
        platform: Version of the platform that wrote it.
        revision: Newest migration of the city's database.
        postgresql: Version of the server.
        as_of: Moment of its beginning, ISO 8601.
        roles: Who may read something in the city's database, beside its owner.
        defaults: What those may do in tables to come: schema, kind of object, privilege and role.
        left_out: Views of somebody's own that read where the next build is written.
        files: Digest (SHA-256) of each file.
        format: Of the file.
    """

    platform: str
    revision: str
    postgresql: str
    as_of: str
    roles: list[str]
    defaults: list[list[str]]
    left_out: list[str]
    files: Mapping[str, str]
    format: int = FORMAT


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(archive: tarfile.TarFile, manifest: Manifest, folder: Path) -> None:
    """Make an archive whole.

    Args:
        archive: Open for writing; everything else is in it.
        manifest: Of what is in it.
        folder: For the manifest's own file.
    """
    path = folder / MANIFEST
    path.write_text(json.dumps(asdict(manifest), indent=2), encoding="utf-8")
    archive.add(path, MANIFEST)


def read_manifest(file: Path) -> Manifest:
    """Read what a backup is of.

    Raises:
        BackupError: It is none, it is torn, or a newer platform wrote it.
    """
    try:
        with tarfile.open(file, "r:") as archive:
            member = archive.extractfile(MANIFEST)
            said = json.loads(member.read()) if member is not None else {}
    except (tarfile.TarError, KeyError, ValueError, EOFError) as error:
        raise BackupError(f"Expected a whole backup of jsc backup, found none in {file}. Take another file.") from error
    if said.get("format") != FORMAT:
        raise BackupError(
            f"Expected a backup of format {FORMAT}, found {said.get('format')} in {file}, written by version"
            f" {said.get('platform')} of the platform. Install that version and restore with it."
        )
    return Manifest(**said)


def extract(file: Path, manifest: Manifest, folder: Path, tell: Callable[[str], object]) -> None:
    """Extract a backup, each file held to its digest.

    Args:
        file: The backup.
        manifest: Its manifest.
        folder: Empty; gets the files.
        tell: Takes the name of each file.

    Raises:
        BackupError: A file is missing or is not what was written.
    """
    with tarfile.open(file, "r:") as archive:
        for name, digest in manifest.files.items():
            tell(name)
            try:
                archive.extract(name, folder, filter="data")
            except (tarfile.TarError, KeyError, EOFError) as error:
                raise BackupError(f"Expected {name} in {file}, found none. The file is torn: take another.") from error
            if digest_of(folder / name) != digest:
                raise BackupError(
                    f"Expected {name} in {file} as it was written, found other bytes. The file is damaged: take another"
                    " one."
                )
