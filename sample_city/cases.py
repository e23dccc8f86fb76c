"""What the agencies do with accepted complaints: handovers, work and results, booked as status events.

Belongs here: the life of a case and the files of its events.
Does not belong here: which complaints are accepted (model.py).

Times to resolve follow the published ones (2020: mean 40.22 h, 2021: 39.87 h) with a tail beyond the
7 days of SE Sekda 40/2019; handing over takes about 2 hours, sometimes more than the 6 allowed.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from sample_city.model import GEOTAGGED, Channel, Complaint

KELURAHAN = "kelurahan"
BIRO_PEMERINTAHAN = "biro_pemerintahan"

_RESOLVE_MEDIAN_HOURS, _RESOLVE_SIGMA = 20.0, 1.18
_COORDINATE_MEAN_HOURS, _COORDINATE_LATE_SHARE = 2.0, 0.06
_WRONG_AGENCY_SHARE = 0.08
_REFUSED_SHARE, _STUCK_SHARE = 0.02, 0.015


@dataclass(frozen=True)
class CaseEvent:
    """One status that a holder booked on a case."""

    event_id: str
    channel: Channel
    source_record_id: str
    status: str
    skpd_code: str
    occurred_at: datetime


def case_events(complaint: Complaint, others: tuple[str, ...], seed: int) -> list[CaseEvent]:
    """The whole life of one case, also the part after the sample's last day; none where it never begins.

    Args:
        complaint: Only one that is accepted has a case.
        others: Agencies to which it may be sent by mistake.
        seed: The case's life depends on it and on the complaint's id.
    """
    start = complaint.accepted_at
    if start is None:
        return []
    digest = hashlib.blake2b(complaint.name.encode(), digest_size=8).hexdigest()
    rng = np.random.default_rng([seed, 2, int(digest, 16)])
    steps = _steps(rng, complaint, others)
    return [
        CaseEvent(
            f"{digest}-{number}",
            complaint.channel,
            complaint.source_record_id,
            status,
            skpd_code,
            start + timedelta(seconds=round(hours * 3600)),
        )
        for number, (hours, status, skpd_code) in enumerate(steps, start=1)
    ]


def write_case_events(landing: Path, events: Iterable[CaseEvent], end: date) -> int:
    """Write the events up to the end of the last day, one file per day (WIB) in which they occurred.

    Returns:
        How many events were written.
    """
    folder = landing / "case_events"
    folder.mkdir(parents=True, exist_ok=True)
    by_day: defaultdict[date, list[CaseEvent]] = defaultdict(list)
    for event in events:
        if event.occurred_at.date() <= end:
            by_day[event.occurred_at.date()].append(event)
    for day, of_day in by_day.items():
        of_day.sort(key=lambda event: (event.occurred_at, event.event_id))
        document = {"data": [_item(event) for event in of_day]}
        (folder / f"{day:%Y-%m-%d}.json").write_text(json.dumps(document), encoding="utf-8")
    return sum(len(of_day) for of_day in by_day.values())


def _item(event: CaseEvent) -> dict[str, object]:
    return {
        "event_id": event.event_id,
        "complaint": {"channel": event.channel, "source_record_id": event.source_record_id},
        "status": {"name": event.status},
        "skpd": {"code": event.skpd_code},
        "occurred_at": event.occurred_at.isoformat(),
    }


def _steps(rng: np.random.Generator, complaint: Complaint, others: tuple[str, ...]) -> list[tuple[float, str, str]]:
    """Hours since acceptance, status and holder, in order of time."""
    is_at_kelurahan = complaint.channel in GEOTAGGED | {Channel.KELURAHAN}
    first, right = (KELURAHAN if is_at_kelurahan else BIRO_PEMERINTAHAN), complaint.skpd_code
    received = float(rng.uniform(0.02, 0.3))
    steps = [(received, "Menunggu", first)]
    resolved = received + float(rng.lognormal(np.log(_RESOLVE_MEDIAN_HOURS), _RESOLVE_SIGMA))
    held_since = received
    if first != right:
        for holder in _handovers(rng, right, others):
            held_since += _hours_to_coordinate(rng)
            steps.append((held_since, "Koordinasi", holder))
        if rng.random() < 0.25:
            held_since += float(rng.uniform(0.3, 4.0))
            steps.append((held_since, "Disposisi", right))
    # A case cannot be done before it has reached the one who does it.
    resolved = max(resolved, held_since + float(rng.uniform(0.5, 3.0)))
    return steps + _work(rng, right, held_since, resolved)


def _handovers(rng: np.random.Generator, right: str, others: tuple[str, ...]) -> list[str]:
    wrong = [code for code in others if code != right]
    if wrong and rng.random() < _WRONG_AGENCY_SHARE:
        return [wrong[int(rng.integers(len(wrong)))], right]
    return [right]


def _hours_to_coordinate(rng: np.random.Generator) -> float:
    if rng.random() < _COORDINATE_LATE_SHARE:
        return float(rng.uniform(6.0, 30.0))
    return float(rng.gamma(2.0, _COORDINATE_MEAN_HOURS / 2))


def _work(rng: np.random.Generator, holder: str, since: float, resolved: float) -> list[tuple[float, str, str]]:
    def at(share: float) -> float:
        return since + share * (resolved - since)

    if rng.random() < _REFUSED_SHARE:
        return [(at(float(rng.uniform(0.3, 0.9))), "Ditolak", holder)]
    steps = [(at(float(rng.uniform(0.1, 0.5))), "Proses", holder)]
    if rng.random() < _STUCK_SHARE:
        return steps
    if rng.random() < 0.08:
        steps.append((at(float(rng.uniform(0.55, 0.75))), "Estimasi waktu selesai", holder))
    if rng.random() < 0.6:
        steps.append((at(float(rng.uniform(0.8, 0.95))), "Menunggu verifikasi", BIRO_PEMERINTAHAN))
    return [*steps, (resolved, "Selesai", holder)]
