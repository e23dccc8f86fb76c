"""What resolved cases teach the router, and the model that it is taught.

Belongs here: reading the lessons, keeping and loading models. Does not belong here: learning (ml/routing).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from psycopg import Connection

from assets.complaints.complaint_id import complaint_id_for
from assets.reference import CityReference
from assets.statuses import CaseStatus
from ml.packing import pack, unpack
from ml.routing.classes import ReceivingClass
from ml.routing.reports import Complaint, RoutedComplaint

if TYPE_CHECKING:
    from uuid import UUID

    from ml.routing.holdout import Training
    from ml.routing.model import RoutingModel

# A year knows every season; more cases than this teach little more and train for minutes.
SPAN = timedelta(days=365)
MOST_LESSONS = 8_000

REBUILD = "materialise core_complaints__routing_model (job routing_training) to train it anew"


@dataclass(frozen=True)
class Lesson:
    """One resolved case: what was reported, and who completed it when."""

    routed: RoutedComplaint
    resolved_at: datetime


def read_lessons(connection: Connection, reference: CityReference, now: datetime) -> list[Lesson]:
    """Read the newest resolved cases, oldest first.

    Args:
        connection: Open connection.
        reference: Names the class of each holder.
        now: Later resolutions teach nothing.
    """
    resolved = _resolved(connection, now)
    rows = connection.execute(
        """
        select complaints.complaint_id, concat_ws(' ', people.title, people.description), people.address,
            case when complaints.category_basis = 'channel' then complaints.category_code end
        from ledger.complaints
        inner join private.complaints as people using (complaint_id, version)
        where complaints.complaint_id = any(%s) and complaints.version = 1
        """,
        [list(resolved)],
    ).fetchall()
    lessons = []
    for complaint_id, text, address, category_code in rows:
        resolved_at, holder = resolved[complaint_id]
        category = reference.categories[category_code].name if category_code in reference.categories else None
        handled_by = ReceivingClass(reference.skpd[holder].receiving_class)
        routed = RoutedComplaint(str(complaint_id), Complaint(text, category, address), handled_by)
        lessons.append(Lesson(routed, resolved_at))
    return sorted(lessons, key=lambda lesson: (lesson.resolved_at, lesson.routed.report_id))


def _resolved(connection: Connection, now: datetime) -> "dict[UUID, tuple[datetime, str]]":
    """When and by whom each of the newest resolved cases was completed."""
    rows = connection.execute(
        """
        select coalesce(events.channel, ''), coalesce(events.source_record_id, ''), numbers.complaint_id,
            events.occurred_at, events.holder_code
        from raw.case_events as events
        left join ledger.tracking_numbers as numbers using (tracking_number)
        where events.status = %s and events.occurred_at between %s and %s
            and events.is_current and not events.is_withdrawn
        order by events.occurred_at desc
        limit %s
        """,
        [CaseStatus.SELESAI.value, now - SPAN, now, MOST_LESSONS],
    )
    return {
        complaint_id or complaint_id_for(channel, source): (occurred_at, holder)
        for channel, source, complaint_id, occurred_at, holder in rows
    }


def store_training(connection: Connection, training: "Training", lessons: list[Lesson], now: datetime) -> None:
    """Book a training with its judgement, and the model with it where it was better than the vocabulary."""
    from ml.routing.holdout import code_version

    model = pack(training.model.classifier_) if training.is_better else None
    taught = lessons[: training.training_rows]
    connection.execute(
        """
        insert into ledger.routing_models (
            trained_at, training_start, training_end, training_rows, holdout_rows, accuracy_cold, accuracy_trained,
            is_published, code_version, model
        ) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            now, taught[0].resolved_at, taught[-1].resolved_at, training.training_rows, training.holdout_rows,
            training.accuracy_cold, training.accuracy_trained, training.is_better, code_version(), model,
        ],
    )  # fmt: skip


def load_model(connection: Connection) -> "tuple[RoutingModel, str | None]":
    """Load the newest published model, or the vocabulary alone where there is none that this code made.

    Returns:
        The model, and why a stored one was refused and what to do; None where none was.
    """
    from ml.routing.holdout import code_version
    from ml.routing.model import RoutingModel

    model = RoutingModel()
    row = connection.execute(
        "select code_version, model, trained_at from ledger.routing_models where is_published"
        " order by model_id desc limit 1"
    ).fetchone()
    if row is None:
        return model, None
    version, stored, trained_at = row
    if version != code_version():
        return model, (
            f"expected a routing model of code {code_version()}, found one of {version} trained {trained_at:%Y-%m-%d};"
            f" routing by the vocabulary alone; {REBUILD}"
        )
    model.classifier_ = unpack(stored)
    return model, None
