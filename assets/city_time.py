"""What time it is in the city: the clock's, a faster one's, or the moment at which a synthetic city stands still.

Belongs here: that choice. Does not belong here: days and weeks (clock.py).
"""

from datetime import UTC, datetime
from pathlib import Path

from assets.settings import Settings
from assets.sources.landing import synthetic_as_of


def city_now(settings: Settings, landing: Path) -> datetime:
    """JSC_CLOCK, the synthetic city's moment, or the clock.

    Args:
        settings: Of the installation.
        landing: The landing folder, which holds a synthetic city's marker.
    """
    if settings.clock:
        return settings.clock.now()
    return synthetic_as_of(landing) or datetime.now(UTC)
