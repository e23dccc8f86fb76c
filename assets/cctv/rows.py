"""The row of one observation, as the sweep of folders and the sweep of live cameras make it.

Belongs here: which value of an observation goes into which column. Does not belong here: sweeping (sweep.py, live.py),
tables (store.py).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

import numpy as np

from ml.vision.camera import Observation


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """One camera in one slot.

    Attributes:
        camera_id: Of the registry.
        slot_start: UTC.
        captured_at: UTC; the start of the slot where no picture came.
        status: Name of the frame's status.
        evidence: What was measured against which limit.
        lighting: Name of the lighting; None where no picture could be decoded.
        density_share: Covered share of the road in [0, 1]; None where it is not measurable.
        jam_index: In [0, 1]; None likewise.
        time_basis: How captured_at is known; None for a file of a folder.
    """

    camera_id: str
    slot_start: datetime
    captured_at: datetime
    status: str
    evidence: str
    lighting: str | None
    density_share: float | None
    jam_index: float | None
    time_basis: str | None = None

    @classmethod
    def of(
        cls,
        camera_id: str,
        slot: datetime,
        seen: Observation,
        *,
        notes: tuple[str, ...] = (),
        time_basis: str | None = None,
    ) -> Self:
        """Make the row of an observation; notes are added to its evidence."""
        return cls(
            camera_id=camera_id,
            slot_start=slot,
            captured_at=seen.captured_at.astimezone(UTC),
            status=seen.verdict.status.value,
            evidence="; ".join(filter(None, (seen.verdict.evidence, *notes))),
            lighting=None if seen.lighting is None else seen.lighting.name.lower(),
            density_share=None if np.isnan(seen.density_share) else seen.density_share,
            jam_index=None if np.isnan(seen.jam_index) else seen.jam_index,
            time_basis=time_basis,
        )
