"""Filing a report with a key, and asking for its number by the token that was given for it.

Belongs here: both, and what they answer. Does not belong here: what is sound in a report (report.py), who makes keys
(keys.py).
"""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import ValidationError

from portal.asked import Asked, AskedFor
from portal.bounded import TooLongError, read_body
from portal.open311.answers import Filed, FiledRequests, Numbered, NumberedRequests, Service
from portal.open311.asking import CityAsked
from portal.open311.faults import ALWAYS, REFUSED, Open311Route, RefusedError, describe, require_city
from portal.open311.formats import PRIVATE, Format, documented, respond
from portal.open311.keys import digest
from portal.open311.report import MOST_BYTES, FormError, ReportForm, inbox_body, read_form
from portal.open311.services import OTHER, read_services

router = APIRouter(tags=["Open311"], route_class=Open311Route)

FORM = "application/x-www-form-urlencoded"
# As the platform names what comes over the portal.
CHANNEL = "portal"
NOTICE = "Laporan diterima. Nomornya ada pada tokens/{token} segera setelah dicatat, biasanya dalam beberapa menit."


@router.post(
    "/v2/requests.{fmt}",
    responses={200: documented(FiledRequests, "A list of one."), **REFUSED, **ALWAYS},
    openapi_extra={
        "requestBody": {"required": True, "content": {FORM: {"schema": ReportForm.model_json_schema(by_alias=True)}}}
    },
)
async def file(asked: AskedFor, fmt: Format) -> Response:
    """File a report: it is read by the city as each other one, and the token leads to its number."""
    fields = await _fields(asked.request)
    key = digest(fields.get("api_key", ""))
    if not await asked.parts.database.value("select front.is_api_key(%s)", [key]):
        raise RefusedError(403, "api_key: expected a key that was given and not revoked, found none")
    require_city(fields.get("jurisdiction_id"))
    form = _read(fields)
    service = await _service(asked, form)
    category = None if service.service_code == OTHER else service.service_name
    body = inbox_body(form, category, asked.parts.clock(), uuid4())
    receipt = await asked.parts.database.value("select front.hand_in(%s, %s)", [CHANNEL, body])
    filed = Filed(token=str(receipt), service_notice=NOTICE.format(token=receipt))
    return respond(FiledRequests(root=[filed]), fmt, PRIVATE)


@router.get(
    "/v2/tokens/{token_id}.{fmt}",
    responses={200: documented(NumberedRequests, "A list of one."), **ALWAYS},
)
async def token(asked: AskedFor, token_id: UUID, fmt: Format, query: Annotated[CityAsked, Query()]) -> Response:
    """The number of what was filed; 404 until it has one."""
    require_city(query.jurisdiction_id)
    told = await asked.parts.database.value("select front.receipt(%s)", [token_id])
    number = told and told["tracking_number"]
    if not number:
        raise RefusedError(404, "token: expected one whose report has its number, found none; ask again in a minute")
    return respond(NumberedRequests(root=[Numbered(service_request_id=number, token=str(token_id))]), fmt, PRIVATE)


async def _fields(request: Request) -> dict[str, str]:
    """The form of a request, the key also from its address.

    Raises:
        RefusedError: It is no form, or a long one.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise RefusedError(400, f"content-type: expected {FORM}, found another")
    try:
        fields = read_form(await read_body(request, MOST_BYTES))
    except (FormError, TooLongError) as error:
        raise RefusedError(400, str(error)) from error
    in_address = {
        name: request.query_params[name] for name in ("api_key", "jurisdiction_id") if name in request.query_params
    }
    return {**in_address, **fields}


def _read(fields: dict[str, Any]) -> ReportForm:
    try:
        return ReportForm.model_validate(fields)
    except ValidationError as error:
        faults = [{**fault, "loc": ("form", *fault["loc"])} for fault in error.errors(include_input=False)]
        raise RefusedError(400, *describe(faults)) from None


async def _service(asked: Asked, form: ReportForm) -> Service:
    service = (await read_services(asked.parts.database)).get(form.service_code or "")
    if service is None:
        raise RefusedError(404, "service_code: expected one of the service list, found another")
    return service
