"""Claim: whatever goes wrong around the platform, nothing is lost, doubled or changed by running again.

Belongs here: the list of faults, their trials one after the other, the table. Does not belong here: how a fault is made
(machine.py, installation.py, senders.py, poison.py), what must hold (verdicts.py).

Behind each fault the job is done once more, then held against what must hold and against the job undisturbed, then done
again: that changes nothing.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assets.settings import Settings
from benchmarks.faults import installation, machine, poison, senders
from benchmarks.faults.trial import Compared, SkippedError, Trial, new_trial, write_small_city
from benchmarks.faults.verdicts import CHECKS, BrokenError, State, alike, check, contained, state
from benchmarks.own_server import own_server

Tell = Callable[[str], None]
COLUMNS = ("fault", "made to happen", *CHECKS, "end", "run again")


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        name: In words.
        make: Makes it happen; says what happened.
        compared: What the end is held against.
    """

    name: str
    make: Callable[[Trial], str]
    compared: Compared


FAULTS = (
    Fault("worker killed", machine.worker_killed, Compared.SAME),
    Fault("database killed", machine.database_killed, Compared.SAME),
    Fault("connection cut between statement and commit", machine.connection_cut, Compared.SAME),
    Fault("disk full", machine.disk_full, Compared.SAME),
    Fault("clock stepped", machine.clock_stepped, Compared.CONTAINED),
    Fault("channel down for a day", senders.channel_down, Compared.ITSELF),
    Fault("channel floods", senders.channel_floods, Compared.CONTAINED),
    Fault("half-written landing files", senders.half_written, Compared.CONTAINED),
    Fault("poisoned payloads and pictures", poison.poisoned, Compared.CONTAINED),
    Fault("camera provider down", poison.provider_down, Compared.ITSELF),
    Fault("migration in the middle", installation.migration_in_the_middle, Compared.SAME),
    Fault("two daemons", installation.two_daemons, Compared.SAME),
)


@dataclass(frozen=True)
class Verdict:
    """What a fault came to.

    Attributes:
        fault: Which.
        cells: Its row of the table, behind its name.
        broken: What does not hold; None where all does.
    """

    fault: Fault
    cells: Sequence[str]
    broken: str | None = None


def measure(tell: Tell, names: Sequence[str] = ()) -> list[Verdict]:
    """Make every fault happen.

    Args:
        tell: Called with each step as it begins, and with what does not hold.
        names: Those alone; all where none is named.
    """
    with own_server() as settings:
        city = settings.data / "city"
        tell("writing the small city")
        write_small_city(city)
        tell("undisturbed")
        undisturbed = new_trial(settings, city, "undisturbed")
        undisturbed.finish()
        told = state(undisturbed.url)
        return [_verdict(settings, city, fault, told, tell) for fault in FAULTS if not names or fault.name in names]


def _verdict(settings: Settings, city: Path, fault: Fault, undisturbed: State, tell: Tell) -> Verdict:
    tell(fault.name)
    began = time.monotonic()
    trial = new_trial(settings, city, fault.make.__name__, undisturbed)
    try:
        with trial.stack:
            cells = held_against(trial, fault)
    except SkippedError as error:
        tell(f"{fault.name}: skipped, {error}")
        return Verdict(fault, [f"skipped: {error}", *["-"] * (len(COLUMNS) - 2)])
    except Exception as error:
        # Whatever it is that the platform could not take: the other faults are tried all the same.
        broken = f"{fault.name}: {error}" if isinstance(error, BrokenError) else f"{fault.name}: {error!r}"
        tell(f"BROKEN, {broken}")
        return Verdict(fault, ["broken", *["-"] * (len(COLUMNS) - 2)], broken)
    tell(f"{fault.name}: holds, {time.monotonic() - began:.0f} s")
    return Verdict(fault, cells)


def held_against(trial: Trial, fault: Fault) -> list[str]:
    """Make a fault happen, and hold what it left against what must hold; its row of the table.

    Raises:
        BrokenError: Something does not hold.
        SkippedError: It cannot be made here.
    """
    happened = fault.make(trial)
    trial.job()
    counted, found = check(trial.url), state(trial.url)
    match fault.compared:
        case Compared.SAME:
            alike(trial.undisturbed, found)
        case Compared.CONTAINED:
            contained(trial.undisturbed, found)
    trial.job()
    alike(found, state(trial.url))
    return [happened, *counted, fault.compared.value, "changes nothing"]


def table(verdicts: Sequence[Verdict]) -> str:
    """The verdicts as a table of Markdown, as it stands in the documents."""
    rows = [COLUMNS, ["---"] * len(COLUMNS), *([one.fault.name, *one.cells] for one in verdicts)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
