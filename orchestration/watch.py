"""The watch: looks at everything once, books what broke and what is over, and has it told.

Belongs here: one evaluation, and the sensor that makes it. Does not belong here: what is looked at
(assets/watch/conditions.py, failures.py), words and ways (assets/watch/words.py, assets/watch/telling.py).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import psycopg

from assets.resources import City, Database
from assets.settings import Settings
from assets.watch.incidents import Incident, Kind
from orchestration.instance import write_instance
from orchestration.readers import readers_see, readers_see_without_database

ENVIRONMENTS = frozenset({"production"})
# Of the sensor, in seconds.
EVERY = 120
# What is remembered below JSC_HOME while the database cannot be used.
OUTAGE = "database_outage.json"
# One query that hangs is told as such, and does not hold up the others.
_QUERY = "set statement_timeout = '30s'"
_CONNECT_S = 10


class BusyError(Exception):
    """Another evaluation is under way."""


class NotToldError(Exception):
    """A way by which somebody is told that is shut."""


@dataclass(frozen=True)
class Watch:
    """What one evaluation needs.

    Attributes:
        settings: Of the installation.
        address: Gives the database's URL.
        city: Gives the moment that its data are judged by.
        instance: Opens Dagster's instance.
        clock: Gives the time.
    """

    settings: Settings
    address: Callable[[], str]
    city: City
    instance: Callable[[], AbstractContextManager[dg.DagsterInstance]]
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))


@dataclass(frozen=True)
class Look:
    """One look at one part of the platform: its name, the kinds of incident that it judges, and how it looks."""

    name: str
    kinds: frozenset[Kind]
    at: Callable[[], Sequence[Incident]]


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation came to: what is broken, what readers see, messages that got out, and why others did not."""

    broken: Sequence[Incident]
    readers: str
    told: int
    failures: Sequence[str]


def evaluate(watch: Watch) -> Evaluation:
    """Look at everything once, and tell what is new and what is over.

    Raises:
        BusyError: Another evaluation is under way; it tells.
    """
    from database.server import DatabaseUnavailableError

    with _alone(watch.settings.data / "watch.lock"):
        try:
            with psycopg.connect(watch.address(), autocommit=True, connect_timeout=_CONNECT_S) as connection:
                connection.execute(_QUERY)
                return _evaluate(watch, connection)
        except (DatabaseUnavailableError, psycopg.OperationalError) as error:
            return _without_database(watch, error)


def _evaluate(watch: Watch, connection: psycopg.Connection) -> Evaluation:
    from assets.watch.book import open_incidents, settle, take_lock
    from assets.watch.telling import configured_ways, tell_due
    from database.server import DatabaseUnavailableError

    if connection.execute("select to_regclass('quality.incidents')").fetchone() == (None,):
        raise DatabaseUnavailableError("Expected the tables of this version, found an earlier one. Run: jsc up")
    if not take_lock(connection):
        raise BusyError("Expected to evaluate alone, found another evaluation under way; it tells what is new.")
    now = watch.clock()
    _book_outage(watch, connection, now)
    found, judged = _look(watch, connection, now)
    with connection.transaction():
        settle(connection, found, judged, now)
    readers = readers_see(connection, watch.city.reports_folder())
    ways = configured_ways(watch.settings)
    told, failures = tell_due(connection, ways, readers, watch.settings.ui_url, now)
    return Evaluation([one.incident for one in open_incidents(connection)], readers, told, failures)


def _book_outage(watch: Watch, connection: psycopg.Connection, now: datetime) -> None:
    from assets.watch.book import book_past
    from assets.watch.outage import forget, remembered

    file = watch.settings.data / OUTAGE
    outage = remembered(file)
    if outage is not None:
        with connection.transaction():
            book_past(connection, outage.incident, outage.told, now)
    forget(file)


def _look(watch: Watch, connection: psycopg.Connection, now: datetime) -> tuple[list[Incident], set[Kind]]:
    """What is broken, and the kinds that could be judged; a look that fails is broken itself, and stops no other."""
    found: list[Incident] = []
    judged = {Kind.BLIND_WATCH}
    for look in _looks(watch, connection, now):
        try:
            with connection.transaction():
                found += look.at()
        except Exception as error:
            if connection.broken:
                raise
            found.append(_blind(look, error, now))
        else:
            judged |= look.kinds
    return found, judged


def _blind(look: Look, error: Exception, now: datetime) -> Incident:
    told = str(error).splitlines()
    return Incident(
        Kind.BLIND_WATCH,
        look.name,
        f"The watch cannot look at {look.name}",
        now,
        f"{type(error).__name__}: {told[0] if told else 'no words'}",
        "mend what the error names; until then nothing of this kind is found or over",
    )


def _looks(watch: Watch, connection: psycopg.Connection, now: datetime) -> list[Look]:
    from assets.reference import load_reference
    from assets.watch import conditions
    from assets.watch.book import open_incidents

    home, moment = watch.settings.data, watch.city.now()

    def runs() -> list[Incident]:
        from orchestration.failures import daemon_down, failed_runs

        with watch.instance() as instance:
            daemon = daemon_down(instance, now) if watch.settings.environment in ENVIRONMENTS else []
            return [*failed_runs(instance), *daemon]

    def ages() -> list[Incident]:
        return [
            *conditions.stale_marts(connection, moment),
            *conditions.stale_week(connection, moment, watch.city.reports_folder()),
            *conditions.stale_sources(connection, moment),
        ]

    def silence() -> list[Incident]:
        return conditions.silent_channels(connection, moment, load_reference(watch.city.seeds()))

    def disk() -> list[Incident]:
        return conditions.disk_full(home, now, {one.incident.key for one in open_incidents(connection)})

    return [
        Look("the disk", frozenset({Kind.DISK_FULL}), disk),
        Look("the runs", frozenset({Kind.FAILED_RUN, Kind.DAEMON_DOWN}), runs),
        Look("the gates", frozenset({Kind.RED_GATE}), lambda: conditions.red_gates(connection)),
        Look("the age of the tables", frozenset({Kind.STALE_TABLE}), ages),
        Look("the channels", frozenset({Kind.SILENT_CHANNEL}), silence),
        Look("the reception", frozenset({Kind.WAITING_ARRIVALS}), lambda: conditions.waiting_arrivals(connection)),
        Look("the cameras", frozenset({Kind.PROVIDER_DOWN}), lambda: conditions.providers_down(connection, moment)),
    ]


def _without_database(watch: Watch, error: Exception) -> Evaluation:
    """Tell that the database cannot be used; what people still have is the report's files."""
    from assets.watch.outage import tell_outage
    from assets.watch.telling import configured_ways

    file = watch.settings.data / OUTAGE
    readers = readers_see_without_database(watch.city.reports_folder())
    ways = configured_ways(watch.settings)
    first_line = str(error).strip().splitlines()[0]
    incident, told, failures = tell_outage(file, first_line, ways, readers, watch.settings.ui_url, watch.clock())
    return Evaluation([incident], readers, told, failures)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Hold the file's lock: while there is no database, nothing else parts two evaluations.

    Raises:
        BusyError: Another process holds it.
    """
    import fasteners

    lock = fasteners.InterProcessLock(file)
    if not lock.acquire(blocking=False):
        raise BusyError("Expected to evaluate alone, found another evaluation under way; it tells what is new.")
    try:
        yield
    finally:
        lock.release()


def installed(settings: Settings) -> Watch:
    """The watch of an installation, from outside of Dagster."""

    def instance() -> dg.DagsterInstance:
        write_instance(settings)
        return dg.DagsterInstance.get()

    return Watch(settings, Database().address, City(), instance)


def build_watch(environment: str) -> Sequence[dg.SensorDefinition]:
    """The sensor that watches, where it exists; in an environment without it `jsc watch` does the same once."""
    return [watch_sensor] if environment in ENVIRONMENTS else []


@dg.sensor(
    name="watch",
    minimum_interval_seconds=EVERY,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Looks at everything, and tells by mail and webhook what broke and what is over, each once.",
)
def watch_sensor(context: dg.SensorEvaluationContext, database: Database, city: City) -> dg.SkipReason:
    """Evaluate once; a tick that could not tell somebody fails, and says why."""
    watch = Watch(Settings(), database.address, city, lambda: nullcontext(context.instance))
    try:
        done = evaluate(watch)
    except BusyError as error:
        return dg.SkipReason(str(error))
    if done.failures:
        raise NotToldError("; ".join(done.failures))
    broken = "; ".join(one.title for one in done.broken) or "nothing"
    return dg.SkipReason(f"Broken: {broken}. Messages sent: {done.told}. Readers see {done.readers}.")
