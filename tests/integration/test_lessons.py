"""The router taught by resolved cases: published where it wins, refused where other code made it."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from assets.city import city_folder
from assets.complaints.complaint_id import complaint_id_for
from assets.complaints.forget import ERASE
from assets.complaints.lessons import load_model, read_lessons, store_training
from assets.reference import load_reference
from ml.routing.classes import ReceivingClass
from ml.routing.holdout import Training, train_and_judge
from ml.routing.reports import Complaint

NOW = datetime(2026, 11, 1, tzinfo=UTC)
REFERENCE = load_reference(city_folder())
# Words of a city that the vocabulary cannot know.
SAYINGS = {"satpol_pp": "zubrika lagi {}", "dinas_bina_marga": "wortama lagi {}"}
CASES = 600


def fill(connection: psycopg.Connection, holders: dict[int, str]) -> None:
    """Write resolved complaints: the text says one agency, `holders` who completed it."""
    for number, holder in holders.items():
        saying = list(SAYINGS.values())[number % 2].format(number % 7)
        complaint = complaint_id_for("facebook", str(number))
        reported = NOW - timedelta(days=200) + timedelta(hours=6 * number)
        connection.execute(
            """
            with inbox as (
                insert into raw.inbox (channel, source_record_id, content_hash, fetched_at, batch_id, is_synthetic)
                values ('facebook', %(id)s, %(id)s, %(at)s, '1', true)
                returning inbox_id
            )
            insert into ledger.complaints (
                complaint_id, version, inbox_id, channel, source_record_id, reported_at, fetched_at, decided_at,
                decision, reasons, missing, skpd_code, routing_basis, place_basis, place_confidence, text_hash,
                has_photo, batch_id, is_synthetic, category_basis, visibility, has_point
            )
            select %(complaint)s, 1, inbox_id, 'facebook', %(id)s, %(at)s, %(at)s, %(at)s, 'accepted', '{}', '{}',
                'biro_pemerintahan', 'abstained', 'none', 0, '', false, '1', true, 'none', 'public', false
            from inbox
            """,
            {"complaint": complaint, "id": str(number), "at": reported},
        )
        connection.execute(
            "insert into private.complaints (complaint_id, version, description, photo_urls) values (%s, 1, %s, '{}')",
            [complaint, saying],
        )
        connection.execute(
            "insert into raw.case_events values (%s, 'facebook', %s, null, 'selesai', %s, %s, %s, '1', true, now())",
            [f"e{number}", str(number), holder, reported + timedelta(hours=30), NOW],
        )


def taught(connection: psycopg.Connection) -> Training:
    lessons = read_lessons(connection, REFERENCE, NOW)
    training = train_and_judge([lesson.routed for lesson in lessons])
    assert training is not None
    store_training(connection, training, lessons, NOW)
    return training


@pytest.fixture
def city(connection: psycopg.Connection) -> psycopg.Connection:
    fill(connection, {number: list(SAYINGS)[number % 2] for number in range(CASES)})
    return connection


def test_what_agencies_resolved_teaches_the_router_what_the_vocabulary_cannot_know(city: psycopg.Connection) -> None:
    training = taught(city)
    assert (training.training_rows, training.holdout_rows) == (480, 120)
    assert training.is_better
    assert training.accuracy_trained > 0.95 > training.accuracy_cold
    model, refusal = load_model(city)
    assert refusal is None
    [routing] = model.route([Complaint("zubrika muncul lagi")])
    assert routing.skpd_class is ReceivingClass.SATPOL_PP
    assert not routing.abstains


def test_the_newest_resolutions_judge_and_never_teach(city: psycopg.Connection) -> None:
    lessons = read_lessons(city, REFERENCE, NOW)
    assert [lesson.resolved_at for lesson in lessons] == sorted(lesson.resolved_at for lesson in lessons)
    taught(city)
    [(start, end)] = city.execute("select training_start, training_end from ledger.routing_models").fetchall()
    assert (start, end) == (lessons[0].resolved_at, lessons[479].resolved_at)
    assert read_lessons(city, REFERENCE, NOW - timedelta(days=190))[-1].resolved_at <= NOW - timedelta(days=190)


def test_a_training_that_does_not_win_is_booked_and_not_published(connection: psycopg.Connection) -> None:
    # Who completes a case has nothing to do with what it says.
    fill(connection, {number: list(SAYINGS)[number // 2 % 2] for number in range(CASES)})
    training = taught(connection)
    assert not training.is_better
    assert connection.execute("select is_published, model from ledger.routing_models").fetchall() == [(False, None)]
    model, refusal = load_model(connection)
    assert (model.classifier_, refusal) == (None, None)


def test_too_few_cases_teach_nothing(connection: psycopg.Connection) -> None:
    fill(connection, {number: "satpol_pp" for number in range(100)})
    assert train_and_judge([lesson.routed for lesson in read_lessons(connection, REFERENCE, NOW)]) is None


def test_a_model_of_other_code_is_refused_with_what_rebuilds_it(city: psycopg.Connection) -> None:
    taught(city)
    city.execute("update ledger.routing_models set code_version = 'older'")
    model, refusal = load_model(city)
    assert model.classifier_ is None
    assert refusal is not None
    assert "core_complaints__routing_model" in refusal
    assert "found one of older" in refusal


def test_a_forgotten_reporter_leaves_no_words_in_a_model(city: psycopg.Connection) -> None:
    taught(city)
    for statement in ERASE:
        city.execute(statement.encode(), {"complaints": [], "forgotten": "forgotten"})
    assert city.execute("select count(*) from ledger.routing_models where model is not null").fetchone() == (0,)
    assert load_model(city)[0].classifier_ is None
