"""What a person decided on what was flagged, in the marts: by dbt, on the city whose truth is known."""

from datetime import timedelta

import psycopg
from psycopg.types.json import Jsonb

from assets.city import city_folder
from assets.reference import load_reference
from portal.office.officers import Listed, add_officer
from tests.integration.city_of_truth import AS_OF, dbt, rows

FLAGS = "fct_evidence_flags mart_unit_ranking fct_complaint_signals"
DECIDED_AT = AS_OF + timedelta(hours=3)


PART = [{"later": [0.1, 0.2, 0.3, 0.4], "earlier": [0.1, 0.2, 0.3, 0.4]}]


def flag(owner: psycopg.Connection, unit: str) -> list[int]:
    """Three photos of a unit that are one of its earlier ones again, and one of another moment of the same view.

    The last of the three is an edited copy of what a reporter sent.
    """
    events = [
        event
        for (event,) in owner.execute(
            "select event_id from marts.fct_case_events where holder_code = %s order by event_id limit 5", [unit]
        )
    ]
    photos = [
        owner.execute(
            "insert into raw.evidence_photos (event_id, photo_name, words, read_at, is_synthetic)"
            " values (%s, 'flagged.jpg', '{}', %s, true) returning photo_id",
            [event, AS_OF],
        ).fetchall()[0][0]
        for event in events
    ]
    for photo, verdict in zip(photos[1:], ["same_photo"] * 3 + ["same_view"], strict=True):
        owner.execute(
            "insert into ledger.photo_reuse values (%s, %s, %s, false, 0.01, 90, %s, '1')",
            [photo, photos[0], verdict, AS_OF - timedelta(hours=3)],
        )
    [(of_report,)] = owner.execute(
        "insert into raw.evidence_photos (inbox_id, photo_number, words, read_at, is_synthetic)"
        " select inbox_id, 0, '{}', %s, true from ledger.complaints order by complaint_id, version limit 1"
        " returning photo_id",
        [AS_OF],
    ).fetchall()
    owner.execute(
        "update ledger.photo_reuse set verdict = 'edited_copy', edited_parts = %s, earlier_photo_id = %s"
        " where photo_id = %s",
        [Jsonb(PART), of_report, photos[3]],
    )
    return photos[1:]


def decide(owner: psycopg.Connection, officer: int, verdict: str, **what: object) -> None:
    owner.execute(
        "insert into desk.verdicts (photo_id, complaint_id, version, verdict, reason, officer_id, decided_at)"
        " values (%(photo)s, %(complaint)s, %(version)s, %(verdict)s, 'x', %(officer)s, %(at)s)",
        {"photo": None, "complaint": None, "version": None, "at": DECIDED_AT, "verdict": verdict, "officer": officer}
        | what,
    )


def test_flags_carry_what_a_person_decided_later(copy_of_marts: str) -> None:
    url = copy_of_marts
    with psycopg.connect(url) as owner:
        add_officer(owner, Listed("periksa", "Petugas", "satpol_pp", None, True), load_reference(city_folder()))
        [(officer,)] = owner.execute("select officer_id from desk.officers").fetchall()
        [(unit,)] = owner.execute(
            "select unit_code from marts.mart_unit_ranking where unit_code in (select skpd_code from reference.skpd)"
            " order by spans desc limit 1"
        ).fetchall()
        photos = flag(owner, unit)
        doubted = [
            complaint
            for (complaint,) in owner.execute("select complaint_id from marts.fct_complaints order by 1 limit 2")
        ]
        for complaint in doubted:
            owner.execute(
                "insert into ledger.signals values (%s, 1, 'campaign', '{}', %s, '1')",
                [complaint, AS_OF - timedelta(hours=3)],
            )
    reused = f"select reused_photos from marts.mart_unit_ranking where unit_code = '{unit}'"
    signals = "select complaint_id, verified_as, verified_at from marts.fct_complaint_signals order by complaint_id"
    dbt(url, AS_OF, f"run --full-refresh --select stg_verdicts {FLAGS}")
    assert rows(url, reused) == [{"reused_photos": 3}]
    assert [row["verified_as"] for row in rows(url, signals)] == [None, None]
    with psycopg.connect(url) as owner:
        for photo, verdict in zip(photos, ("confirmed", "rejected"), strict=False):
            decide(owner, officer, verdict, photo=photo)
        decide(owner, officer, "to_be_asked", complaint=doubted[0], version=1)
    # The signals were raised before the hours that a build looks back.
    dbt(url, DECIDED_AT + timedelta(hours=1), f"run --select {FLAGS}")
    assert rows(
        url,
        "select photo_id, verified_as, needs_verification from marts.fct_evidence_flags"
        f" where photo_id = any(array{photos}) order by photo_id",
    ) == [
        {"photo_id": photos[0], "verified_as": "confirmed", "needs_verification": False},
        {"photo_id": photos[1], "verified_as": "rejected", "needs_verification": False},
        {"photo_id": photos[2], "verified_as": None, "needs_verification": True},
        {"photo_id": photos[3], "verified_as": None, "needs_verification": False},
    ]
    assert rows(url, reused) == [{"reused_photos": 2}]
    [edited] = rows(
        url, "select * from marts.fct_evidence_flags where verdict = 'edited_copy' and earlier_kind = 'report'"
    )
    assert (edited["photo_id"], edited["edited_parts"]) == (photos[2], PART)
    assert edited["earlier_case_id"] is not None
    assert (edited["earlier_event_id"], edited["earlier_photo_name"]) == (None, None)
    assert rows(url, signals) == [
        {"complaint_id": doubted[0], "verified_as": "to_be_asked", "verified_at": DECIDED_AT},
        {"complaint_id": doubted[1], "verified_as": None, "verified_at": None},
    ]
