"""Whose database it is: one database serves one city, and remembers which.

Belongs here: claiming a database and refusing another's. Does not belong here: which city an installation serves
(assets/city.py).
"""

from psycopg import Connection, connect


class OtherCityError(Exception):
    """The database serves another city than this installation."""


def claim(url: str, code: str, name: str, time_zone: str) -> None:
    """Have the database serve this city from now on, where it serves none yet.

    Args:
        url: Of the city's database.
        code: Of the city, by the Ministry of Home Affairs.
        name: Of the city, for messages.
        time_zone: IANA name of its zone.

    Raises:
        OtherCityError: It serves another one.
    """
    with connect(url) as connection:
        connection.execute(
            "insert into ledger.city (code, name, time_zone) values (%s, %s, %s) on conflict do nothing",
            [code, name, time_zone],
        )
        require(connection, code, name)


def require(connection: Connection, code: str, name: str) -> None:
    """Refuse a database that serves another city; one that serves none yet, or is older than this rule, passes.

    Raises:
        OtherCityError: It serves another one.
    """
    if connection.execute("select to_regclass('ledger.city')").fetchone() == (None,):
        return
    refuse(connection.execute("select code from ledger.city").fetchone(), code, name, connection.info.dbname)


def refuse(found: tuple[str | None] | None, code: str, name: str, database: str) -> None:
    """Refuse another city's code.

    Args:
        found: What the database says, a row of its code; None where it serves none yet.
        code: Of this installation's city.
        name: Of this installation's city.
        database: Its name, for the message.

    Raises:
        OtherCityError: The two differ.
    """
    if found is None or found[0] in (None, code):
        return
    raise OtherCityError(
        f"Expected the database {database} to serve {name} ({code}), found that it serves the city of code {found[0]}."
        " One database serves one city: set JSC_CITY to that city, or give this one a JSC_HOME or JSC_DATABASE_URL of"
        " its own."
    )
