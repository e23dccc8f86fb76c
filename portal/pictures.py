"""The photos of before and after that a number's page shows, each under an address of its own.

Belongs here: those addresses. Does not belong here: who may see which photo (front.picture), how small they are
(ml/vision/small_picture).
"""

import hashlib

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from portal.afterwards import PICTURES
from portal.asked import AskedFor
from portal.lookup import PERIOD_S
from portal.numbers import read_typed

router = APIRouter()

# Two photos of each page, and the same again.
EACH_LOOKUP = 4
# In the reader's browser alone, and not for long: a report may become less public than it was.
KEPT = "private, max-age=3600"
_KINDS = {name: kind for kind, name in PICTURES.items()}


@router.get("/lacak/{nomor}/foto/{name}.jpg")
async def picture(asked: AskedFor, nomor: str, name: str) -> Response:
    """The photo of a report, or of the work that was done."""
    typed, kind = read_typed(nomor), _KINDS.get(name)
    if typed is None or kind is None:
        raise HTTPException(404, "expected a photo of a number, found another name")
    # Else numbers could be listed by their photos.
    if not await asked.may("picture", EACH_LOOKUP * asked.parts.settings.lookups, PERIOD_S):
        raise HTTPException(429, "expected fewer photos in ten minutes; ask again later")
    content = await asked.parts.database.value("select front.picture(%s, %s)", [typed.number, kind])
    if content is None:
        raise HTTPException(404, "expected a photo that anybody may see, found none")
    headers = {
        "cache-control": KEPT,
        "etag": f'"{hashlib.sha256(content).hexdigest()[:24]}"',
        "x-robots-tag": "noindex",
    }
    if asked.request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(bytes(content), headers=headers, media_type="image/jpeg")
