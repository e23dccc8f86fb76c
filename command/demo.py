"""`jsc demo`: the sample city alive, in accelerated time, with Dagster's UI beside it.

Belongs here: the verb, the UI's process, what the terminal says. Does not belong here: the installation
(orchestration/demo.py), the ticks (orchestration/simulated.py), the city (sample_city/live.py).
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.request import urlopen

import typer

from assets.clock import city_zone, zone_name
from assets.settings import Settings
from command.terminal import console, in_words, warn
from sample_city.live_faults import LiveFault

if TYPE_CHECKING:
    from dagster import DagsterInstance
    from dagster_graphql import DagsterGraphQLClient

    from orchestration.demo import Demo
    from orchestration.simulated import Ticker

UI_STARTS_WITHIN_S = 300
ENDS_WITHIN_S = 30
RUNS_END_WITHIN_S = 900
LOOKS_EVERY_S = 20


def demo(
    speed: Annotated[float, typer.Option(min=1, max=600, help="Seconds of the city in one.")] = 60,
    fault: Annotated[
        list[LiveFault] | None,
        typer.Option(help="What goes wrong in two of every six hours; may be given again. Default: nothing."),
    ] = None,
    hours: Annotated[float | None, typer.Option(min=0, help="Hours of the city until it ends; else Ctrl-C.")] = None,
    begins: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day on which the city begins, at 05:00. Default: yesterday."),
    ] = None,
    home: Annotated[Path | None, typer.Option(help="Folder of the demo; default: demo below JSC_HOME.")] = None,
    port: Annotated[int, typer.Option(help="Port of the Dagster UI on this machine.")] = 3000,
) -> None:
    """Show the platform at work on a synthetic city whose time runs faster; stop it with Ctrl-C.

    The city begins at 05:00 and runs until it has caught up with the clock on the wall. Its channels, cameras and
    agencies deliver over loopback; the schedules of production tick by its time, and their runs are seen in the UI.
    """
    from orchestration.demo import DemoFolderError, NoMartsError
    from orchestration.demo import demo as installed

    # Also where it was started in the background, or is stopped by another program.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    folder = home or Settings().data / "demo"
    first = begins.date() if begins else None
    console.print("Making the installation and its first marts, which takes a minute or two", style="dim")
    try:
        with in_words(), installed(folder, speed, frozenset(fault or []), first) as at_work, _ui(port) as ui:
            _run(at_work, ui, port, None if hours is None else timedelta(hours=hours))
    except (DemoFolderError, NoMartsError) as error:
        warn(str(error))
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        console.print("The demo ended.")


@contextmanager
def _ui(port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The UI with its daemon in a process of its own, which ends with the block."""
    program = [sys.executable, "-c", "from command.cli import app; app()", "ui", "--port", str(port)]
    log = Settings().data / "ui.log"
    console.print(f"Starting the Dagster UI (log: {log})", style="dim")
    with log.open("wb") as told:
        process = subprocess.Popen(  # noqa: S603 - this command
            program, stdout=told, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        _signal(process, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(ENDS_WITHIN_S)
        # Runs that were at work, and what follows their logs.
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Send a signal to a process and to all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _run(at_work: "Demo", ui: "subprocess.Popen[bytes]", port: int, length: timedelta | None) -> None:
    """Let the city's time run, second by second."""
    import dagster as dg

    from orchestration.demo import Lookout
    from orchestration.simulated import Ticker

    client = _client(port, ui)
    # What was due while the UI started is asked for too.
    since = at_work.clock.shows
    end = None if length is None else since + length
    console.print(f"Dagster UI: http://127.0.0.1:{port}/runs")
    console.print(f"JAKI delivers at {at_work.city.vendors.url('jaki')}, and the other senders beside it.")
    console.print(f"SQL meanwhile: JSC_HOME={at_work.settings.data} jsc sql")
    with dg.DagsterInstance.get() as instance:
        lookout, looked = Lookout(at_work.settings), 0.0
        ticker = Ticker(instance, lambda job, tags: client.submit_job_execution(job, tags=dict(tags)))
        while (end is None or since < end) and ui.poll() is None:
            began = time.monotonic()
            now = at_work.clock.now()
            at_work.city.advance(now)
            happened = ticker.advance(since, now)
            since = now
            if began - looked > LOOKS_EVERY_S:
                happened += lookout.look()
                looked = began
            _tell(now, happened)
            time.sleep(max(0.0, 1 - (time.monotonic() - began)))
        _tell_ticks(ticker)
        _let_end(instance, ui)
    if ui.poll() is not None:
        log = Settings().data / "ui.log"
        warn(f"Expected the Dagster UI to run, found that it ended. Read {log}")
        raise typer.Exit(1)


def _let_end(instance: "DagsterInstance", ui: "subprocess.Popen[bytes]") -> None:
    """Wait for the runs that are at work or wait for their turn."""
    import dagster as dg

    from orchestration.schedules import ACTIVE

    end = time.monotonic() + RUNS_END_WITHIN_S
    while (count := instance.get_runs_count(dg.RunsFilter(statuses=ACTIVE))) and ui.poll() is None:
        if time.monotonic() > end:
            warn(f"Expected the last runs to end within {RUNS_END_WITHIN_S} s, found {count}.")
            raise typer.Exit(1)
        console.print(f"Waiting for {count} runs to end", style="dim")
        time.sleep(LOOKS_EVERY_S)


def _client(port: int, ui: "subprocess.Popen[bytes]") -> "DagsterGraphQLClient":
    """The UI's own interface, as soon as it answers."""
    from dagster_graphql import DagsterGraphQLClient

    end = time.monotonic() + UI_STARTS_WITHIN_S
    while ui.poll() is None and time.monotonic() < end:
        try:
            urlopen(f"http://127.0.0.1:{port}/server_info").close()  # noqa: S310 - of this machine
        except OSError:
            time.sleep(1)
        else:
            return DagsterGraphQLClient("127.0.0.1", port_number=port)
    warn(f"Expected the Dagster UI to answer, found none. Read {Settings().data / 'ui.log'}")
    raise typer.Exit(1)


def _tell(now: datetime, happened: list[str]) -> None:
    """A line for each moment at which something was asked for, broke, or was over."""
    from sample_city.live import is_on

    if happened:
        faults = ", faults on" if is_on(now.astimezone(city_zone())) else ""
        console.print(
            f"{now.astimezone(city_zone()):%a %d %b %H:%M} {zone_name()}{faults}: {', '.join(happened)}", style="dim"
        )


def _tell_ticks(ticker: "Ticker") -> None:
    """What became of the ticks."""
    for (schedule, outcome), count in sorted(ticker.ticks.items()):
        console.print(f"{schedule}: {count} {outcome}")
