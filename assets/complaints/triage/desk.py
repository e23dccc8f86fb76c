"""What triage knows of the city, prepared once for a run.

Belongs here: the city's tables in the form that triage looks them up in. Does not belong here: the questions (every
other module here).
"""

from dataclasses import dataclass
from typing import Self

from assets.complaints.triage.routing import Router
from assets.places.boundaries import Boundaries
from assets.places.gazetteer import Gazetteer
from assets.reference import CityReference
from ml.routing.model import RoutingModel


@dataclass(frozen=True)
class Desk:
    """What a batch is decided with.

    Attributes:
        reference: The city's reference data.
        gazetteer: Its areas by point and by name.
        router: Its agencies by what a complaint says.
    """

    reference: CityReference
    gazetteer: Gazetteer
    router: Router

    @classmethod
    def of(
        cls, reference: CityReference, *, model: RoutingModel | None = None, boundaries: Boundaries | None = None
    ) -> Self:
        """Set up a desk.

        Args:
            reference: The city's reference data.
            model: None knows the vocabulary alone.
            boundaries: None takes the nearest kelurahan for that of a point.
        """
        return cls(reference, Gazetteer(reference, boundaries), Router(model or RoutingModel(), reference))
