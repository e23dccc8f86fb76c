"""Forms that people send, with their photos: no longer than they may be, and each picture made anew.

Belongs here: reading them. Does not belong here: what their fields mean (drafts.py), what becomes of a photo
(assets/complaints/photos.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.types import Message

from portal.bounded import read_body

MOST_PHOTOS = 3
PHOTO_BYTES = 8 * 1024 * 1024
FORM_BYTES = MOST_PHOTOS * PHOTO_BYTES + 256 * 1024
FIELD_BYTES = 64 * 1024
MOST_FIELDS = 40
# Of what was sent, before it is made smaller: a bomb says more than it holds.
MOST_PIXELS = 64_000_000
# Longest side that is kept, in pixels: enough to see a hole in the road and to know the picture again.
LONGEST_SIDE = 1600
QUALITY = 82


class PhotoError(Exception):
    """A photo that cannot be taken; the text says which, counted from 1."""


@dataclass(frozen=True)
class Sent:
    """A form as it was sent.

    Attributes:
        fields: Its texts by name.
        photos: Its files, as they were sent.
    """

    fields: Mapping[str, str]
    photos: tuple[bytes, ...]


async def read_form(request: Request) -> Sent:
    """Read a form.

    Raises:
        TooLongError: It is longer than it may be.
        starlette.exceptions.HTTPException: It is no form.
    """
    body = await read_body(request, FORM_BYTES)

    async def whole() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    fields: dict[str, str] = {}
    photos: list[bytes] = []
    async with Request(request.scope, whole).form(
        max_files=MOST_FIELDS, max_fields=MOST_FIELDS, max_part_size=FIELD_BYTES
    ) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                # A field without a file is sent too.
                if content := await value.read():
                    photos.append(content)
            else:
                fields[name] = value
    return Sent(fields, tuple(photos))


def remade(photos: tuple[bytes, ...]) -> list[bytes]:
    """Make each photo anew as a JPEG: upright, no larger than needed, and without what the camera wrote into it.

    Args:
        photos: JPEG, PNG or WebP.

    Raises:
        PhotoError: There are too many, or one is too large or no picture.
    """
    if len(photos) > MOST_PHOTOS:
        raise PhotoError(str(MOST_PHOTOS + 1))
    return [_remade(content, str(number)) for number, content in enumerate(photos, start=1)]


def _remade(content: bytes, number: str) -> bytes:
    from PIL import Image, ImageOps

    if len(content) > PHOTO_BYTES:
        raise PhotoError(number)
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PhotoError(number)
            # A JPEG is decoded no larger than it is kept.
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except Exception as error:  # whatever a decoder raises, it is no picture
        raise PhotoError(number) from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # Where it was taken and by whom stands in what comes with a picture.
    upright.info.clear()
    out = BytesIO()
    upright.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
