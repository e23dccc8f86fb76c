"""Quality of the camera reading on a folder of one camera's snapshots, with or without labels by eye.

Belongs here: reading the folder and the labels, scoring. Does not belong here: the reading itself (camera.py).
"""

from collections import Counter
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ml.vision.camera import Observation, Road, observe
from ml.vision.folder import FrameFile, frame_files
from ml.vision.health import FrameStatus
from ml.vision.lighting import Lighting
from ml.vision.road import RoiError, read_roi
from ml.vision.state import State, new_states

JAMMED_LEVEL = 3

# Rounds through a folder after which it has taught what it can.
ROUNDS = 5


class FramesError(ValueError):
    """The frames, the road or the labels to evaluate cannot be used."""

    def __init__(self, expected: str, found: str, do: str) -> None:
        super().__init__(f"expected {expected}; found {found}; {do}")


def evaluate_folder(
    frames: Path,
    zone: tzinfo,
    *,
    roi: Path | None,
    labels: Path | None,
    out: Path | None,
    since: datetime | None = None,
) -> dict[str, Any]:
    """Judge every frame of one camera by those before it, and score the density against labels.

    Args:
        frames: Folder of one camera's snapshots.
        zone: Of the camera.
        roi: JSON with the road's polygons; None learns the road.
        labels: CSV with the columns file and level (0 empty to 4 jammed); others are ignored.
        out: Where to write one row per frame: file, captured_at, status, evidence, lighting, density_share, jam_index.
        since: From when on the camera's present view counts, time-zone-aware; None where it was never turned.

    Returns:
        frames (count); status_counts (by status, those that occur) and moved (frames of another view by lighting, and
        of how many); rho (Spearman of density and level), auc (of level >= 3), labelled (labels scored),
        labels_without_density (files labelled but not measurable); day and night, the same of the frames of each;
        without_roi, all of that with the road learned, None where no road is drawn; and whole_folder, the scores of
        each frame judged by what all of them taught. rho and auc are None without labels, and where they are undefined
        because all labels are equal.

    Raises:
        FramesError: The folder holds no frame, or the road or the labels cannot be used.
    """
    files = _frames_of(frames, zone)
    road = None if roi is None else _road(roi)
    levels = None if labels is None else _levels(labels)
    state = new_states(1)[0]
    table = _table(files, _observations(state, files, road, since))
    for _ in range(ROUNDS - 1):
        _observations(state, files, road, since)
    whole = _table(files, _observations(state, files, road, since, teaches=False))
    if out is not None:
        table.to_csv(out, index=False)
    counts = Counter(table["status"])
    learned = None if road is None else _table(files, _observations(new_states(1)[0], files, None, since))
    return {
        "frames": len(table),
        "status_counts": {status.value: counts[status.value] for status in FrameStatus if counts[status.value]},
        "moved": {
            light: {"moved": int((of_light["status"] == FrameStatus.VIEW_MOVED).sum()), "frames": len(of_light)}
            for light, of_light in table.groupby("lighting")
        },
        **_scores_by_light(table, levels),
        "without_roi": None if learned is None else _scores_by_light(learned, levels),
        "whole_folder": _scores(whole, levels),
    }


def _observations(
    state: State, files: list[FrameFile], road: Road | None, since: datetime | None, *, teaches: bool = True
) -> list[Observation]:
    return [
        observe(state, file.path.read_bytes(), file.captured_at, road, since=since, teaches=teaches) for file in files
    ]


def _frames_of(folder: Path, zone: tzinfo) -> list[FrameFile]:
    expected = f"snapshots of one camera in {folder.name or folder}"
    if not folder.is_dir():
        raise FramesError(expected, "no such folder", "check the path")
    files = frame_files(folder, zone)
    if not files:
        inside = sorted(path.name for path in folder.iterdir() if path.is_dir())
        found = f"no frame, but the folders {', '.join(inside[:3])}" if inside else "no frame"
        raise FramesError(expected, found, "name the folder that holds the camera's images")
    return files


def _road(path: Path) -> Road:
    try:
        return Road.drawn(read_roi(path))
    except RoiError as error:
        raise FramesError("a usable road", str(error), "mend it or leave it out to learn the road") from error


def _levels(path: Path) -> pd.DataFrame:
    expected = f"the columns file and level (numbers) in {path.name}, one row per file"
    remedy = "mend the labels"
    try:
        labels = pd.read_csv(path, dtype={"file": str})
        labels = labels[["file", "level"]].assign(level=pd.to_numeric(labels["level"]))
    except OSError as error:
        raise FramesError(expected, f"no readable file ({error.strerror})", remedy) from error
    except (ValueError, KeyError) as error:
        raise FramesError(expected, str(error), remedy) from error
    if labels.isna().to_numpy().any() or labels["file"].duplicated().any():
        raise FramesError(expected, "an empty cell or a file labelled twice", remedy)
    return labels


def _table(files: list[FrameFile], observations: list[Observation]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "file": [file.path.name for file in files],
            "captured_at": [file.captured_at.isoformat() for file in files],
            "status": [one.verdict.status.value for one in observations],
            "evidence": [
                "; ".join(filter(None, (one.verdict.evidence, file.note)))
                for file, one in zip(files, observations, strict=True)
            ],
            "lighting": [None if one.lighting is None else one.lighting.name.lower() for one in observations],
            "density_share": [one.density_share for one in observations],
            "jam_index": [one.jam_index for one in observations],
        }
    )


def _scores_by_light(table: pd.DataFrame, levels: pd.DataFrame | None) -> dict[str, Any]:
    """Scores of all frames, and apart of those of each lighting."""
    scores = _scores(table, levels)
    for lighting in Lighting:
        light = lighting.name.lower()
        own = table[table["lighting"] == light]
        scores[light] = _scores(own, None if levels is None else levels[levels["file"].isin(own["file"])])
    return scores


def _scores(table: pd.DataFrame, levels: pd.DataFrame | None) -> dict[str, Any]:
    if levels is None:
        return {"rho": None, "auc": None, "labelled": 0, "labels_without_density": []}
    from scipy.stats import spearmanr
    from sklearn.metrics import roc_auc_score

    joined = levels.merge(table[["file", "density_share"]], on="file", how="left")
    scored = joined.dropna(subset=["density_share"])
    jammed = scored["level"] >= JAMMED_LEVEL
    varies = bool(np.ptp(scored["level"]) and np.ptp(scored["density_share"])) if len(scored) else False
    return {
        "rho": float(spearmanr(scored["density_share"], scored["level"]).statistic) if varies else None,
        "auc": float(roc_auc_score(jammed, scored["density_share"])) if jammed.any() and not jammed.all() else None,
        "labelled": len(scored),
        "labels_without_density": joined.loc[np.isnan(joined["density_share"]), "file"].tolist(),
    }
