"""Claim: loading the code location costs at most 1.3 times `import dagster_dbt`, which is its floor.

Belongs here: that measurement. Does not belong here: any other claim.
"""

import statistics
import subprocess
import sys
import time

BASELINE = "import dagster_dbt"
LOAD = "from orchestration.definitions import build_defs; build_defs().get_repository_def()"


def _seconds(program: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - our own interpreter
    return time.perf_counter() - start


def ratios(runs: int) -> list[tuple[float, float]]:
    """Seconds of the load and of the baseline, in pairs, after one warm-up of each."""
    for program in (BASELINE, LOAD):
        _seconds(program)
    return [(_seconds(LOAD), _seconds(BASELINE)) for _ in range(runs)]


def measure(runs: int) -> str:
    """The claim's figures in one line."""
    pairs = ratios(runs)
    median = statistics.median(load / baseline for load, baseline in pairs)
    load, baseline = (statistics.median(column) for column in zip(*pairs, strict=True))
    return f"code location {load:.2f} s, import dagster_dbt {baseline:.2f} s, ratio {median:.2f} (median of {runs})"
