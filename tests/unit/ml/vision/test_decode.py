"""Bytes to a grey frame, or the reason why not."""

import struct

import cv2
import numpy as np
import pytest

from ml.vision.decode import (
    FRAME_COLUMNS,
    FRAME_ROWS,
    PHOTO_WIDTH,
    NotAnImageError,
    TornError,
    decode_frame,
    decode_photo,
    header_size,
)


@pytest.mark.parametrize("size", [(352, 288), (640, 360), (1280, 720), (1664, 1248), (1920, 1080), (40, 30)])
def test_every_resolution_comes_to_the_working_width_with_its_aspect(jpeg, size):
    width, height = size
    picture = np.tile(np.linspace(0, 255, width).astype(np.uint8), (height, 1))
    grey = decode_photo(jpeg(picture))
    assert grey.dtype == np.uint8
    assert grey.shape == (round(height * PHOTO_WIDTH / width), PHOTO_WIDTH)
    assert np.abs(grey.mean(axis=0) - np.linspace(0, 255, PHOTO_WIDTH)).max() < 8


@pytest.mark.parametrize("size", [(352, 288), (1280, 720), (1664, 1248), (40, 30)])
def test_every_frame_has_one_shape(jpeg, size):
    width, height = size
    picture = np.tile(np.linspace(0, 255, width).astype(np.uint8), (height, 1))
    grey = decode_frame(jpeg(picture))
    assert grey.dtype == np.uint8
    assert grey.shape == (FRAME_ROWS, FRAME_COLUMNS)
    assert np.abs(grey.mean(axis=0) - np.linspace(0, 255, FRAME_COLUMNS)).max() < 8


@pytest.mark.parametrize("extra", [[cv2.IMWRITE_JPEG_PROGRESSIVE, 1], [cv2.IMWRITE_JPEG_RST_INTERVAL, 4]])
def test_progressive_and_restart_jpegs_decode(street, extra):
    content = cv2.imencode(".jpg", street(5), extra)[1].tobytes()
    assert header_size(content) == (640, 360)
    assert decode_photo(content).shape == (270, 480)


@pytest.mark.parametrize("before", [b"\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n\r\n"])
def test_blank_bytes_before_the_picture_are_no_part_of_it(street, jpeg, before):
    whole = jpeg(street(5))
    assert (decode_frame(before + whole) == decode_frame(whole)).all()


def test_a_comment_that_is_longer_than_it_says_hides_no_picture(street, jpeg):
    whole = jpeg(street(5))
    lying = whole[:2] + b"\xff\xfe\x00\x04" + b"a camera's own words" + whole[2:]
    assert (decode_frame(lying) == decode_frame(whole)).all()


def test_a_height_that_stands_behind_the_scan_is_the_pictures(street, jpeg):
    whole = jpeg(street(5))
    place = whole.index(b"\xff\xc0") + 5
    height = whole[place : place + 2]
    late = whole[:place] + bytes(2) + whole[place + 2 : -2] + b"\xff\xdc\x00\x04" + height + whole[-2:]
    assert header_size(late) == header_size(whole)
    assert (decode_frame(late) == decode_frame(whole)).all()


def test_colour_and_png_decode(street):
    colour = cv2.cvtColor(street(5), cv2.COLOR_GRAY2BGR)
    for kind in (".jpg", ".png"):
        assert decode_photo(cv2.imencode(kind, colour)[1].tobytes()).shape == (270, 480)


@pytest.mark.parametrize(
    "content", [b"", b"This is not a JPEG.\n", b"<html>403</html>", b"GIF89a\x01\x00", b"\xff\xd8"]
)
def test_other_content_is_no_image(content):
    with pytest.raises(NotAnImageError):
        decode_photo(content)


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.5, 0.9, 0.999])
def test_a_cut_jpeg_is_torn_wherever_it_is_cut(street, jpeg, kept):
    whole = jpeg(street(10))
    with pytest.raises(TornError):
        decode_photo(whole[: int(len(whole) * kept)])


def test_zeros_to_the_end_of_a_jpeg_are_torn(street, jpeg):
    whole = jpeg(street(10))
    with pytest.raises(TornError):
        decode_photo(whole[: len(whole) // 2] + bytes(len(whole) // 2))


def test_a_cut_png_is_torn(street):
    whole = cv2.imencode(".png", street(10))[1].tobytes()
    for kept in (20, len(whole) // 2):
        with pytest.raises(TornError):
            decode_photo(whole[:kept])


def test_padding_after_the_picture_is_no_damage(street, jpeg):
    assert decode_photo(jpeg(street(3)) + bytes(300)).shape == (270, 480)


def test_a_giant_is_refused_by_its_header_alone(street, jpeg):
    whole = bytearray(jpeg(street(0)))
    start = whole.index(b"\xff\xc0")
    whole[start + 5 : start + 9] = struct.pack(">HH", 6000, 8000)
    assert header_size(bytes(whole)) == (8000, 6000)
    with pytest.raises(NotAnImageError, match="8000x6000"):
        decode_photo(bytes(whole))


@pytest.mark.parametrize(("width", "height"), [(1, 25_000), (25_000, 1), (10, 19_000), (1, 1_000_000)])
def test_a_line_of_pixels_is_refused(width, height):
    line = cv2.imencode(".png", np.zeros((height, width), np.uint8))[1].tobytes()
    with pytest.raises(NotAnImageError, match="over 20000"):
        decode_photo(line)


def test_a_page_of_a_telephone_keeps_its_shape():
    page = cv2.imencode(".png", np.zeros((12_000, 720), np.uint8))[1].tobytes()
    assert decode_photo(page).shape == (8_000, 480)
