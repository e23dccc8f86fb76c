"""What can be reported: discovery, the services, and what each asks for.

Belongs here: those answers. Does not belong here: reports (requests.py), filing one (filing.py).
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from assets.complaints.model import Visibility
from portal.asked import Asked, AskedFor
from portal.database import CityDatabase
from portal.open311.answers import Attribute, Definition, Discovery, Endpoint, Service, Services, Value
from portal.open311.asking import CityAsked
from portal.open311.faults import ALWAYS, Open311Route, RefusedError, require_city
from portal.open311.formats import MEDIA_TYPES, PRIVATE, Format, documented, respond, write
from portal.state import CityState
from portal.tables import IS_SYNTHETIC

router = APIRouter(tags=["Open311"], route_class=Open311Route)

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
# What has no category, or none that its reporter knows.
OTHER = "lainnya"
# Codes of what a definition asks for, as `attribute[...]` names them.
NAME, PLACE, VISIBILITY = "nama", "tempat", "visibilitas"
CATEGORIES = """
    select category_code, category_name, pillar_name_id, agency_name, keywords from portal.categories
    order by category_name
"""
OTHER_SERVICE = Service(
    service_code=OTHER, service_name="Lainnya", metadata=True, type="batch", keywords="lain-lain, belum tahu",
    description="Masalah yang tidak ada dalam daftar, atau belum diketahui kategorinya; kami yang memilahnya.",
    group="Lainnya",
)  # fmt: skip
ATTRIBUTES = [
    Attribute(
        variable=True, code=NAME, datatype="string", required=False, order=1,
        datatype_description="Nama orang, paling banyak 200 huruf.",
        description="Nama pelapor, bila first_name dan last_name tidak diisi. Laporan tanpa nama dikembalikan.",
    ),
    Attribute(
        variable=True, code=PLACE, datatype="string", required=False, order=2,
        datatype_description="Jalan, kelurahan, atau patokan, paling banyak 500 huruf.",
        description="Tempatnya, bila alamat dan titik belum cukup. Laporan tanpa tempat dikembalikan.",
    ),
    Attribute(
        variable=True, code=VISIBILITY, datatype="singlevaluelist", required=False, order=3,
        datatype_description="Satu dari daftar; private bila tidak diisi.",
        description="Siapa yang boleh melihat laporan ini.",
        values=[
            Value(key=Visibility.PRIVATE, name="Hanya dihitung dalam angka; statusnya dapat dilacak dengan nomor"),
            Value(key=Visibility.PUBLIC, name="Semua orang: masalah dan kelurahannya, tanpa nama"),
            Value(key=Visibility.CONFIDENTIAL, name="Rahasia: hanya statusnya, dan hanya dengan nomor"),
        ],
    ),
]  # fmt: skip


@router.get("/discovery.{fmt}", responses={200: documented(Discovery, "The interfaces."), **ALWAYS})
async def discovery(asked: AskedFor, fmt: Format, query: Annotated[CityAsked, Query()]) -> Response:
    """Where the interface is and who gives keys."""
    require_city(query.jurisdiction_id)
    state = await asked.parts.states.read()
    is_synthetic = await asked.parts.database.value(IS_SYNTHETIC)
    contact = asked.parts.settings.contact
    endpoint = Endpoint(
        specification=SPECIFICATION, url=f"{asked.request.base_url}open311/v2", changeset=state.published_at,
        type="test" if is_synthetic else "production", formats=["text/xml", "application/json"],
    )  # fmt: skip
    found = Discovery(
        changeset=state.published_at, contact=contact, key_service=f"Kunci API diberikan oleh {contact}.",
        endpoints=[endpoint],
    )  # fmt: skip
    # Not kept: it names the host that was asked.
    return respond(found, fmt, PRIVATE)


@router.get("/v2/services.{fmt}", responses={200: documented(Services, "The services."), **ALWAYS})
async def services(asked: AskedFor, fmt: Format, query: Annotated[CityAsked, Query()]) -> Response:
    """Everything that can be reported: the categories whose reports are public, and what has none."""
    require_city(query.jurisdiction_id)

    async def make(state: CityState) -> bytes:
        found = await read_services(asked.parts.database)
        return write(Services(root=list(found.values())), fmt)

    return await _kept(asked, fmt, make)


@router.get(
    "/v2/services/{service_code}.{fmt}",
    responses={200: documented(Definition, "What it asks for."), **ALWAYS},
)
async def definition(asked: AskedFor, service_code: str, fmt: Format, query: Annotated[CityAsked, Query()]) -> Response:
    """What a service asks for besides the specification's own fields."""
    require_city(query.jurisdiction_id)

    async def make(state: CityState) -> bytes:
        if service_code not in await read_services(asked.parts.database):
            raise RefusedError(404, "service_code: expected one of the service list, found another")
        return write(Definition(service_code=service_code, attributes=ATTRIBUTES), fmt)

    return await _kept(asked, fmt, make)


async def read_services(database: CityDatabase) -> dict[str, Service]:
    """The services by code."""
    found = [_service(row) for row in await database.rows(CATEGORIES)]
    return {service.service_code: service for service in (*found, OTHER_SERVICE)}


def _service(row: Mapping[str, Any]) -> Service:
    name, agency = row["category_name"], row["agency_name"]
    return Service(
        service_code=row["category_code"], service_name=name, metadata=True, type="batch",
        description=f"Laporan tentang {name}. Biasanya ditangani {agency}.", keywords=row["keywords"] or name,
        group=row["pillar_name_id"],
    )  # fmt: skip


async def _kept(asked: Asked, fmt: Format, make: Callable[[CityState], Awaitable[bytes]]) -> Response:
    """An answer kept as pages are, until other figures are published."""
    state = await asked.parts.states.read()
    return await asked.parts.pages.answer(asked.request, state.version, lambda: make(state), MEDIA_TYPES[fmt])
