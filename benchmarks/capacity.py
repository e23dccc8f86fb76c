"""What a city of a size needs, and which wall it meets first: the capacity page.

Belongs here: the formulas and the page's tables. Does not belong here: measuring what they multiply
(capacity_units.py).

Everything is printed as the page has it, and a test holds the page against it.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from assets.settings import Settings
from benchmarks.capacity_units import Units

CAMERAS, COMPLAINTS = (7_600, 30_000, 100_000), (1_000, 10_000, 100_000)
SLOT_S, HOUR_S, DAY_SLOTS = 600, 3_600, 144
# Assumptions, which the page names: how busy a machine may be planned to be, a day's share in its busiest hour, years
# that complaints and hours are kept, and what PostgreSQL, Dagster and the portal want beside all work.
BUSY, PEAK, YEARS, BASE_CORES, BASE_GB = 0.5, 0.1, 3, 2, 8
OBSERVATION_DAYS = int(Settings.model_fields["observation_days"].default)


@dataclass(frozen=True)
class Machine:
    """One machine, by which walls are told: cores, disk in GB, network in Mbit/s, what a disk moves in MB/s."""

    cores: int
    disk_gb: float
    network_mbit: float
    disk_mbs: float


@dataclass(frozen=True)
class Prices:
    """Rupiah a month: for a core, a GB of memory, a GB of disk, a Mbit/s."""

    core: float
    memory_gb: float
    disk_gb: float
    network_mbit: float


@dataclass(frozen=True)
class Need:
    """What one side of a city needs: cores, GB of memory, GB of disk, Mbit/s of network."""

    cores: float
    memory_gb: float
    disk_gb: float
    network_mbit: float

    def price(self, prices: Prices) -> float:
        """Rupiah a month."""
        return (
            self.cores * prices.core
            + self.memory_gb * prices.memory_gb
            + self.disk_gb * prices.disk_gb
            + self.network_mbit * prices.network_mbit
        )


@dataclass(frozen=True)
class _Wall:
    """What bounds a number on one machine, where it stands, and what is done then."""

    name: str
    at: float
    then: str


def page(units: Units, machine: Machine, prices: Prices) -> list[str]:
    """The page's tables, as Markdown.

    Args:
        units: What one camera and one complaint cost.
        machine: By which walls are told.
        prices: Of a month.
    """
    return [
        *_units(units),
        *_cameras(units),
        *_complaints(units),
        *_money(units, prices),
        *_walls("cameras", _camera_walls(units, machine), machine),
        *_walls("complaints a day", _complaint_walls(units, machine), machine),
    ]


def of_cameras(cameras: int, units: Units, *, streams: bool = False) -> Need:
    """What a sweep of so many cameras needs, on its own machines or beside all else.

    Args:
        cameras: How many.
        units: Costs of one.
        streams: Whether they are streams and not stills.
    """
    sweeping = cameras * _camera_s(units, streams=streams) / (SLOT_S * BUSY)
    building = cameras * units.camera_build_ms / 1000 / (HOUR_S * BUSY)
    cores = math.ceil(sweeping + building)
    kb = units.stream_kb if streams else units.picture_kb
    return Need(cores, cores * units.worker_mb / 1000, _camera_gb(cameras, units), cameras * kb * 8 / 1000 / SLOT_S)


def of_complaints(a_day: int, units: Units) -> Need:
    """What so many complaints a day need, with PostgreSQL, Dagster and the portal."""
    at_work = a_day * PEAK * units.intake_ms / 1000 + _build_s(units, a_day)
    cores = BASE_CORES + math.ceil(at_work / (HOUR_S * BUSY))
    return Need(cores, BASE_GB + units.intake_mb / 1000, _complaint_gb(a_day, units), 0)


def _camera_s(units: Units, *, streams: bool) -> float:
    own = units.stream_ms + units.file_ms if streams else units.http_ms
    return own / 1000 + units.observation_us / 1e6


def _camera_gb(cameras: int, units: Units) -> float:
    observations = DAY_SLOTS * OBSERVATION_DAYS * units.observation_bytes
    hours = 24 * 365 * YEARS * units.camera_hour_bytes
    return cameras * (observations + hours + units.state_kb * 1000 * 2) / 1e9


def _complaint_bytes(units: Units) -> float:
    return units.inbox_bytes + units.ledger_bytes + units.event_bytes + units.marts_bytes


def _complaint_gb(a_day: int, units: Units) -> float:
    return a_day * 365 * YEARS * _complaint_bytes(units) / 1e9


def _build_s(units: Units, a_day: float, cameras: float = 0) -> float:
    return units.build_s + a_day * units.build_ms / 1000 + cameras * units.camera_build_ms / 1000


def _units(units: Units) -> list[str]:
    lines = (line.strip().partition(": ") for line in (Units.__doc__ or "").splitlines())
    said = {name: words.rstrip(".") for name, _, words in lines}
    rows = [(f"`{name}`", said[name], _number(value)) for name, value in asdict(units).items()]
    return ["### What one costs", "", *_table(("unit", "of what", "measured"), rows), ""]


def _cameras(units: Units) -> list[str]:
    rows = []
    for cameras in CAMERAS:
        stills, streams = (of_cameras(cameras, units, streams=streams) for streams in (False, True))
        states = cameras * units.state_kb / 1e6
        rows.append(
            (
                _number(cameras),
                "; ".join(_number(cameras * _camera_s(units, streams=streams)) for streams in (False, True)),
                f"{stills.cores}; {streams.cores}",
                f"{_number(stills.memory_gb)}; {_number(streams.memory_gb)}",
                f"{_number(stills.network_mbit)}; {_number(streams.network_mbit)}",
                f"{_number(states)}; {_number(2 * states * 1000 / SLOT_S)}",
                _number(cameras * DAY_SLOTS),
                _number(stills.disk_gb),
            )
        )
    titles = (
        "cameras", "processor seconds a slot (stills; streams)", "cores", "memory, GB", "network, Mbit/s",
        "states, GB; read and written, MB/s", "observations a day", "disk, GB",
    )  # fmt: skip
    return [
        "### Cameras",
        "",
        f"Cores are those of a slot of {SLOT_S} s that are busy for {BUSY:.0%} of it, the hourly build's with them."
        f" Disk is {OBSERVATION_DAYS} days of observations, {YEARS} years of hours in the marts, and the states twice.",
        "",
        *_table(titles, rows),
        "",
    ]


def _complaints(units: Units) -> list[str]:
    rows = []
    for a_day in COMPLAINTS:
        need = of_complaints(a_day, units)
        layers = (units.inbox_bytes, units.ledger_bytes, units.event_bytes, units.marts_bytes)
        rows.append(
            (
                _number(a_day),
                _number(a_day * PEAK * units.intake_ms / 1000),
                _number(_build_s(units, a_day)),
                f"{need.cores:.0f}",
                _number(need.memory_gb),
                "; ".join(_number(a_day * each / 1e6) for each in layers),
                _number(need.disk_gb),
            )
        )
    titles = (
        "complaints a day", "intake in the busiest hour, s", "a build at the end of the day, s", "cores", "memory, GB",
        "MB a day: inbox; ledger; events; marts", f"disk of {YEARS} years, GB",
    )  # fmt: skip
    return [
        "### Complaints",
        "",
        f"The busiest hour takes {PEAK:.0%} of a day. {BASE_CORES} cores and {BASE_GB} GB of PostgreSQL, Dagster and"
        " the portal are in it. What comes over the network is text, less than a camera's.",
        "",
        *_table(titles, rows),
        "",
    ]


def _money(units: Units, prices: Prices) -> list[str]:
    rows = [
        (
            _number(cameras),
            *(
                _number((of_cameras(cameras, units).price(prices) + of_complaints(a_day, units).price(prices)) / 1e6)
                for a_day in COMPLAINTS
            ),
        )
        for cameras in CAMERAS
    ]
    return [
        "### Money",
        "",
        f"Million rupiah a month = cores × {prices.core:,.0f} + GB of memory × {prices.memory_gb:,.0f} + GB of disk ×"
        f" {prices.disk_gb:,.0f} + Mbit/s × {prices.network_mbit:,.0f} rupiah, of cameras with stills and complaints"
        " together.",
        "",
        *_table(("cameras", *(f"{_number(a_day)} complaints a day" for a_day in COMPLAINTS)), rows),
        "",
    ]


def _camera_walls(units: Units, machine: Machine) -> list[_Wall]:
    slot = machine.cores * SLOT_S * BUSY
    a_slot = SLOT_S * BUSY * 1000
    return [
        _Wall("cores, stills", slot / _camera_s(units, streams=False), "workers on more machines (JSC_DASK_SCHEDULER)"),
        _Wall("cores, streams", slot / _camera_s(units, streams=True), "workers on more machines (JSC_DASK_SCHEDULER)"),
        _Wall("network, stills", machine.network_mbit * a_slot / 8 / units.picture_kb, "workers where the cameras are"),
        _Wall("network, streams", machine.network_mbit * a_slot / 8 / units.stream_kb, "workers where the cameras are"),
        _Wall("states on a disk", machine.disk_mbs * a_slot / 2 / units.state_kb, "a store (JSC_SHELF) or more disks"),
        _Wall("disk", machine.disk_gb / _camera_gb(1, units), "fewer days (JSC_OBSERVATION_DAYS), a larger volume"),
        _Wall(
            "the hourly build",
            (HOUR_S * BUSY - units.build_s) / max(units.camera_build_ms, 1e-9) * 1000,
            "PostgreSQL on a machine of its own, builds less often",
        ),
    ]


def _complaint_walls(units: Units, machine: Machine) -> list[_Wall]:
    return [
        _Wall(
            "the hourly build",
            (HOUR_S * BUSY - units.build_s) / units.build_ms * 1000,
            "builds less often, PostgreSQL on a machine of its own",
        ),
        _Wall(
            "intake of the busiest hour", HOUR_S * BUSY * 1000 / PEAK / units.intake_ms, "channels by several intakes"
        ),
        _Wall("disk", machine.disk_gb / _complaint_gb(1, units), "a larger volume, a tablespace for the inbox"),
    ]


def _walls(of: str, walls: Sequence[_Wall], machine: Machine) -> list[str]:
    ordered = sorted(walls, key=lambda wall: wall.at)
    rows = [(wall.name, _number(wall.at), wall.then) for wall in ordered]
    return [
        f"### Walls of one machine: {of}",
        "",
        f"{machine.cores} cores, {machine.disk_gb:,.0f} GB of disk, {machine.network_mbit:,.0f} Mbit/s, a disk of"
        f" {machine.disk_mbs:,.0f} MB/s; each busy for half of the time, the disk full, for this alone."
        f" The first wall is {ordered[0].name}.",
        "",
        *_table(("wall", f"at so many {of}", "then"), rows),
        "",
    ]


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [_row(titles), _row(["---"] * len(titles)), *map(_row, rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _number(value: float) -> str:
    """Three significant digits.

    >>> _number(1234.5), _number(12.345), _number(0.012345), _number(7600)
    ('1,230', '12.3', '0.0123', '7,600')
    """
    if value == 0:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    return f"{rounded:,.0f}" if digits <= 0 else f"{rounded:,.{digits}f}"
