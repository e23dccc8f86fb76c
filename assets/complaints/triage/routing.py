"""Who gets a complaint first.

Belongs here: the first holder and why. Does not belong here: who holds it later (cases/).
"""

from assets.complaints.triage.model import RoutingBasis
from assets.complaints.triage.place import Place
from assets.reference import CityReference

KELURAHAN = "kelurahan"
DISTRIBUTOR = "biro_pemerintahan"


def first_holder(
    channel: str, place: Place, category_code: str | None, reference: CityReference
) -> tuple[str, RoutingBasis]:
    """Choose the agency that gets a complaint first.

    A geotagged report goes to the kelurahan of its point, which handles it or coordinates it onward; the
    others to the usual agency of their category; the rest to Biro Pemerintahan, which distributes by hand.
    The kelurahan that a geotagged channel names is that of its point: the app derives it.
    """
    if reference.channels[channel].is_geotagged and place.kelurahan_code is not None:
        return KELURAHAN, RoutingBasis.KELURAHAN_OF_THE_POINT
    if category_code is not None:
        return reference.categories[category_code].skpd_code, RoutingBasis.CATEGORY
    return DISTRIBUTOR, RoutingBasis.UNROUTED
