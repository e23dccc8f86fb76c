"""The folders of a backup: taken as they were at one moment, and put back; on a disk, or in a store that fsspec knows.

Belongs here: files of folders. Does not belong here: databases (backup.py, restore.py), the file (backup_file.py).

What lies in a store is given as fsspec's own kind of path, which is no `pathlib.Path`.
"""

import shutil
from contextlib import suppress
from pathlib import Path

from database.backup_file import BackupError

# A folder that a sweep writes to stands still between two slots.
MOST_COPIES = 20


def copy_folder(folder: Path, to: Path) -> Path:
    """Copy a folder as it was at one moment.

    Args:
        folder: What to copy.
        to: Made anew, on a disk.

    Raises:
        BackupError: It changed all the time.
    """
    for _ in range(MOST_COPIES):
        before = _listing(folder)
        shutil.rmtree(to, ignore_errors=True)
        to.mkdir()
        for name in before:
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            try:
                _take(folder / name, to / name)
            except FileNotFoundError:
                break
        if _listing(folder) == before:
            return to
    raise BackupError(f"Expected {folder} to stand still, found that it changes all the time. Run it again.")


def put_folder(kept: Path, folder: Path) -> None:
    """Have a folder's files in the place of what is there; nothing where nothing was kept.

    Args:
        kept: On a disk; moved where the other lies there too.
        folder: What is replaced.
    """
    if isinstance(folder, Path):
        shutil.rmtree(folder, ignore_errors=True)
        if kept.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            kept.replace(folder)
        return
    if folder.exists():
        folder.fs.rm(folder.path, recursive=True)
    for path in sorted(path for path in kept.rglob("*") if path.is_file()):
        folder.fs.put_file(str(path), (folder / path.relative_to(kept).as_posix()).path)


def _take(path: Path, to: Path) -> None:
    if isinstance(path, Path):
        shutil.copyfile(path, to)
    else:
        path.fs.get_file(path.path, str(to))


def _listing(folder: Path) -> dict[str, tuple[int, str]]:
    """Size and time of each finished file."""
    if not isinstance(folder, Path):
        # One question to the store, where a look at each file is two.
        return {
            name.removeprefix(f"{folder.path.rstrip('/')}/"): (said["size"], str(said.get("LastModified")))
            for name, said in sorted(folder.fs.find(folder.path, detail=True).items())
        }
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.name.endswith(".partial") or path.is_dir():
            continue
        # One that goes at this moment makes two listings differ.
        with suppress(FileNotFoundError):
            stat = path.stat()
            found[path.relative_to(folder).as_posix()] = (stat.st_size, str(stat.st_mtime_ns))
    return found
