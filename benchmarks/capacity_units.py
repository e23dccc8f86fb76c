"""What one camera and one complaint cost: the units that the capacity page multiplies.

Belongs here: measuring them, small and in one run, and keeping them. Does not belong here: what follows for a city
(capacity.py).

What takes time is measured as the difference of two numbers, so that what a program or a build costs empty is no part
of it. Seconds are those of processors, the database server's among them: what else a machine does is no part of them.
"""

import csv
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import psycopg

from assets.settings import Settings
from benchmarks.intake import Cost, fresh, in_a_process, write_landing
from benchmarks.marts import BASE_DAYS, City
from benchmarks.own_server import own_server, server_seconds
from benchmarks.stream import public_still
from benchmarks.sweep import RESOLUTIONS, SLOT, picture_server, seasoned_states, sweep_of, write_pictures

if TYPE_CHECKING:
    from assets.cctv.rows import ObservationRow

FILE = Path(__file__).with_suffix(".csv")
# A shard and its slots; complaints of an ordinary day and of a busy one, and cameras behind the marts: so many that
# they stand out of what two builds differ by anyway.
CAMERAS, SLOTS, FEW, MANY, BEHIND = 950, 12, 200, 10_000, 3_000
PAYLOADS = (1_000, 4_000)
LAYERS = {
    "inbox": ("raw", "private"),
    "ledger": ("ledger",),
    "marts": ("reference", "staging", "intermediate", "marts", "public"),
}

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Units:
    """Costs of one.

    Attributes:
        file_ms: Processor for a camera whose picture lies in a file.
        http_ms: The same over HTTP.
        stream_ms: Processor to take a still from a stream.
        picture_kb: A picture of 720p.
        stream_kb: What a stream's host sends for a still.
        state_kb: What is remembered of a camera, packed.
        worker_mb: Most that one worker of a sweep holds.
        observation_us: To keep one observation, microseconds.
        observation_bytes: Of one observation in the database.
        camera_hour_bytes: Of a camera's hour in the marts, in both places that builds write by turns.
        camera_build_ms: What a day of one camera adds to the build that takes it up.
        intake_ms: From a payload to its decision.
        intake_mb: Most that the intake holds.
        inbox_bytes: Of a payload in the inbox, with the person's data.
        ledger_bytes: Of a decision in the ledger.
        event_bytes: Of a complaint's status events.
        marts_bytes: Of a complaint in the marts, in both places.
        build_s: A build of a day without complaints.
        build_ms: What a complaint of the day adds to it.
    """

    file_ms: float
    http_ms: float
    stream_ms: float
    picture_kb: float
    stream_kb: float
    state_kb: float
    worker_mb: float
    observation_us: float
    observation_bytes: float
    camera_hour_bytes: float
    camera_build_ms: float
    intake_ms: float
    intake_mb: float
    inbox_bytes: float
    ledger_bytes: float
    event_bytes: float
    marts_bytes: float
    build_s: float
    build_ms: float


def stored_units() -> Units:
    """What was measured last and kept."""
    with FILE.open(encoding="utf-8", newline="") as file:
        found = {row["unit"]: float(row["value"]) for row in csv.DictReader(file)}
    return Units(**found)


def keep_units(units: Units) -> None:
    """Keep what was measured, for the page."""
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["unit", "value"])
        writer.writerows([name, f"{value:g}"] for name, value in asdict(units).items())


def measure_units(tell: Tell) -> Units:
    """Measure all of them.

    Args:
        tell: Called with each step as it begins.
    """
    found = _cameras(tell)
    with own_server() as settings:
        found |= _observations(settings, tell)
        found |= _intake(settings, tell)
        found |= _marts(settings, tell)
    # As many digits as are kept: what is printed at once is what is printed later.
    return Units(**{field.name: float(f"{found[field.name]:.4g}") for field in fields(Units)})


def _cameras(tell: Tell) -> dict[str, float]:
    with TemporaryDirectory(prefix="jsc-bench-") as folder:
        home = Path(folder)
        tell("drawing the roads")
        taught, pictures = write_pictures(home / "pictures", RESOLUTIONS["720p"])
        seasoned = seasoned_states(taught)
        tell(f"{CAMERAS} cameras from files")
        shown = [pictures[number % len(pictures)] for number in range(CAMERAS)]
        files = _alone(sweep_of, [path.as_uri() for path in shown], "file", home / "files", seasoned, _unheard)
        tell(f"{CAMERAS} cameras over HTTP")
        with picture_server(pictures) as port:
            urls = [f"http://127.0.0.{1 + n % 200}:{port}/still/{n % len(pictures)}" for n in range(CAMERAS)]
            http = _alone(sweep_of, urls, "still", home / "http", seasoned, _unheard)
        kept = sum(path.stat().st_size for path in (home / "http").glob(f"*-{SLOT:%Y%m%dT%H%MZ}.*"))
        picture = sum(path.stat().st_size for path in pictures) / len(pictures)
    tell("a still of a stream")
    still = _alone(public_still)
    return {
        "file_ms": files.cpu / CAMERAS * 1000,
        "http_ms": http.cpu / CAMERAS * 1000,
        "stream_ms": still.cpu_ms,
        "picture_kb": picture / 1000,
        "stream_kb": still.sent / 1000,
        "state_kb": kept / CAMERAS / 1000,
        "worker_mb": http.megabytes,
    }


def _alone(work: Callable[..., Any], *arguments: Any) -> Any:
    """What a function gives in a process of its own, whose processor and memory are its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def _unheard(_: str) -> None:
    """Nobody listens."""


def _observations(settings: Settings, tell: Tell) -> dict[str, float]:
    from assets.cctv.live import Swept
    from assets.cctv.store import keep_slot

    tell(f"keeping {SLOTS} slots of {CAMERAS * 8:,} cameras")
    url = fresh(settings, "observations")
    before = _spent(settings)
    with psycopg.connect(url) as connection:
        for number in range(SLOTS):
            slot = SLOT + number * timedelta(minutes=10)
            rows = _rows(slot, CAMERAS * 8)
            keep_slot(connection, Swept(rows), slot, slot, is_synthetic=True)
            connection.commit()
        size = _bytes(connection, ["raw"], "camera_observations%")
    kept, seconds = SLOTS * CAMERAS * 8, _spent(settings) - before
    return {"observation_us": seconds / kept * 1e6, "observation_bytes": size / kept}


def _rows(slot: datetime, cameras: int) -> list["ObservationRow"]:
    from assets.cctv.rows import ObservationRow

    return [
        ObservationRow(f"camera-{n:06d}", slot, slot, "good", "", None, n % 97 / 97, n % 89 / 89, "header")
        for n in range(cameras)
    ]


def _intake(settings: Settings, tell: Tell) -> dict[str, float]:
    found: list[tuple[Cost, float, Mapping[str, float]]] = []
    for count in PAYLOADS:
        tell(f"intake of {count:,} payloads")
        landing = settings.data / f"capacity_{count}"
        write_landing(landing, count, date(2026, 3, 2))
        url = fresh(settings, f"capacity_{count}")
        before = _spent(settings)
        cost = in_a_process(url, landing, "1")
        seconds = _spent(settings) - before
        with psycopg.connect(url) as connection:
            found.append((cost, seconds, {layer: _bytes(connection, schemas) for layer, schemas in LAYERS.items()}))
    (few, few_s, small), (many, many_s, large) = found
    more = many.payloads - few.payloads
    return {
        "intake_ms": (many_s - few_s) / more * 1000,
        "intake_mb": many.megabytes,
        "inbox_bytes": (large["inbox"] - small["inbox"]) / more,
        "ledger_bytes": (large["ledger"] - small["ledger"]) / more,
    }


def _marts(settings: Settings, tell: Tell) -> dict[str, float]:
    ordinary, watched, busy = (BASE_DAYS + number for number in (1, 2, 3))
    city = City(settings, BASE_DAYS, FEW, {busy: MANY})
    for place in ("one place", "the other"):
        tell(f"building {BASE_DAYS} days in {place}")
        city.build(BASE_DAYS)
    seconds = {}
    for number, said in ((ordinary, f"{FEW}"), (watched, f"{FEW} and {BEHIND:,} cameras"), (busy, f"{MANY:,}")):
        tell(f"a build that takes up a day of {said}")
        city.add_day(number)
        if number == watched:
            _add_cameras(city, number)
        seconds[number] = _building(city, number, settings)
    tell("the same in the other place")
    city.build(busy)
    with psycopg.connect(city.url) as connection:
        [(complaints,)] = connection.execute("select count(*) from ledger.complaints").fetchall()
        sizes = {of: _bytes(connection, LAYERS["marts"], column=of) for of in ("complaint_id", "camera_id")}
        events = _bytes(connection, ["raw"], "case_events%")
    a_complaint = (seconds[busy] - seconds[ordinary]) / (MANY - FEW)
    return {
        "camera_hour_bytes": sizes["camera_id"] / BEHIND / 24,
        "camera_build_ms": max(0.0, seconds[watched] - seconds[ordinary]) / BEHIND * 1000,
        "event_bytes": events / complaints,
        "marts_bytes": sizes["complaint_id"] / complaints,
        "build_s": seconds[ordinary] - FEW * a_complaint,
        "build_ms": a_complaint * 1000,
    }


def _add_cameras(city: City, number: int) -> None:
    """A day of observations."""
    from assets.cctv.live import Swept
    from assets.cctv.store import keep_slot

    with psycopg.connect(city.url) as connection:
        slot = city.end(number - 1)
        while slot < city.end(number):
            keep_slot(connection, Swept(_rows(slot, BEHIND)), slot, slot, is_synthetic=True)
            slot += timedelta(minutes=10)


def _building(city: City, number: int, settings: Settings) -> float:
    """Seconds of processors of a build."""
    before = _spent(settings)
    city.build(number)
    return _spent(settings) - before


def _spent(settings: Settings) -> float:
    """Seconds of processors so far: of this process, of those that it started and that ended, of the server."""
    # A session's time is its server's once that has seen it end.
    time.sleep(1)
    ours = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in ours) + server_seconds(settings)


def _bytes(
    connection: psycopg.Connection, schemas: Sequence[str], names: str = "%", column: str | None = None
) -> float:
    """Of tables with their indexes, in both places of a schema; where a column is named, of those that have it."""
    both = [f"{schema}{place}" for schema in schemas for place in ("", "_next")]
    [(size,)] = connection.execute(
        """
        select coalesce(sum(pg_total_relation_size(pg_class.oid)), 0)::float
        from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where relkind in ('r', 'm') and nspname = any(%(schemas)s) and relname like %(names)s and (
            %(column)s::text is null
            or exists (select from pg_attribute where attrelid = pg_class.oid and attname = %(column)s and attnum > 0)
        )
        """,
        {"schemas": both, "names": names, "column": column},
    ).fetchall()
    return float(size)
