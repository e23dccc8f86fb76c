#!/usr/bin/env bash
# Guess: the features that SIFT finds in a mirror image lie where the mirror puts those of the image: at width - 1 - x.
# Instead: they lie half a pixel further right. As it is made by default, OpenCV's SIFT doubles the image without regard to
#   the middle of its pixels, so that every feature lies a quarter of a pixel right of where it is, and a mirror
#   doubles that. With enable_precise_upscale=True, which is off by default, the guess holds.
# Versions: opencv-python-headless 5.0.0.93. Date: 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check opencv-python-headless==5.0.0.93

"$folder/venv/bin/python" - <<'PYTHON'
import cv2
import numpy as np

rng = np.random.default_rng(0)
picture = cv2.GaussianBlur(rng.integers(0, 255, (270, 480)).astype(np.uint8), (0, 0), 3)
picture = cv2.normalize(picture, None, 0, 255, cv2.NORM_MINMAX)
apart = {}
for is_precise in (False, True):
    sift = cv2.SIFT.create(500, enable_precise_upscale=is_precise)
    here = np.array([feature.pt for feature in sift.detect(picture)])
    mirrored = np.array([feature.pt for feature in sift.detect(np.ascontiguousarray(picture[:, ::-1]))])
    here[:, 0] = picture.shape[1] - 1 - here[:, 0]
    distances = np.linalg.norm(here[:, None] - mirrored, axis=2)
    same = distances.min(axis=1) < 1
    assert same.sum() > 300
    moved = np.median((mirrored[distances.argmin(axis=1)] - here)[same], axis=0)
    apart[is_precise] = [round(float(value), 1) + 0.0 for value in moved]
print("OpenCV", cv2.__version__, "further right and down, pixels:", apart)
assert apart == {False: [0.5, 0.0], True: [0.0, 0.0]}, "SIFT is as symmetric as guessed now"
PYTHON
