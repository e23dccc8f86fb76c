"""The id of a complaint, computed from its channel and the channel's own id.

Belongs here: that id. Does not belong here: tracking numbers (tracking.py), versions of a complaint (versions.py).
"""

from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

# Never to be changed: the ids of all complaints are computed from it.
_COMPLAINTS = uuid5(NAMESPACE_URL, "jakarta-smart-city/complaints")


# A batch asks for the ids of its complaints at every step of the walk.
@lru_cache(maxsize=16_384)
def complaint_id_for(channel: str, source_record_id: str) -> UUID:
    """Name a complaint: the same for every version of it, on every machine, for ever."""
    return uuid5(_COMPLAINTS, f"{channel}\x1f{source_record_id}")
