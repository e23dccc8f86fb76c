"""One installation of the platform, its main job as its users run it, and all that readers have then.

A run that comes to the forecast learns few trees in its own process: how good a forecast is, is tested elsewhere.
"""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from assets.city import city_folder
from benchmarks.counts import COUNTED
from sample_city.city import write_city

if TYPE_CHECKING:
    from ml.forecast.model import WeekAheadForecaster

# No case of a city of two days is five days old, and nothing is reported five times at one place.
EMPTY = {"mart_due_cases", "mart_overdue_cases", "mart_repeat_places"}

# `jsc` with a small forecaster.
QUICK_JSC = """
from joblib import parallel_config
from pytest import MonkeyPatch

from command.cli import app
from tests.integration.installation import learn_little

learn_little(MonkeyPatch())
parallel_config(backend="sequential")
app()
"""

FIGURES = """
    select table_name from information_schema.tables where table_schema = 'marts' order by table_name
"""


def learn_little(patch: pytest.MonkeyPatch) -> None:
    """Let forecasters be trained in seconds."""
    from assets.traffic import candidates, stored
    from assets.traffic.forecaster import city_forecaster
    from ml.forecast import learning

    def quick(connection: psycopg.Connection) -> "WeekAheadForecaster":
        return city_forecaster(connection).set_params(max_iter=20, learning_rate=0.3)

    patch.setattr(learning, "FOLDS", 2)
    for module in (stored, candidates):
        patch.setattr(module, "city_forecaster", quick)


@dataclass(frozen=True)
class Installation:
    """One platform: its own folder, database and landing folder."""

    home: Path
    url: str
    city: Path
    dagster_url: str | None = None

    @property
    def environment(self) -> dict[str, str]:
        dagster = {} if self.dagster_url is None else {"JSC_DAGSTER_DATABASE_URL": self.dagster_url}
        return {**os.environ, "JSC_HOME": str(self.home), "JSC_DATABASE_URL": self.url, **dagster}

    @property
    def arguments(self) -> list[str]:
        return ["run", "--landing", str(self.city / "landing"), "--cameras", str(self.city / "cameras")]

    @property
    def quick(self) -> list[str]:
        return [sys.executable, "-c", QUICK_JSC, *self.arguments]

    def run(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.quick, env=self.environment, capture_output=True, text=True, check=False)

    def run_until(self, step: str) -> None:
        """Run, and kill everything that runs as soon as the step starts."""
        with subprocess.Popen(
            self.quick,
            env=self.environment,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        ) as process:
            assert process.stderr is not None
            seen = any(f"… {step}" in line for line in process.stderr)
            os.killpg(process.pid, signal.SIGKILL)
        assert seen, f"the step {step} never started"

    def marts(self, *, with_keys: bool = True) -> dict[str, list[str]]:
        """Every row of every mart, as text.

        Args:
            with_keys: With the keys of the open data, which each installation draws for itself.
        """
        row = "m" if with_keys else "to_jsonb(m) - 'report_key'"
        with psycopg.connect(self.url) as connection:
            tables = [name for (name,) in connection.execute(FIGURES)]
            return {
                name: sorted(row for (row,) in connection.execute(f"select ({row})::text from marts.{name} as m"))  # noqa: S608
                for name in tables
            }

    def counts(self) -> dict[str, int]:
        """Rows of every table that Python writes and that holds what came in."""
        tables = (
            "raw.inbox", "raw.quarantine", "raw.landing_files", "raw.case_events", "raw.camera_observations",
            "raw.area_history", "ledger.complaints", "ledger.tracking_numbers", "ledger.set_aside",
            "private.complaints", "private.payloads", "private.quarantined_payloads", "forecast.jam_hours",
        )  # fmt: skip
        with psycopg.connect(self.url) as connection:
            return {
                table: connection.execute(f"select count(*) from {table}").fetchall()[0][0]  # noqa: S608
                for table in tables
            }

    def dbt_runs(self) -> list[Path]:
        """What each run of dbt wrote, in their order."""
        return sorted((path for path in (self.home / "dbt").iterdir() if path.is_dir()), key=os.path.getmtime)

    def report(self) -> bytes:
        return (self.home / "reports" / "weekly_jam_forecast.html").read_bytes()


def write_small_city(folder: Path) -> None:
    """A synthetic city small enough to be run several times."""
    write_city(folder, seeds=city_folder(), **COUNTED)
