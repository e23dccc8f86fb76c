"""Evaluation of a folder, drawn and real."""

import json

import pandas as pd
import pytest

from assets.clock import city_zone
from ml.vision.evaluate import FramesError, evaluate_folder

COLUMNS = ["file", "captured_at", "status", "evidence", "lighting", "density_share", "jam_index"]


@pytest.fixture
def folder(tmp_path, street, jpeg):
    """Ten frames with growing traffic, one torn, one text; labels of all and of one that is absent."""
    home = tmp_path / "camera"
    home.mkdir()
    for hour in range(10):
        (home / f"2026-10-05T{8 + hour:02d}-00-00.jpg").write_bytes(jpeg(street(hour * 6, hour)))
    (home / "2026-10-05T18-00-00.jpg").write_bytes(jpeg(street(5))[:700])
    (home / "2026-10-05T19-00-00.jpg").write_text("gone")
    names = sorted(path.name for path in home.iterdir())
    levels = [min(4, number // 2) for number in range(len(names))]
    table = pd.DataFrame({"file": [*names, "absent.jpg"], "level": [*levels, 2], "remark": "x"})
    table.to_csv(tmp_path / "labels.csv", index=False)
    return home


def test_figures_and_rows(folder, tmp_path):
    out = tmp_path / "rows.csv"
    figures = evaluate_folder(folder, city_zone(), roi=None, labels=tmp_path / "labels.csv", out=out)
    assert figures["frames"] == 12
    assert figures["status_counts"] == {"not_an_image": 1, "torn": 1, "good": 10}
    assert figures["rho"] > 0.7
    assert figures["whole_folder"]["rho"] > 0.9
    assert figures["auc"] > 0.8
    assert figures["labelled"] == 7
    assert figures["labels_without_density"][3:] == [
        "2026-10-05T18-00-00.jpg",
        "2026-10-05T19-00-00.jpg",
        "absent.jpg",
    ]
    assert figures["whole_folder"]["labelled"] == 10
    assert figures["moved"] == {"day": {"moved": 0, "frames": 10}}
    assert figures["day"] == {name: figures[name] for name in ("rho", "auc", "labelled")} | {
        "labels_without_density": figures["labels_without_density"][:3]
    }
    assert figures["night"] == {"rho": None, "auc": None, "labelled": 0, "labels_without_density": []}
    assert figures["without_roi"] is None
    json.dumps(figures)
    rows = pd.read_csv(out)
    assert list(rows.columns) == COLUMNS
    assert rows["captured_at"].iloc[0] == "2026-10-05T08:00:00+07:00"
    assert rows["evidence"].notna().all()


def test_without_labels_the_scores_are_none(folder):
    figures = evaluate_folder(folder, city_zone(), roi=None, labels=None, out=None)
    assert (figures["rho"], figures["auc"]) == (None, None)


def test_equal_labels_have_no_score(folder, tmp_path):
    labels = pd.read_csv(tmp_path / "labels.csv").assign(level=1)
    labels.to_csv(tmp_path / "labels.csv", index=False)
    figures = evaluate_folder(folder, city_zone(), roi=None, labels=tmp_path / "labels.csv", out=None)
    assert (figures["rho"], figures["auc"]) == (None, None)


def test_a_roi_beside_the_frames_is_not_taken_unasked(folder):
    (folder / "roi.json").write_text("broken")
    assert evaluate_folder(folder, city_zone(), roi=None, labels=None, out=None)["frames"] == 12
    with pytest.raises(FramesError, match=r"roi\.json"):
        evaluate_folder(folder, city_zone(), roi=folder / "roi.json", labels=None, out=None)


@pytest.mark.parametrize("make", [False, True])
def test_no_frames_is_an_error_that_says_what_to_do(tmp_path, make):
    home = tmp_path / "cameras"
    if make:
        (home / "2701").mkdir(parents=True)
    with pytest.raises(FramesError, match=r"expected .*; found no .*; (check|name)"):
        evaluate_folder(home, city_zone(), roi=None, labels=None, out=None)


@pytest.mark.parametrize(
    "text", ["file,grade\na.jpg,1\n", "file,level\na.jpg,many\n", "file,level\na.jpg,\n", "file,level\na,1\na,2\n", ""]
)
def test_broken_labels_are_an_error(folder, tmp_path, text):
    (tmp_path / "labels.csv").write_text(text)
    with pytest.raises(FramesError, match="mend the labels"):
        evaluate_folder(folder, city_zone(), roi=None, labels=tmp_path / "labels.csv", out=None)


@pytest.mark.parametrize("camera", ["2701", "4703"])
@pytest.mark.parametrize(("drawn", "rho", "whole_rho"), [(True, 0.90, 0.90), (False, 0.90, 0.90)])
def test_real_labels(real_cctv, camera, drawn, rho, whole_rho):
    home = real_cctv / "lta" / camera
    roi = home / "roi.json" if drawn else None
    figures = evaluate_folder(home, city_zone(), roi=roi, labels=home / "labels.csv", out=None)
    assert figures["rho"] >= rho
    assert figures["auc"] >= 0.95
    assert figures["day"]["rho"] >= 0.80
    assert figures["night"]["rho"] >= 0.90
    assert figures["day"]["labelled"] + figures["night"]["labelled"] == figures["labelled"]
    learned = figures["without_roi"]
    assert (learned is None) is (roi is None)
    assert learned is None or learned["rho"] >= 0.85
    # The first three frames of the day and of the night have nothing before them.
    assert len(figures["labels_without_density"]) == 6
    assert figures["whole_folder"]["rho"] >= whole_rho
    assert figures["whole_folder"]["auc"] >= 0.95


def test_lighting_agrees_with_the_eye(real_cctv, tmp_path):
    for camera in ("2701", "4703"):
        home = real_cctv / "lta" / camera
        evaluate_folder(home, city_zone(), roi=None, labels=None, out=tmp_path / "rows.csv")
        both = pd.read_csv(tmp_path / "rows.csv").merge(pd.read_csv(home / "labels.csv"), on="file")
        assert ((both["lighting"] == "night") == (both["night"] == 1)).all()
