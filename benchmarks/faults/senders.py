"""Faults of those who send: vendors and providers that are away, floods, payloads and pictures that are poison.

Belongs here: what is sent, and what is not. Does not belong here: the machine's faults (machine.py), what must hold
behind a fault (verdicts.py).
"""

import json
import shutil
from collections import Counter
from datetime import date, datetime, timedelta

import psycopg

from assets.city import city_folder
from assets.clock import city_zone
from benchmarks.faults.trial import END, Trial, variables
from benchmarks.faults.verdicts import BrokenError
from benchmarks.faults.worker import connections, decide, take_in_all

AWAY = "jaki"
ASKED = ("jaki", "qlue", "x", "jakarta_aman")
COMPLAINTS = 400
FLOOD, PAGE = 50_000, 1_000
TOKEN = "rahasia-kota"  # noqa: S105 - of this trial alone


def channel_down(trial: Trial) -> str:
    """A vendor answers nothing for a day; the others go on, and the next day brings what was missed."""
    from sample_city.day import acceptance_day
    from sample_city.exchange import Trouble
    from sample_city.reference import read_reference
    from sample_city.vendors import Vendors

    reference = read_reference(city_folder())
    days = [END - timedelta(days=1), END]
    items = [item for day in days for item in acceptance_day(reference, day, COMPLAINTS).items]
    vendors = trial.stack.enter_context(Vendors([one for one in items if not one.is_pushed], token=TOKEN))
    quick = {f"JSC_{code.upper()}_{name}": value for code in ASKED for name, value in _QUICK.items()}
    trial.stack.enter_context(variables(**vendors.environment, **quick))

    def again() -> None:
        for day in days:
            _fetch(trial, day)

    trial.job = again
    vendors.misbehave(AWAY, Trouble.SERVER_ERROR, times=100)
    failures = _fetch(trial, days[0])
    if set(failures) != {AWAY}:
        raise BrokenError(f"expected {AWAY} alone to fail, found {failures}")
    vendors.behave()
    if failures := _fetch(trial, days[1]):
        raise BrokenError(f"expected every vendor to answer, found {failures}")
    received = Counter(one.channel for one in items if one.channel in ASKED and not one.is_pushed)
    with psycopg.connect(trial.url) as connection:
        kept: Counter[str] = Counter(
            dict(connection.execute("select channel, sum(record_count - repeated_count) from raw.batches group by 1"))
        )
    if kept != received:
        raise BrokenError(f"expected {dict(received)}, found {dict(kept)}")
    return f"{received[AWAY]:,} records of {AWAY} in {sum(received.values()):,}"


_QUICK = {"ATTEMPTS": "2", "BACKOFF_S": "0.01"}


def _fetch(trial: Trial, day: date) -> dict[str, list[str]]:
    """Ask each vendor for a day and decide; the failures by channel."""
    from assets.clock import midnight
    from assets.complaints.channels.registry import CHANNELS
    from assets.complaints.intake import IntakeCounts, fetch_in
    from assets.sources.landing import Batch
    from assets.sources.records import Window

    transaction, batch_id = connections(trial.url), trial.batch_id()
    failures: dict[str, list[str]] = {}
    window = Window(midnight(day), midnight(day + timedelta(days=1)))
    for code in ASKED:
        counts = IntakeCounts()
        fetch_in(transaction, CHANNELS[code], window, Batch(batch_id, code, trial.work.now, True), counts)
        failures |= {code: counts.failures} if counts.failures else {}
    decide(transaction, trial.work.now, batch_id)
    return failures


def channel_floods(trial: Trial) -> str:
    """One channel delivers 50,000 reports of one hour beside everybody's day."""
    trial.finish()
    folder = trial.work.landing / AWAY
    hour = datetime(END.year, END.month, END.day, 17, tzinfo=city_zone())
    for page in range(FLOOD // PAGE):
        reports = [_report(page * PAGE + number, hour) for number in range(PAGE)]
        (folder / f"flood-{page:03d}.json").write_text(json.dumps({"data": reports}), encoding="utf-8")
    trial.job = lambda: _at_once(trial)
    trial.job()
    if others := _others_changed(trial):
        raise BrokenError(f"expected the other channels' decisions untouched, found {others} changed")
    return f"{FLOOD:,} reports of {AWAY}"


def _report(number: int, hour: datetime) -> dict[str, object]:
    """A report of the flood in the public shape of JAKI."""
    at = hour + timedelta(milliseconds=72 * number)
    return {
        "id": 9_000_000_000 + number,
        "content": f"Banjir di depan rumah nomor {number % 9_973}, air setinggi {number % 89} sentimeter",
        "lat": -6.16 - number % 97 / 10_000,
        "lng": 106.80 + number % 89 / 10_000,
        "createdAt": at.isoformat(timespec="seconds"),
    }


def _at_once(trial: Trial) -> None:
    """The intake with the platform's own chunks: a flood in small ones is another fault."""
    batch_id = trial.batch_id()
    take_in_all(connections(trial.url), trial.work, batch_id)
    decide(connections(trial.url), trial.work.now, batch_id)


def _others_changed(trial: Trial) -> int:
    query = f"select count(*) from ledger.complaints where version > 1 and channel <> '{AWAY}'"  # noqa: S608
    versions = sum(version > 1 for _, version, *_ in trial.undisturbed["decisions"])
    return trial.count(query) - versions


def half_written(trial: Trial) -> str:
    """Every landing file of the channels is there by half when the job first comes, and whole the next time."""
    whole = trial.folder / "whole"
    trial.work.landing.rename(whole)
    shutil.copytree(whole, trial.work.landing)
    channels = {str(channel) for channel, *_ in trial.undisturbed["inbox"]}
    halved = [file for code in sorted(channels) for file in (trial.work.landing / code).rglob("*") if file.is_file()]
    for file in halved:
        content = file.read_bytes()
        file.write_bytes(content[: len(content) // 2])
    trial.finish()
    shutil.copytree(whole, trial.work.landing, dirs_exist_ok=True)
    return f"{len(halved):,} files by half"
