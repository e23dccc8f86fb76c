"""What a reply adds to a report that was returned.

Belongs here: the name and the place that a reply tells, the report that it completes, and whether it does.
Does not belong here: finding the report that was returned (complaints/replies.py), what a report lacks (complete.py).

A message that is a clear complaint by itself, or that tells a problem and a place of its own, is no reply.
"""

from dataclasses import replace

from assets.complaints.model import Missing, Report
from assets.complaints.tracking import number_as_written
from assets.complaints.triage.addresses import WORDS_OF_ADDRESSES, read_address
from assets.complaints.triage.complete import MIN_TELLING_WORDS, missing
from assets.complaints.triage.desk import Desk
from assets.complaints.triage.names import BEFORE_A_NAME, name_in_reply
from assets.complaints.triage.reporter import is_named
from assets.complaints.triage.words import FILLER, city_words, report_text, whereabouts
from assets.places.elsewhere import TITLES
from assets.places.gazetteer import Gazetteer
from assets.places.mentions import ROAD_TITLES, mentions
from assets.places.place import locate
from assets.places.spelling import words
from assets.reference import ChannelSeed


def supplemented(report: Report, reply: Report, gazetteer: Gazetteer) -> Report:
    """Fill the name and the place that a report lacks from a reply, and append the reply's words and photos."""
    said = report_text(reply).strip()
    name = report.reporter_name
    if not is_named(report):
        name = reply.reporter_name if is_named(reply) else name_in_reply(said, gazetteer) or name
    is_point = report.latitude is None or report.longitude is None
    address = read_address(said)
    told_address = reply.address or (said if address.streets or address.doors else None)
    return replace(
        report,
        reporter_name=name,
        address=", ".join(part for part in (report.address, told_address) if part) or None,
        kelurahan_name=report.kelurahan_name or reply.kelurahan_name,
        kecamatan_name=report.kecamatan_name or reply.kecamatan_name,
        latitude=reply.latitude if is_point else report.latitude,
        longitude=reply.longitude if is_point else report.longitude,
        description="\n".join(part for part in (report.description, said) if part),
        photo_urls=tuple(dict.fromkeys((*report.photo_urls, *reply.photo_urls))),
    )


def is_reply(
    report: Report, lacks: tuple[Missing, ...], reply: Report, channel: ChannelSeed, desk: Desk, *,
    is_meant: bool = False,
) -> bool:  # fmt: skip
    """Say whether a message gives a part of what a returned report lacks, and is no complaint of its own.

    Args:
        report: As it was returned.
        lacks: What it lacks.
        reply: The message.
        channel: Of the report.
        desk: What is known of the city.
        is_meant: Whether the message says itself that it completes the report.
    """
    merged = supplemented(report, reply, desk.gazetteer)
    return set(lacks_of(merged, channel, desk)) < set(lacks) and (is_meant or not _is_a_complaint(reply, desk))


def lacks_of(report: Report, channel: ChannelSeed, desk: Desk) -> tuple[Missing, ...]:
    """Name what a report lacks."""
    [place] = locate([whereabouts(report)], desk.gazetteer)
    return missing(report, place, channel)


def _is_a_complaint(reply: Report, desk: Desk) -> bool:
    """Whether a message tells a problem and a place: words that name a person or a place tell no problem."""
    text = report_text(reply)
    cut = words(number_as_written().sub(" ", text))
    taken = mentions(number_as_written().sub(" ", text), desk.gazetteer).taken
    streets = {word for street in read_address(text).streets for word in street}
    person = set(words(name_in_reply(text, desk.gazetteer) or ""))
    # "Jalan" is the title of a street, or what is broken.
    of_place = WORDS_OF_ADDRESSES if streets else WORDS_OF_ADDRESSES - ROAD_TITLES
    silent = FILLER | city_words() | of_place | TITLES | BEFORE_A_NAME | streets | person
    telling = {word for number, word in enumerate(cut) if number not in taken and word.isalpha() and word not in silent}
    if len(telling) < MIN_TELLING_WORDS:
        return False
    [place] = locate([whereabouts(reply)], desk.gazetteer)
    return place.kecamatan_code is not None or bool(streets)
