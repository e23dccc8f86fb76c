"""A report of the list, from its row of the open data: of a place and a time that five share, under its random name.

Belongs here: rows of portal.open_requests as answers. Does not belong here: which rows there are (dbt:
mart_open_complaints), a report whose number is known (tracked.py).
"""

from collections.abc import Mapping
from typing import Any

from assets.clock import midnight
from portal.open311.answers import ServiceLevel, ServiceRequest
from portal.open311.notes import address, notes
from portal.open311.services import OTHER, OTHER_SERVICE

REQUESTS = """
    select * from portal.open_requests
    where period_start_date_wib between %(first)s and %(last)s
        and (%(codes)s::text[] is null or coalesce(category_code, %(other)s) = any(%(codes)s))
        and (%(closed)s::boolean is null or (status_set = 'closed') = %(closed)s)
    order by period_start_date_wib desc, report_key
    limit %(size)s offset %(skipped)s
"""
BY_KEY = "select * from portal.open_requests where report_key = any(%s)"
# All of the row that the extended attributes tell as it is.
SAME = (
    "resolution_class", "is_coordinated_within_sla", "is_resolved_within_sla", "is_overdue", "is_duplicate",
    "is_relapse", "is_synthetic", "as_of",
)  # fmt: skip


def listed(row: Mapping[str, Any], is_extended: bool) -> ServiceRequest:
    """The answer of a row.

    Its time is the start of its day or week; nothing says when it changed, which would tell it from the others.
    """
    level = ServiceLevel(
        **{name: row[name] for name in SAME},
        reported_within=row["period"],
        resolve_limit_hours=row["limit_hours"],
        resolve_limit_basis=row["limit_basis"],
    )
    return ServiceRequest(
        service_request_id=row["report_key"],
        status="closed" if row["status_set"] == "closed" else "open",
        status_notes=notes(
            row["status_name"],
            is_late=row["is_overdue"],
            is_duplicate=row["is_duplicate"],
            is_relapse=row["is_relapse"],
        ),
        service_name=row["category_name"] or OTHER_SERVICE.service_name,
        service_code=row["category_code"] or OTHER,
        agency_responsible=row["holder_name"],
        requested_datetime=midnight(row["period_start_date_wib"]),
        expected_datetime=row["latest_due_at"],
        address=address(row["kelurahan_name"], row["kecamatan_name"], row["kota_name"]),
        lat=row["latitude"],
        long=row["longitude"],
        extended_attributes=level if is_extended else None,
    )
