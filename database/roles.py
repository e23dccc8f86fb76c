"""The roles of the database, as a session takes them on.

Belongs here: how a session becomes a role. Does not belong here: what a role may read (migrations).
"""


def analyst_options(timezone: str) -> str:
    """Options of libpq (PGOPTIONS) for an analyst's session: the marts alone, read-only.

    It keeps mistakes from changing data or showing names, and nobody from connecting as another role.

    Args:
        timezone: Whose midnights a day has.
    """
    return f"-c role=analyst -c default_transaction_read_only=on -c search_path=marts -c timezone={timezone}"
