"""A report whose number is known, from what `front.track` tells its holder.

Belongs here: that story as an answer. Does not belong here: what may be told of a number (database/migrations), the
story's times (portal/story.py).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from portal.open311.answers import Service, ServiceLevel, ServiceRequest
from portal.open311.notes import LACKS, address, notes
from portal.open311.services import OTHER_SERVICE
from portal.story import Story

# Status of an accepted report of which nothing was booked yet.
WAITING = "Menunggu"


def tracked(story: Story, services: Mapping[str, Service], now: datetime, is_extended: bool) -> ServiceRequest:
    """The answer of a number.

    Args:
        story: What its holder is shown.
        services: By code.
        now: What time it is in the city.
        is_extended: Whether the service level is asked for.
    """
    is_closed = story.is_closed or story.decision == "rejected"
    status: Literal["open", "closed"] = "closed" if is_closed else "open"
    if story.visibility == "confidential":
        return ServiceRequest(service_request_id=story.number, status=status, status_notes=f"{_state(story)}.")
    facts = story.facts
    is_public = story.visibility == "public"
    service = _service(facts["category_name"], services) if is_public else None
    return ServiceRequest(
        service_request_id=story.number,
        status=status,
        status_notes=notes(
            _state(story),
            is_late=story.is_late(now),
            is_duplicate=facts["is_duplicate"],
            is_relapse=facts["is_relapse"],
        ),
        service_name=service.service_name if service else None,
        service_code=service.service_code if service else None,
        agency_responsible=story.holdings[-1].holder if story.holdings else None,
        requested_datetime=story.reported_at,
        updated_datetime=_updated_at(story),
        expected_datetime=story.due_at,
        address=address(facts["kelurahan_name"], facts["kecamatan_name"]) if is_public else None,
        extended_attributes=_level(story, now) if is_extended else None,
    )


def _state(story: Story) -> str:
    """How it stands, in the city's words."""
    if story.decision == "rejected":
        return "Ditolak"
    if story.decision == "returned":
        lacks = ", ".join(LACKS[part] for part in story.missing)
        return f"Dikembalikan, belum ada: {lacks}" if lacks else "Dikembalikan"
    return story.current.status_name if story.current else WAITING


def _service(name: str | None, services: Mapping[str, Service]) -> Service:
    return next((service for service in services.values() if service.service_name == name), OTHER_SERVICE)


def _updated_at(story: Story) -> datetime | None:
    decided_at = story.facts["decided_at"]
    return story.current.occurred_at if story.current else decided_at and datetime.fromisoformat(decided_at)


def _level(story: Story, now: datetime) -> ServiceLevel:
    facts = story.facts
    return ServiceLevel(
        resolve_limit_hours=facts["limit_hours"],
        resolve_limit_basis=facts["limit_basis"],
        is_overdue=story.is_late(now),
        is_heavy_work=facts["is_heavy_work"],
        is_duplicate=facts["is_duplicate"],
        is_relapse=facts["is_relapse"],
        is_synthetic=story.is_synthetic,
        as_of=now,
    )
