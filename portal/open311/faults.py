"""What is refused, in the specification's words: a list of codes and descriptions, and its HTTP statuses.

Belongs here: faults and how each becomes an answer. Does not belong here: what is at fault (the modules that raise it).
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute

from assets.city import city
from portal.database import ClosedError
from portal.open311.answers import Fault, Faults
from portal.open311.formats import PRIVATE, Documented, Format, documented, respond

RETRY = {"retry-after": "30"}

REFUSED: Documented = {403: documented(Faults, "The key is missing, unknown or revoked.")}
MANY: Documented = {429: documented(Faults, "Too many numbers were looked up.")}
ALWAYS: Documented = {
    400: documented(Faults, "What was asked for is unsound; each reason is told."),
    404: documented(Faults, "There is none of that name, or another city was asked for."),
    503: documented(Faults, "The database does not answer, or nothing is published yet."),
    "4XX": documented(Faults, "What is refused otherwise, such as another method."),
}


class RefusedError(Exception):
    """What cannot be answered.

    Args:
        status: The HTTP status.
        descriptions: Why, one for each reason.
    """

    def __init__(self, status: int, *descriptions: str) -> None:
        super().__init__(*descriptions)
        self.status, self.descriptions = status, descriptions


class Open311Route(APIRoute):
    """A route whose faults are told in the specification's form."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's function with its faults told."""
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                # A format that is none is an address that is none.
                is_address = any(fault["loc"][0] == "path" for fault in error.errors())
                return refuse(request, 404 if is_address else 400, *describe(error.errors()))
            except RefusedError as error:
                return refuse(request, error.status, *error.descriptions)
            except ClosedError as error:
                return refuse(request, 503, str(error), **RETRY)

        return told


def refuse(request: Request, status: int, *descriptions: str, **headers: str) -> Response:
    """The answer of a fault, in the format of the address; XML where it has none."""
    form = Format.JSON if request.url.path.endswith(".json") else Format.XML
    faults = Faults(root=[Fault(code=status, description=description) for description in descriptions])
    return respond(faults, form, {**PRIVATE, **headers}, status)


def describe(faults: Any) -> list[str]:
    """What pydantic found, without what it found it in: that may be somebody's name.

    >>> describe([{"loc": ("query", "page"), "msg": "Input should be a valid integer"}])
    ['page: Input should be a valid integer']
    """
    return [f"{'.'.join(map(str, fault['loc'][1:])) or fault['loc'][0]}: {fault['msg']}" for fault in faults]


def require_city(jurisdiction_id: str | None) -> None:
    """Refuse another city; one that is not named is this one.

    Raises:
        RefusedError: Another one.
    """
    if jurisdiction_id and jurisdiction_id != city().domain:
        # The city by its own address, as the specification suggests.
        raise RefusedError(404, f"jurisdiction_id: expected {city().domain} or none, found another")
