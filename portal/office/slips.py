"""Slips that a counter hands out: a number as people read it and as a telephone does.

Belongs here: the address that a slip leads to, and its QR code. Does not belong here: the rest of a slip (templates).
"""

from dataclasses import dataclass

import segno
from markupsafe import Markup

from portal.office.visits import Visit


@dataclass(frozen=True)
class Way:
    """The way to a number's page.

    Attributes:
        lookup: Where numbers are looked up, as people type it.
        code: The QR code of the number's own page: SVG without a size, black, with its quiet zone.
    """

    lookup: str
    code: Markup


def way_to(visit: Visit, number: str) -> Way:
    """The way to a number's page.

    Args:
        visit: Who hands the slip out.
        number: As the city writes it.
    """
    portal = str(visit.request.app.state.parts.settings.url or visit.request.base_url).rstrip("/")
    # A quarter of it may be creased or stained (level Q).
    code = segno.make_qr(f"{portal}{visit.reader.link(f'/lacak/{number}')}", error="q", boost_error=False)
    drawn = code.svg_inline(omitsize=True, svgclass=None, lineclass=None)
    return Way(f"{portal.partition('://')[2]}{visit.reader.link('/lacak')}", Markup(drawn))  # noqa: S704 - segno's own drawing
