"""An answer written in the format that its address ends in.

Belongs here: XML and JSON, and how both are documented. Does not belong here: what is answered (answers.py).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from fastapi.responses import Response
from pydantic_xml import BaseXmlModel

# Answers as a route declares them, by status.
Documented = dict[int | str, dict[str, Any]]


class Format(StrEnum):
    """What an address may end in."""

    JSON = "json"
    XML = "xml"


MEDIA_TYPES = {Format.JSON: "application/json; charset=utf-8", Format.XML: "text/xml; charset=utf-8"}
# A list changes with each build; what one person is told is kept nowhere between.
SHARED = {"cache-control": "public, max-age=60"}
PRIVATE = {"cache-control": "no-store"}


def write(answer: BaseXmlModel, form: Format) -> bytes:
    """An answer as it is sent; what is None is left out.

    >>> from portal.open311.answers import Fault, Faults
    >>> write(Faults(root=[Fault(code=404, description="<no>")]), Format.JSON)
    b'[{"code":404,"description":"<no>"}]'
    """
    if form is Format.JSON:
        return answer.model_dump_json(exclude_none=True).encode()
    xml = answer.to_xml(encoding="utf-8", xml_declaration=True, exclude_none=True)
    return xml.encode() if isinstance(xml, str) else xml


def respond(answer: BaseXmlModel, form: Format, headers: Mapping[str, str], status: int = 200) -> Response:
    """The response of an answer."""
    return Response(write(answer, form), status, headers, MEDIA_TYPES[form])


def documented(model: type[BaseXmlModel], description: str) -> dict[str, Any]:
    """An answer as the OpenAPI document tells it, in both formats."""
    return {"model": model, "description": description, "content": {"text/xml": {}}}
