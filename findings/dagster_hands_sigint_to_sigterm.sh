#!/usr/bin/env bash
# Guess: a run of Dagster within a process leaves its signals as they were: a program that it starts afterwards ends when
#   it is told to (SIGTERM).
# Instead: SIGTERM has from then on whatever SIGINT has. A shell script ignores SIGINT in what it starts in the background
#   (`python nightly.py &`), so there SIGTERM is ignored too once a run is over, and each program that is started later
#   inherits that: it does not hear that it is to stop, and `terminate()` waits until somebody kills it. In the
#   foreground SIGTERM raises KeyboardInterrupt instead.
# Versions: dagster 1.13.27, Python 3.11. Date: 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check dagster==1.13.27

cat > "$folder/nightly.py" <<'PYTHON'
import signal
import subprocess
import sys
from importlib.metadata import version

import dagster as dg


@dg.asset
def numbers() -> int:
    return 1


def ends_when_told() -> bool:
    program = subprocess.Popen([sys.executable, "-c", "print(flush=True); import time; time.sleep(60)"], stdout=-1)
    assert program.stdout is not None
    program.stdout.readline()
    program.terminate()
    try:
        return program.wait(3) == -signal.SIGTERM
    except subprocess.TimeoutExpired:
        program.kill()
        return False


where = sys.argv[1]
before, heard_before = signal.getsignal(signal.SIGTERM), ends_when_told()
assert dg.materialize([numbers], instance=dg.DagsterInstance.ephemeral()).success
after, heard = signal.getsignal(signal.SIGTERM), ends_when_told()
print("dagster", version("dagster"), where, "SIGTERM before:", before, "after:", after, "a program hears it:", heard)
assert (before, heard_before) == (signal.SIG_DFL, True)
told = {"background": (signal.SIG_IGN, False), "foreground": (signal.default_int_handler, True)}
assert (after, heard) == told[where], "a run leaves SIGTERM otherwise now"
PYTHON
export DAGSTER_HOME="" DAGSTER_DISABLE_TELEMETRY=1
(
    trap - INT
    "$folder/venv/bin/python" -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$folder/venv/bin/python" "$folder/nightly.py" foreground 2>/dev/null
)
# As `nightly.py &` in a script.
"$folder/venv/bin/python" "$folder/nightly.py" background 2>/dev/null &
wait $!
