"""What a complaint is about and who gets it first, with a stated probability.

Belongs here: the first holder and why, from the router's probabilities and the city's rule for points.
Does not belong here: the probabilities (ml/routing), who holds it later (cases/).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assets.complaints.triage.category import category_reader
from assets.complaints.triage.model import CategoryBasis, IntakeReport, Route, RoutingBasis
from assets.complaints.triage.words import report_text
from assets.places.place import Place
from assets.places.spelling import squash
from assets.reference import DISTRIBUTOR, KELURAHAN, Category, CityReference
from ml.routing.classes import ReceivingClass
from ml.routing.model import Routing, RoutingModel
from ml.routing.reports import Complaint

# A category that is more likely wrong than right would only mislead whoever reads it.
LEAST_CATEGORY_PROBABILITY = 0.5


@dataclass(frozen=True)
class Router:
    """The city's agencies behind the nine classes of the model.

    Attributes:
        model: Gives the probabilities.
        reference: The city's reference data.
    """

    model: RoutingModel
    reference: CityReference

    def route(self, reports: Sequence[IntakeReport], places: Sequence[Place]) -> list[Route]:
        """Route a batch, each report on its own.

        A geotagged report goes to the kelurahan of its point, which handles it or coordinates it onward: the
        kelurahan that a geotagged channel names is that of its point, the app derives it. The others go to the
        likeliest agency by text, chosen category and place, and below the model's threshold to Biro Pemerintahan,
        which distributes by hand. The three likeliest are named for whoever decides.

        Args:
            reports: The batch.
            places: Where each of them is, in the same order.
        """
        category_of = category_reader(self.reference)
        by_name = {squash(category.name): category for category in self.reference.categories.values()}
        complaints = [
            self._complaint(incoming, place, category_of(incoming.channel, incoming.report.category_name))
            for incoming, place in zip(reports, places, strict=True)
        ]
        return [
            self._route(incoming, place, category_of(incoming.channel, incoming.report.category_name), routing, by_name)
            for incoming, place, routing in zip(reports, places, self.model.route(complaints), strict=True)
        ]

    def _complaint(self, incoming: IntakeReport, place: Place, category_code: str | None) -> Complaint:
        report = incoming.report
        named = self.reference.kelurahan.get(place.kelurahan_code or "")
        # With its rank, so that "Pasar Minggu" is not taken for a market.
        location = report.address or (f"Kelurahan {named.name}" if named else None)
        category = self.reference.categories[category_code].name if category_code else None
        return Complaint(report_text(report), category, location)

    def _route(
        self,
        incoming: IntakeReport,
        place: Place,
        chosen: str | None,
        routing: Routing,
        by_name: Mapping[str, Category],
    ) -> Route:
        read = by_name.get(squash(routing.category))
        is_sure = read is not None and routing.category_probability >= LEAST_CATEGORY_PROBABILITY
        category_code = chosen or (read.code if read and is_sure else None)
        basis = CategoryBasis.CHANNEL if chosen else CategoryBasis.TEXT if category_code else CategoryBasis.NONE
        candidates = tuple((self._agency(one, category_code), chance) for one, chance in routing.top3)
        skpd_code, routing_basis, probability = self._first_holder(incoming, place, routing, candidates)
        return Route(
            category_code=category_code,
            category_basis=basis,
            category_guess=category_code or (read.code if read else None),
            category_probability=routing.category_probability if basis is CategoryBasis.TEXT else None,
            skpd_code=skpd_code,
            basis=routing_basis,
            probability=probability,
            candidates=candidates,
        )

    def _first_holder(
        self, incoming: IntakeReport, place: Place, routing: Routing, candidates: Sequence[tuple[str, float]]
    ) -> tuple[str, RoutingBasis, float]:
        if self.reference.channels[incoming.channel].is_geotagged and place.kelurahan_code is not None:
            return KELURAHAN, RoutingBasis.KELURAHAN_OF_THE_POINT, place.confidence
        likeliest, probability = candidates[0]
        if routing.abstains or likeliest == DISTRIBUTOR:
            return DISTRIBUTOR, RoutingBasis.ABSTAINED, probability
        return likeliest, RoutingBasis.TEXT, probability

    def _agency(self, receiving: ReceivingClass, category_code: str | None) -> str:
        """The agency of a class: the category's own where it is of the class, else the one that the class is named for.

        A class of many agencies, or one that the city lacks, is Biro Pemerintahan's to tell apart.
        """
        if category_code is not None:
            usual = self.reference.skpd[self.reference.categories[category_code].skpd_code]
            if usual.receiving_class == receiving:
                return usual.code
        return receiving.value if receiving.value in self.reference.skpd else DISTRIBUTOR
