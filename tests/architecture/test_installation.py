"""Installing is pip and nothing else: what the locks hold, what pip refuses, what a machine is told that it lacks.

Belongs here: `make install` and its locks. Does not belong here: what is installed (dbt: test_dbt.py).
"""

import hashlib
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from database.settings import PROJECT

MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")
LOCKS = [PROJECT / f"requirements{group}.txt" for group in ("", "-benchmark", "-survival", "-supply")]
PINNED = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+)(?: ; .+)?$")


def entries(lock: Path) -> dict[str, list[str]]:
    """What follows each requirement of a lock: its hashes, as written."""
    text = lock.read_text(encoding="utf-8").replace(" \\\n", "\n")
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("    "):
            found[next(reversed(found))].append(line.strip())
        elif not line.startswith("#"):
            found[line] = []
    return found


def normalised(requirement: str) -> str:
    """A direct requirement as the lock writes it: no extra, no condition, lower case."""
    return re.sub(r"\[.*\]", "", requirement.partition(";")[0]).strip().lower()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_holds_versions_and_hashes_and_no_host(lock: Path) -> None:
    assert "://" not in lock.read_text(encoding="utf-8")
    for requirement, hashes in entries(lock).items():
        assert PINNED.match(requirement), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in hashes), requirement


def test_the_locks_follow_pyproject() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    platform = [*project["project"]["dependencies"], *groups["dev"]]
    for lock, asked in zip(LOCKS, (platform, groups["benchmark"], groups["survival"], groups["supply"]), strict=True):
        locked = {requirement.split(" ; ")[0] for requirement in entries(lock)}
        missing = {normalised(requirement) for requirement in asked} - locked
        assert not missing, f"{lock.name} does not hold {missing}: run make lock"


def test_what_builds_the_project_is_the_locked_setuptools() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["build-system"]["requires"]) <= set(project["dependency-groups"]["dev"])


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A wheel of nothing, in a folder of its own."""
    file = tmp_path / "wheels" / "nothing-1.0-py3-none-any.whl"
    file.parent.mkdir()
    with ZipFile(file, "w") as archive:
        archive.writestr("nothing.py", "")
        archive.writestr("nothing-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: nothing\nVersion: 1.0\n")
        archive.writestr(
            "nothing-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("nothing-1.0.dist-info/RECORD", "")
    return file


def install(lock: str, wheel: Path) -> subprocess.CompletedProcess[str]:
    """What `make install` runs, on another lock, with the wheel's folder as the only place to fetch from."""
    [options] = re.findall(r"^INSTALL := \$\(PIP\) (install .+)$", MAKEFILE, re.MULTILINE)
    requirements = wheel.parent.parent / "requirements.txt"
    requirements.write_text(lock, encoding="utf-8")
    offline = ["--isolated", "--no-index", "--find-links", wheel.parent, "--target", wheel.parent.parent / "installed"]
    return subprocess.run(
        [sys.executable, "-m", "pip", *shlex.split(options), *offline, "--requirement", requirements],
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_a_wheel_with_the_locked_hash_is_installed(wheel: Path) -> None:
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert install(f"nothing==1.0 --hash=sha256:{digest}", wheel).returncode == 0
    assert (wheel.parent.parent / "installed" / "nothing.py").exists()


@pytest.mark.slow
def test_a_wheel_with_another_hash_is_refused(wheel: Path) -> None:
    digest = hashlib.sha256(wheel.read_bytes() + b"one byte more").hexdigest()
    refused = install(f"nothing==1.0 --hash=sha256:{digest}", wheel)
    assert refused.returncode != 0
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    assert not (wheel.parent.parent / "installed").exists()


@pytest.mark.slow
def test_a_requirement_without_a_hash_is_refused(wheel: Path) -> None:
    refused = install("nothing==1.0", wheel)
    assert refused.returncode != 0
    assert "Hashes are required" in refused.stderr


FAKE_PYTHON = """#!{executable}
import sys
if sys.argv[1] == "--version":
    print("Python {version}")
else:
    sys.version_info = tuple(map(int, "{version}".split(".")))
    sys.modules |= dict.fromkeys({without})
    exec(sys.argv[2])
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with the Makefile, and in bin all the programs of a machine: Linux on x86_64, Python 3.13."""
    shutil.copy(PROJECT / "Makefile", tmp_path)
    (tmp_path / "bin").mkdir()
    for name in ("sh", "mkdir", "touch"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    put_system(tmp_path, "Linux x86_64")
    put_python(tmp_path, "3.13.5")
    return tmp_path


def put(program: Path, body: str) -> None:
    program.write_text(body, encoding="utf-8")
    program.chmod(0o755)


def put_system(machine: Path, name: str) -> None:
    put(machine / "bin" / "uname", f'#!/bin/sh\necho "{name}"\n')


def put_python(machine: Path, version: str, without: tuple[str, ...] = ()) -> None:
    """A Python of another version, or one from which modules are missing, as Debian's is without python3-venv."""
    body = FAKE_PYTHON.format(executable=sys.executable, version=version, without=without)
    put(machine / "bin" / "python3", body)


def told(machine: Path) -> str | None:
    """What the machine is told that it lacks; nothing where it has all."""
    make = subprocess.run(
        [str(shutil.which("make")), "--silent", ".venv/.prerequisites"],
        cwd=machine,
        env={"PATH": str(machine / "bin")},
        capture_output=True,
        text=True,
    )
    assert (make.returncode == 0) == (machine / ".venv" / ".prerequisites").exists()
    return make.stdout if make.returncode else None


@pytest.mark.parametrize("version", ["3.11.0", "3.12.1", "3.13.5", "3.14.2"])
def test_four_versions_of_python_will_do(machine: Path, version: str) -> None:
    put_python(machine, version)
    assert told(machine) is None


@pytest.mark.parametrize("version", ["3.10.13", "3.15.0"])
def test_another_python_is_told_which(machine: Path, version: str) -> None:
    put_python(machine, version)
    assert f"Python 3.11 to 3.14 was expected, Python {version} was found." in str(told(machine))


def test_a_machine_without_python_is_told_how_to_install_it(machine: Path) -> None:
    (machine / "bin" / "python3").unlink()
    assert "apt-get install python3 python3-venv" in str(told(machine))


@pytest.mark.parametrize("module", ["ensurepip", "venv"])
def test_a_python_without_venv_is_told_how_to_install_it(machine: Path, module: str) -> None:
    put_python(machine, "3.13.5", without=(module,))
    assert "apt-get install python3-venv" in str(told(machine))


@pytest.mark.parametrize("system", ["Linux x86_64", "Linux aarch64", "Darwin arm64"])
def test_three_systems_will_do(machine: Path, system: str) -> None:
    put_system(machine, system)
    assert told(machine) is None


@pytest.mark.parametrize(
    "system", ["MINGW64_NT-10.0-22631 x86_64", "MSYS_NT-10.0-22631 x86_64", "CYGWIN_NT-10.0 x86_64"]
)
def test_windows_is_told_to_use_wsl(machine: Path, system: str) -> None:
    put_system(machine, system)
    assert "Windows was found. Use WSL" in str(told(machine))


@pytest.mark.parametrize("system", ["Darwin x86_64", "Linux riscv64", "FreeBSD amd64"])
def test_another_system_is_told_which(machine: Path, system: str) -> None:
    put_system(machine, system)
    assert f"Linux (x86_64, aarch64) or macOS (arm64) was expected, {system} was found" in str(told(machine))
