"""The list of officers, as an administrator keeps it.

Belongs here: who is on it. Does not belong here: the command (command/officer.py), signing in (sign_in.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection, errors
from psycopg.rows import class_row

from assets.reference import CityReference
from portal.office.passwords import draw_password, draw_salt, proof_of, verifier_of


class OfficerError(Exception):
    """An officer who cannot be added or found."""


@dataclass(frozen=True)
class Listed:
    """An officer on the list.

    Attributes:
        login: What they type.
        name: Who it is.
        skpd_code: Their agency.
        area_code: Which kelurahan, kecamatan or kota, where the agency is one of these.
        is_verifier: Whether they verify what was flagged.
        disabled_at: Since when they may not sign in; None where they may.
        last_seen_at: When a session of theirs was seen last; None where none is open.
    """

    login: str
    name: str
    skpd_code: str
    area_code: str | None
    is_verifier: bool
    disabled_at: datetime | None = None
    last_seen_at: datetime | None = None


def add_officer(connection: Connection, officer: Listed, reference: CityReference) -> str:
    """Put an officer on the list; returns the password, which is kept nowhere.

    Args:
        connection: As the owner of the tables; the caller owns the transaction.
        officer: Who.
        reference: The city's agencies and areas.

    Raises:
        OfficerError: The login is taken or none, or the unit is none.
    """
    _require_unit(officer, reference)
    try:
        [(officer_id,)] = connection.execute(
            "insert into desk.officers (login, name, skpd_code, area_code, is_verifier) values (%s, %s, %s, %s, %s)"
            " returning officer_id",
            [officer.login, officer.name, officer.skpd_code, officer.area_code, officer.is_verifier],
        ).fetchall()
    except errors.UniqueViolation as error:
        raise OfficerError(f"Expected a login that nobody has, found {officer.login} on the list.") from error
    except errors.CheckViolation as error:
        raise OfficerError(
            "Expected a login of 3 to 40 small letters, digits, dots, hyphens and underscores, found another."
        ) from error
    return _set_password(connection, officer_id)


def renew_password(connection: Connection, login: str) -> str:
    """Give an officer a new password, which is returned and kept nowhere, and end their sessions.

    Raises:
        OfficerError: Nobody has that login.
    """
    officer_id = _id_of(connection, login)
    connection.execute("delete from desk.sessions where officer_id = %s", [officer_id])
    return _set_password(connection, officer_id)


def disable_officer(connection: Connection, login: str) -> None:
    """Let an officer sign in no more, and end their sessions; what they did and read stays booked under their name.

    Raises:
        OfficerError: Nobody has that login.
    """
    officer_id = _id_of(connection, login)
    connection.execute("update desk.officers set disabled_at = now() where officer_id = %s", [officer_id])
    connection.execute("delete from desk.sessions where officer_id = %s", [officer_id])


def list_officers(connection: Connection) -> list[Listed]:
    """Everybody on the list."""
    with connection.cursor(row_factory=class_row(Listed)) as cursor:
        return cursor.execute(
            """
            select login, name, skpd_code, area_code, is_verifier, disabled_at,
                (select max(last_seen_at) from desk.sessions where sessions.officer_id = officers.officer_id)
                    as last_seen_at
            from desk.officers
            order by skpd_code, area_code, login
            """
        ).fetchall()


def _require_unit(officer: Listed, reference: CityReference) -> None:
    areas: Mapping[str, set[str]] = {
        "kelurahan": {*reference.kelurahan},
        "kecamatan": {*reference.kecamatan},
        "kota_administrasi": {area.kota_code for area in reference.kecamatan.values()},
        "kabupaten_administrasi": {area.kota_code for area in reference.kecamatan.values()},
    }
    if officer.skpd_code not in reference.skpd:
        raise OfficerError(f"Expected an SKPD code of skpd.csv, found {officer.skpd_code}.")
    known = areas.get(officer.skpd_code)
    if known is None and officer.area_code is not None:
        raise OfficerError(f"Expected no area, found {officer.area_code}: {officer.skpd_code} has the whole city.")
    if known is not None and officer.area_code not in known:
        raise OfficerError(f"Expected the code of the officer's {officer.skpd_code}, found {officer.area_code}.")


def _id_of(connection: Connection, login: str) -> int:
    found = connection.execute("select officer_id from desk.officers where login = %s", [login]).fetchone()
    if found is None:
        raise OfficerError(f"Expected the login of an officer, found {login}: jsc officer list.")
    return int(found[0])


def _set_password(connection: Connection, officer_id: int) -> str:
    password, salt = draw_password(), draw_salt()
    connection.execute(
        "insert into desk.credentials (officer_id, salt, verifier) values (%s, %s, %s)"
        " on conflict (officer_id) do update set salt = excluded.salt, verifier = excluded.verifier, set_at = now()",
        [officer_id, salt, verifier_of(proof_of(password, salt))],
    )
    return password
