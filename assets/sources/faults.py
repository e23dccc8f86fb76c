"""A fault in the handling of one record, photo or file, in words that hold no personal data.

Belongs here: the words of an error that nobody foresaw. Does not belong here: those foreseen (records.PayloadError).
"""

import logging
from traceback import extract_tb

from assets.sources.records import PayloadError

_OURS = ("/assets/", "/ml/")


def reason_of(error: Exception, what: str) -> str:
    """Why one item could not be handled: what its format says, else the kind of the error and where it was raised.

    The message of an error that nobody foresaw may hold what a reporter wrote, so it is left out.

    Args:
        error: As raised.
        what: The item, such as "a report".

    >>> reason_of(PayloadError("id", "none"), "a report")
    'expected id, found none'
    >>> reason_of(ValueError("Budi, 0812"), "a report")
    'expected a report that can be handled, found ValueError'
    """
    if isinstance(error, PayloadError):
        return str(error)
    logging.getLogger(__name__).warning("%s could not be handled: %s", what, type(error).__name__)
    frames = [frame for frame in extract_tb(error.__traceback__) if any(room in frame.filename for room in _OURS)]
    room = next((room for room in _OURS if frames and room in frames[-1].filename), None)
    where = f" at {room[1:]}{frames[-1].filename.rpartition(room)[2]}:{frames[-1].lineno}" if room else ""
    return f"expected {what} that can be handled, found {type(error).__name__}{where}"
