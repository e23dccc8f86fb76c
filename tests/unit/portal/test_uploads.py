"""Photos are made anew: upright, small, and without what the camera wrote into them."""

from io import BytesIO

import pytest
from PIL import Image

from portal.uploads import LONGEST_SIDE, MOST_PHOTOS, PHOTO_BYTES, PhotoError, remade

ORIENTATION, GPS = 0x0112, 0x8825


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **saved: object) -> bytes:
    out = BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, kind, **saved)
    return out.getvalue()


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS)[1] = "S"
    exif[0x010F] = "Kamera Budi"
    return picture(exif=exif, comment=b"Rumah Budi")


def test_a_photo_says_nothing_of_where_and_by_whom_it_was_taken() -> None:
    sent = with_exif()
    assert b"Budi" in sent
    [made] = remade((sent,))
    assert b"Budi" not in made
    with Image.open(BytesIO(made)) as kept:
        assert (kept.format, dict(kept.getexif()), kept.size) == ("JPEG", {}, (480, 640))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.slow
def test_a_large_photo_becomes_a_small_jpeg(kind: str) -> None:
    [made] = remade((picture(kind, (4000, 3000)),))
    with Image.open(BytesIO(made)) as kept:
        assert (kept.format, max(kept.size)) == ("JPEG", LONGEST_SIDE)


def bomb() -> bytes:
    """A PNG that says it is 100,000 pixels wide and high."""
    png = bytearray(picture("PNG", (8, 8)))
    png[16:24] = (100_000).to_bytes(4) * 2
    return bytes(png)


@pytest.mark.parametrize(
    "sent",
    [b"", b"no picture", picture()[:300], b" " * (PHOTO_BYTES + 1), bomb(), b"<svg onload='alert(1)'/>",
     picture("TIFF"), picture("GIF")],
    ids=["empty", "text", "torn", "large", "bomb", "svg", "tiff", "gif"],
)  # fmt: skip
def test_what_is_no_photo_is_refused_by_its_number(sent: bytes) -> None:
    with pytest.raises(PhotoError, match=r"^2$"):
        remade((picture(), sent))


def test_more_photos_than_may_be_are_refused() -> None:
    with pytest.raises(PhotoError):
        remade((picture(),) * (MOST_PHOTOS + 1))
