"""The decoders are silent, everybody else is heard."""

import os
import threading

import cv2
import numpy as np
import pytest

from assets.cctv.decoder_noise import without_decoder_noise


@pytest.fixture(scope="module")
def torn() -> np.ndarray:
    view = np.random.default_rng(1).integers(0, 255, (240, 320), dtype=np.uint8)
    whole = cv2.imencode(".jpg", view)[1].tobytes()
    return np.frombuffer(whole[: len(whole) // 2] + b"\xff\xd9", dtype=np.uint8)


def test_a_damaged_jpeg_is_decoded_in_silence(torn, capfd):
    cv2.imdecode(torn, cv2.IMREAD_GRAYSCALE)
    assert "Corrupt JPEG data" in capfd.readouterr().err
    with without_decoder_noise():
        cv2.imdecode(torn, cv2.IMREAD_GRAYSCALE)
    assert capfd.readouterr().err == ""


def test_stderr_is_back_after_an_error(capfd):
    with pytest.raises(ValueError, match="broken"), without_decoder_noise():
        raise ValueError("broken")
    os.write(2, b"heard\n")
    assert capfd.readouterr().err == "heard\n"


def test_what_another_thread_writes_meanwhile_is_not_lost(torn, capfd):
    with without_decoder_noise():
        other = threading.Thread(target=os.write, args=(2, b"another thread\n"))
        other.start()
        other.join()
        cv2.imdecode(torn, cv2.IMREAD_GRAYSCALE)
    assert capfd.readouterr().err == "another thread\n"
