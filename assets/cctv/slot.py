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

from assets.cctv.contact_sheet import contact_sheet
from assets.cctv.live import not_asked, shards_of, sweep_shards
from assets.cctv.reach import Reach
from assets.cctv.states import forget_earlier
from assets.cctv.store import drop_old_days, is_swept, keep_slot, live_cameras
from assets.clock import WIB
from assets.settings import Settings

# A slot that began longer ago is over: a picture taken now does not belong to it.
ANSWERS_FOR = timedelta(minutes=30)


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
        sheet: Markdown with the faulty cameras' pictures; None where there are none.
    """

    counts: dict[str, int]
    sheet: str | None = None


def sweep_slot(
    transaction: Callable[[], AbstractContextManager[Connection]],
    slot: datetime,
    now: datetime,
    how: LiveSweep,
    tell: Callable[[str], object],
) -> KeptSlot:
    """Sweep the live cameras once, all or nothing.

    A slot that is kept already stays as it is; of one that is over nobody is asked, and every camera is missing in it.

    Args:
        transaction: Opens a connection and a transaction.
        slot: Start of the slot, time-zone-aware.
        now: Time of the sweep.
        how: Settings.
        tell: Takes a line of progress.
    """
    with transaction() as connection:
        cameras, roads, is_synthetic = live_cameras(connection)
        if not cameras or is_swept(connection, slot, cameras):
            return KeptSlot({"cameras": len(cameras), "swept": 0})
    if now - slot < ANSWERS_FOR:
        shards = shards_of(cameras, roads, how.reach)
        swept = sweep_shards(shards, slot, how.states, scheduler=how.scheduler, tell=tell)
    else:
        swept = not_asked(cameras, slot)
    with transaction() as connection:
        statuses = keep_slot(connection, swept, slot, now, is_synthetic=is_synthetic)
        oldest = (slot.astimezone(WIB) - timedelta(days=how.observation_days)).date()
        dropped = drop_old_days(connection, oldest)
    # Only now that the slot is kept: until then it may have to begin again.
    forget_earlier(how.states, slot)
    counts = {"cameras": len(cameras), "swept": len(swept.rows), **statuses, "days dropped": len(dropped)}
    return KeptSlot(counts, contact_sheet(swept.thumbnails, {row.camera_id: row.status for row in swept.rows}))
