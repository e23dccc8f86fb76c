"""What `deploy/` holds: accepted by the tools that read it, and its services started as processes of their own."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import yaml

from assets.settings import Settings
from database.settings import PROJECT
from orchestration.instance import write_instance

pytestmark = pytest.mark.system

DEPLOY = PROJECT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("jsc-*.service"))
COMMON = DEPLOY / "systemd" / "jsc-.service.d" / "10-common.conf"
# Of 100, by systemd's own scale; below 30 is its "OK".
MOST_EXPOSED = 20
# Of a start on a busy machine.
PATIENCE_S = 240
# As deploy/systemd/jsc-code.service says.
STOPS_WITHIN_S = 60


def as_installed(text: str) -> str:
    """A unit's text with the paths of this checkout."""
    return text.replace("/opt/jsc/.venv/bin", str(Path(sys.executable).parent)).replace("/opt/jsc", str(PROJECT))


def command(unit: str, key: str = "ExecStart") -> list[str]:
    [line] = re.findall(rf"^{key}=(.*)$", (DEPLOY / "systemd" / f"{unit}.service").read_text(), re.MULTILINE)
    return shlex.split(as_installed(line))


def run(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in arguments], capture_output=True, text=True, check=False, **options)


# systemd


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The folder of units, as it is on a machine whose /opt/jsc is this checkout."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze: apt-get install systemd")
    folder = tmp_path / "units"
    shutil.copytree(DEPLOY / "systemd", folder)
    for file in folder.rglob("jsc*.*"):
        if file.is_file():
            file.write_text(as_installed(file.read_text()))
    common = folder / "jsc-.service.d" / "10-common.conf"
    common.write_text(as_installed(common.read_text()))
    return folder


def test_systemd_finds_nothing_wrong_with_the_units(installed: Path) -> None:
    units = [installed / "jsc.target", *installed.glob("*.timer"), *(installed / unit.name for unit in UNITS)]
    verified = run("systemd-analyze", "verify", "--man=no", *units)
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")


def test_systemd_sees_what_is_wrong_with_the_common_part(installed: Path) -> None:
    with (installed / "jsc-.service.d" / "10-common.conf").open("a") as file:
        file.write("ProtectEverything=yes\n")
    verified = run("systemd-analyze", "verify", "--man=no", installed / "jsc-code.service")
    assert "Unknown key 'ProtectEverything'" in verified.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_no_service_may_do_more_than_it_has_to(installed: Path, unit: Path) -> None:
    judged = run(
        "systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", installed / unit.name
    )  # fmt: skip
    assert judged.returncode == 0, judged.stdout[-500:] + judged.stderr


def test_the_user_of_the_services_can_be_made(installed: Path) -> None:
    if shutil.which("systemd-sysusers") is None:
        pytest.skip("no systemd-sysusers: apt-get install systemd")
    made = run("systemd-sysusers", "--dry-run", installed / "jsc.sysusers")
    assert made.returncode == 0, made.stderr
    [user] = re.findall(r"^User=(.*)$", COMMON.read_text(), re.MULTILINE)
    assert (installed / "jsc.sysusers").read_text().split()[1] == user


def test_the_target_starts_every_service() -> None:
    [wanted] = re.findall(r"^Wants=(.*)$", (DEPLOY / "systemd" / "jsc.target").read_text(), re.MULTILINE)
    required = {
        name for unit in UNITS for names in re.findall(r"^Requires=(.*)$", unit.read_text(), re.MULTILINE)
        for name in names.split()
    }  # fmt: skip
    assert {Path(name).stem for name in (*wanted.split(), *required)} == {unit.stem for unit in UNITS}
    assert [unit for unit in wanted.split() if unit.endswith(".timer")] == ["jsc-watch.timer"]


# compose


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The compose file as its own tool reads it; without the database's password it is refused."""
    tmp_path = tmp_path_factory.mktemp("compose")
    tool = ["docker", "compose"]
    if shutil.which("docker") is None or run(*tool, "version").returncode:
        tool = ["docker-compose"]
    if shutil.which(tool[0]) is None:
        pytest.skip("neither docker compose nor docker-compose: apt-get install docker-compose")
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    shutil.copy(DEPLOY / "jsc.env.example", tmp_path / "deploy" / "jsc.env")
    file = tmp_path / "deploy" / "compose.yaml"
    unset = {name: value for name, value in os.environ.items() if name != "JSC_DATABASE_PASSWORD"}
    refused = run(*tool, "--file", file, "config", env=unset)
    assert refused.returncode != 0
    assert "set it in deploy/jsc.env" in refused.stderr
    accepted = run(*tool, "--file", file, "config", env={**unset, "JSC_DATABASE_PASSWORD": "kunci"})
    assert accepted.returncode == 0, accepted.stderr
    return yaml.safe_load(accepted.stdout)


def test_compose_starts_what_systemd_starts(composed: dict[str, Any]) -> None:
    services = composed["services"]
    assert {*services} == {"database", *(unit.stem.removeprefix("jsc-") for unit in UNITS)}
    for unit in UNITS:
        program, *arguments = command(unit.stem)
        mine = services[unit.stem.removeprefix("jsc-")]["command"]
        if unit.with_suffix(".timer").exists():
            assert mine[-1].endswith(f"{Path(program).name} {' '.join(arguments)}; done")
            continue
        # But for the address to listen at, which is a container's own.
        at = {"--host", "127.0.0.1", "0.0.0.0"}  # noqa: S104
        assert [part for part in mine if part not in at] == [
            Path(program).name, *(part for part in arguments if part not in at)
        ]  # fmt: skip


def test_compose_opens_no_port_to_other_machines(composed: dict[str, Any]) -> None:
    ports = [port for service in composed["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all("127.0.0.1" in (port if isinstance(port, str) else port["host_ip"]) for port in ports)


# Kubernetes


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def in_snake(value: Any) -> Any:
    """The chart's camelCase as dagster.yaml writes it."""
    if isinstance(value, dict):
        return {snake(name): in_snake(inner) for name, inner in value.items()}
    return [in_snake(inner) for inner in value] if isinstance(value, list) else value


def test_dagster_on_kubernetes_is_set_as_on_one_machine(own: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    write_instance(own)
    mine = yaml.safe_load((own.dagster_home / "dagster.yaml").read_text())
    values = yaml.safe_load((DEPLOY / "helm-values.yaml").read_text())
    daemon = in_snake(values["dagsterDaemon"])
    assert daemon["run_monitoring"] == mine["run_monitoring"]
    assert daemon["run_retries"] == mine["run_retries"]
    concurrency = in_snake(values["concurrency"])
    assert concurrency.pop("enabled")
    assert concurrency == mine["concurrency"]
    for kind, kept in mine["retention"].items():
        days = values["retention"][kind]["purgeAfterDays"]
        # The chart wants the fourth too; -1 is Dagster's own.
        assert days == {**kept["purge_after_days"], "started": -1}
    assert values["telemetry"]["enabled"] is mine["telemetry"]["enabled"]
    launcher = values["runLauncher"]["config"]["customRunLauncher"]
    assert getattr(sys.modules["dagster"], launcher["class"]).config_type() == launcher["config"]


# The services themselves


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def until(true: Callable[[], bool], told: Callable[[], str]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, told()
        time.sleep(0.5)


class Services:
    """The services of an installation, started as their units start them, on free ports."""

    def __init__(self, settings: Settings, logs: Path) -> None:
        self.logs, self.processes = logs, dict[str, subprocess.Popen[bytes]]()
        self.webserver, self.portal, code = free_port(), free_port(), free_port()
        self.environment = {
            **os.environ,
            "JSC_HOME": str(settings.home),
            "DAGSTER_HOME": str(settings.dagster_home),
            "JSC_LANDING": str(logs / "landing"),
            "JSC_ENVIRONMENT": "development",
            "JSC_CODE_HOST": "127.0.0.1",
            "JSC_CODE_PORT": str(code),
        }
        self.environment.pop("JSC_DATABASE_URL", None)

    def command(self, unit: str) -> list[str]:
        ports = {"3000": str(self.webserver), "8000": str(self.portal)}
        return [ports.get(part, part) for part in command(unit)]

    def start(self, unit: str) -> None:
        with (self.logs / f"{unit}.log").open("wb") as log:
            self.processes[unit] = subprocess.Popen(
                self.command(unit), cwd=PROJECT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def told(self) -> str:
        return "\n".join(f"{log.stem}: {log.read_text()[-2000:]}" for log in sorted(self.logs.glob("*.log")))

    def ask(self, query: str) -> dict[str, Any]:
        answer = httpx.post(f"http://127.0.0.1:{self.webserver}/graphql", json={"query": query}, timeout=30)
        return answer.json()["data"]

    def answers(self, query: str, expected: Callable[[dict[str, Any]], bool]) -> bool:
        assert not [unit for unit, process in self.processes.items() if process.poll() is not None], self.told()
        try:
            return expected(self.ask(query))
        except httpx.TransportError:
            return False

    def stop(self) -> dict[str, int]:
        """End all as systemd does, in the order opposite to the start; what each ended with, and no child is left."""
        codes, children = {}, []
        for unit, process in reversed(self.processes.items()):
            if process.poll() is None:
                children += psutil.Process(process.pid).children(recursive=True)
                os.killpg(process.pid, signal.SIGTERM)
            try:
                codes[unit] = process.wait(STOPS_WITHIN_S)
            except subprocess.TimeoutExpired:
                # Dagster's code server does not always hear it; TimeoutStopSec= of the unit says what comes then.
                os.killpg(process.pid, signal.SIGKILL)
                codes[unit] = process.wait(PATIENCE_S)
        _, alive = psutil.wait_procs(children, timeout=PATIENCE_S)
        assert not alive
        return codes


@pytest.fixture
def services(own: Settings, tmp_path: Path) -> Iterator[Services]:
    services = Services(own, tmp_path)
    yield services
    for process in services.processes.values():
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


LOCATIONS = """
{ workspaceOrError { ... on Workspace { locationEntries {
    name loadStatus locationOrLoadError { ... on RepositoryLocation { repositories { jobs { name } } } }
} } } }
"""
DAEMONS = "{ instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } } }"


def is_loaded(answer: dict[str, Any]) -> bool:
    [location] = answer["workspaceOrError"]["locationEntries"]
    if location["loadStatus"] != "LOADED" or not location["locationOrLoadError"]:
        return False
    jobs = {job["name"] for repository in location["locationOrLoadError"]["repositories"] for job in repository["jobs"]}
    return location["name"] == "orchestration.definitions" and {"city", "intake", "marts"} <= jobs


def are_healthy(answer: dict[str, Any]) -> bool:
    statuses = [status for status in answer["instance"]["daemonHealth"]["allDaemonStatuses"] if status["required"]]
    return len(statuses) > 3 and all(status["healthy"] for status in statuses)


def test_the_services_start_find_each_other_and_end(services: Services) -> None:
    prepared = run(*services.command("jsc-prepare"), env=services.environment, cwd=PROJECT)
    assert (prepared.returncode, prepared.stdout) == (0, ""), prepared.stderr
    for unit in ("jsc-code", "jsc-daemon", "jsc-webserver", "jsc-portal", "jsc-clerk"):
        services.start(unit)
    until(lambda: services.answers(LOCATIONS, is_loaded), services.told)
    until(lambda: services.answers(DAEMONS, are_healthy), services.told)
    # It is there, and lets nobody subscribe without the token.
    assert httpx.get(f"http://127.0.0.1:{services.portal}/webhooks/whatsapp").status_code == 403
    until(lambda: "At work." in (services.logs / "jsc-clerk.log").read_text(), services.told)
    for unit, service in (("jsc-daemon", "daemon"), ("jsc-code", "code server")):
        second = run(*services.command(unit), env=services.environment, cwd=PROJECT)
        assert second.returncode == 1
        assert f"Expected no other {service}" in second.stdout
        assert f"found process {services.processes[unit].pid}." in second.stdout
    codes = services.stop()
    assert codes.pop("jsc-code") in (0, -signal.SIGTERM, -signal.SIGKILL)
    assert {*codes.values()} <= {0, -signal.SIGTERM}, (codes, services.told())
