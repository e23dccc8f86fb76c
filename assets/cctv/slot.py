"""One slot of the live cameras, from the registry to the tables.

Belongs here: the order of the steps, and what makes a slot safe to repeat. Does not belong here: the steps themselves
(live.py, states.py, store.py).
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from psycopg import Connection

from assets.cctv.contact_sheet import Sheet, contact_sheet
from assets.cctv.live import not_asked, shards_of, sweep_shards
from assets.cctv.reach import Reach
from assets.cctv.states import forget_earlier
from assets.cctv.store import drop_old_days, is_swept, keep_slot, live_cameras
from assets.clock import city_zone
from assets.settings import Settings

SLOT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class LiveSweep:
    """How an installation sweeps.

    Attributes:
        states: Folder of the cameras' states; on a cluster every worker sees it.
        scheduler: Address of a Dask scheduler; None takes one process per core.
        observation_days: Days that observations are kept.
        reach: What a list may make this platform reach.
    """

    states: Path
    scheduler: str | None
    observation_days: int
    reach: Reach = field(default_factory=Reach)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As an installation is set (docs/variables.md)."""
        reach = Reach(settings.camera_files, tuple(settings.camera_networks))
        return cls(settings.camera_states, settings.dask_scheduler, settings.observation_days, reach)


@dataclass(frozen=True, slots=True)
class KeptSlot:
    """What a sweep left.

    Attributes:
        counts: Cameras asked, observations by status, days dropped.
        sheet: The faulty cameras' pictures; None where there are none.
    """

    counts: dict[str, int]
    sheet: Sheet | None = None


def open_slots(connection: Connection, start: datetime, end: datetime) -> list[datetime]:
    """Slots that begin in [start, end) and that no sweep kept yet, ascending; from the first camera's registration on.

    Args:
        connection: Open connection.
        start: First instant, on a slot boundary.
        end: First instant after it.
    """
    rows = connection.execute(
        """
        with registered as (
            select min(registered_at) as first from raw.cameras
            where source_kind <> 'folder' and is_enabled and in_service_to is null
        ),
        kept as (
            select distinct slot_start from raw.camera_observations
            where time_basis is not null and slot_start >= %(start)s and slot_start < %(end)s
        )
        select slots.slot
        from generate_series(%(start)s, %(end)s - interval '1 microsecond', %(length)s) as slots (slot)
        cross join registered
        where slots.slot > registered.first - %(length)s and slots.slot not in (select slot_start from kept)
        order by slots.slot
        """,
        {"start": start, "end": end, "length": SLOT},
    )
    return [slot.astimezone(city_zone()) for (slot,) in rows]


def sweep_slot(
    transaction: Callable[[], AbstractContextManager[Connection]],
    slot: datetime,
    now: datetime,
    how: LiveSweep,
    tell: Callable[[str], object],
) -> KeptSlot:
    """Sweep the live cameras once, all or nothing.

    A slot that is kept already stays as it is. A picture taken now belongs to no slot that is over: in that nobody is
    asked, and every camera is missing.

    Args:
        transaction: Opens a connection and a transaction.
        slot: Start of the slot, time-zone-aware.
        now: Time of the sweep.
        how: Settings.
        tell: Takes a line of progress.
    """
    with transaction() as connection:
        cameras, roads, is_synthetic = live_cameras(connection, slot + SLOT)
        if not cameras or is_swept(connection, slot, cameras):
            return KeptSlot({"cameras": len(cameras), "swept": 0})
    if now - slot < SLOT:
        shards = shards_of(cameras, roads, how.reach)
        swept = sweep_shards(shards, slot, how.states, scheduler=how.scheduler, tell=tell)
    else:
        swept = not_asked(cameras, slot)
    with transaction() as connection:
        statuses = keep_slot(connection, swept, slot, now, is_synthetic=is_synthetic)
        oldest = (slot.astimezone(city_zone()) - timedelta(days=how.observation_days)).date()
        dropped = drop_old_days(connection, oldest)
    # Only now that the slot is kept: until then it may have to begin again.
    forget_earlier(how.states, slot)
    counts = {"cameras": len(cameras), "swept": len(swept.rows), **statuses, "days dropped": len(dropped)}
    return KeptSlot(counts, contact_sheet(swept.thumbnails, {row.camera_id: row.status for row in swept.rows}))
