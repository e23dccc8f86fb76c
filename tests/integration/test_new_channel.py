"""How to add a channel, carried out: one module, one seed row, one counterpart in the sample city, and this test.

A copy of the project gets one more channel, and is changed nowhere else but in the two registries that name the
modules. What its counterpart lands walks through intake, triage, the ledger and dbt to the marts, all in the copy.
"""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import dict_row

from assets.city import city_folder, dbt_environment
from assets.complaints.complaint_id import complaint_id_for
from database.settings import PROJECT
from orchestration.manifest import DBT
from tests.served import REFERENCE

CODE = "pesan_suara"
ROOMS = ("assets", "ml", "database", "sample_city", "orchestration", "dbt_project", "cities")

MODULE = '''
"""Pesan suara: calls to a voice mailbox, written down by a machine.

Belongs here: the mailbox's JSON, split into records and read into reports.
Does not belong here: whether a report is clear (triage/).
"""

from assets.clock import city_zone
from assets.complaints.channels.channel import Channel
from assets.complaints.model import Report
from assets.sources.pages import items_of
from assets.sources.records import PayloadError, Record, Unreadable
from assets.sources.wire import read_object, read_text, read_time, record_or_unreadable, unreadable


def split(content: bytes, origin: str) -> list[Record | Unreadable]:
    """Split one answer of the mailbox into its calls."""
    try:
        items = items_of(content)
    except PayloadError as error:
        return [Unreadable(origin, content, str(error))]
    return [_record(item, f"{origin}#/{number}") for number, item in enumerate(items)]


def _record(item: object, where: str) -> Record | Unreadable:
    try:
        call = read_object(item, "call")
    except PayloadError as error:
        return unreadable(where, [item], error)
    return record_or_unreadable(where, call.get("call_id"), call, [item])


def parse(record: Record) -> Report:
    """Read one call."""
    call = record.payload
    return Report(
        source_record_id=record.source_record_id,
        source_code=None,
        reported_at=read_time(call.get("called_at"), "called_at", without_offset=city_zone()),
        reporter_name=read_text(call.get("caller"), "caller"),
        reporter_contact=read_text(call.get("number"), "number"),
        reporter_handle=None,
        title=None,
        description=read_text(call.get("transcript"), "transcript") or "",
        address=None,
        kelurahan_name=None,
        kecamatan_name=None,
        latitude=None,
        longitude=None,
        category_name=None,
        photo_urls=(),
    )


CHANNEL = Channel(code="pesan_suara", suffixes=(".json",), split=split, parse=parse)
'''

SEED_ROW = "pesan_suara,Pesan suara,message,false,false,private,a call to the city,2026-01-01,"

COUNTERPART = '''
"""Pesan suara: calls to a voice mailbox, written down by a machine.

Belongs here: the JSON of one call. Does not belong here: who calls about what (complaints.py).
"""

from collections.abc import Sequence
from datetime import date

import numpy as np

from sample_city.channels.channel import Channel, Habits
from sample_city.channels.files import pages, without
from sample_city.model import Complaint, Deliveries, Extras, Missing


def deliveries(day: date, complaints: Sequence[Complaint], rng: np.random.Generator, extras: Extras) -> Deliveries:
    """The day's calls."""
    return [
        (
            one.reported_at,
            {
                "call_id": one.source_record_id,
                "called_at": one.reported_at.isoformat(),
                "caller": "" if Missing.REPORTER in one.missing else one.reporter.name,
                "number": one.reporter.phone,
                "transcript": one.text,
            },
        )
        for one in complaints
    ]


CHANNEL = Channel(
    code="pesan_suara",
    habits=Habits(share=0.3, flaws={Missing.PLACE: 0.1}),
    id_form="PS{day:%y%m%d}{number:05d}",
    deliveries=deliveries,
    files=pages(10),
    spoil=without("call_id"),
)
'''

# The copy's own walk: what `jsc run` does for channels, from the landing folder to the ledger.
WALK = """
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg

from assets.complaints.assets import REPORTS
from assets.complaints.channels.registry import CHANNELS
from assets.complaints.intake import take_in
from assets.complaints.ledger import decide_all
from assets.complaints.triage.desk import Desk
from assets.reference import load_reference
from assets.city import city_folder
from assets.sources.landing import open_batch
from sample_city.complaints import Planner
from sample_city.landing import write_day
from sample_city.model import Extras
from sample_city.reference import read_reference
from sample_city.truth import write_complaints, write_extras

url, folder = sys.argv[1], Path(sys.argv[2])
planner, extras, complaints = Planner(read_reference(city_folder()), 3), Extras(), []
for number in range(4):
    day = date(2026, 3, 2) + timedelta(days=number)
    of_day = planner.plan_day(day, 30, ("pesan_suara", "email"))
    write_day(folder / "landing", day, of_day, 3, extras)
    complaints += of_day
write_complaints(folder / "truth", complaints)
write_extras(folder / "truth", extras)

assert any("raw_pesan_suara__reports" in key.path for asset in REPORTS for key in asset.keys)
now = datetime(2026, 3, 6, tzinfo=UTC)
with psycopg.connect(url) as connection:
    for code in ("pesan_suara", "email"):
        batch = open_batch(folder / "landing", code, "1", now)
        take_in(connection, CHANNELS[code], folder / "landing", batch)
decide_all(lambda: psycopg.connect(url), Desk.of(load_reference(city_folder())), "1", now)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project with the channel."""
    copy = tmp_path / "project"
    for room in ROOMS:
        shutil.copytree(PROJECT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__", "logs"))
    for room, text in (("assets/complaints/channels", MODULE), ("sample_city/channels", COUNTERPART)):
        (copy / room / f"{CODE}.py").write_text(text, encoding="utf-8")
        registry = copy / room / "registry.py"
        named = registry.read_text(encoding="utf-8").replace("    qlue,\n", f"    {CODE},\n    qlue,\n", 1)
        named = named.replace("counter.KECAMATAN,\n", f"counter.KECAMATAN,\n    {CODE}.CHANNEL,\n", 1)
        registry.write_text(named, encoding="utf-8")
    with (copy / city_folder().relative_to(PROJECT) / "channels.csv").open("a", encoding="utf-8") as seed:
        seed.write(f"{SEED_ROW}\n")
    return copy


def within(project: Path, url: str, *command: str | Path) -> None:
    """Run a command in the copy, on the test's database."""
    moment = {"JSC_AS_OF": "2026-03-06T00:00:00+00:00"}
    environment = {**os.environ, **dbt_environment(url), **moment, "PYTHONPATH": str(project)}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr


def truth(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["channel"] == CODE]


def test_a_new_channel_walks_from_its_landing_file_to_the_marts(
    project: Path, tmp_path: Path, database_url: str
) -> None:
    within(project, database_url, sys.executable, "-c", WALK, database_url, tmp_path)
    dbt = [DBT, "--quiet", "build", "--project-dir", "dbt_project"]
    # The tests of other marts that point at these are left out.
    chosen = ["--indirect-selection", "cautious", "--select", "+mart_intake_by_channel", "+fct_complaints"]
    within(project, database_url, *dbt, "--profiles-dir", "dbt_project", *chosen)

    planned, unreadable = truth(tmp_path, "complaints"), truth(tmp_path, "unreadable")
    assert len(planned) > 10
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        told = {row["channel"]: row for row in connection.execute("select * from marts.mart_intake_by_channel")}
        facts = connection.execute(
            "select complaint_id, decision from marts.fct_complaints where channel = %s", [CODE]
        ).fetchall()
    assert told.keys() == {*REFERENCE.channels, CODE}
    assert told[CODE]["channel_name"] == "Pesan suara"
    assert told[CODE]["received"] == len(planned) + len(unreadable)
    assert told[CODE]["quarantined"] == len(unreadable) > 0
    assert (told[CODE]["pending"], told[CODE]["set_aside"]) == (0, 0)
    ids = {complaint_id_for(CODE, row["source_record_id"]) for row in planned}
    assert {row["complaint_id"] for row in facts} == ids
    counted = {decision: told[CODE][f"{decision}_records"] for decision in ("accepted", "returned", "rejected")}
    assert counted == {decision: sum(row["decision"] == decision for row in facts) for decision in counted}
