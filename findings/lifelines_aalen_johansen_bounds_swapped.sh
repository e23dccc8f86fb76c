#!/usr/bin/env bash
# Guess: of an Aalen-Johansen estimate's confidence interval the column named "lower" lies at or below the estimate and
#   the column named "upper" at or above it, as those of the same library's Kaplan-Meier do.
# Instead: the names are exchanged. "lower" is at or above "upper" in every row; whoever plots or publishes
#   "lower 0.95" shows the upper end. The bounds themselves are right: log(-log) falls where the share rises.
# Versions: lifelines 0.30.3, pandas 2.3.3. Date: 2026-11-29.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check lifelines==0.30.3 pandas==2.3.3

"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

import numpy as np
from lifelines import AalenJohansenFitter, KaplanMeierFitter

# Forty cases, no two times equal: every fourth still open (0), the others resolved (1) or rejected (2).
times = np.arange(1.0, 41.0)
fates = np.array([0, 1, 1, 2] * 10)

print("lifelines", version("lifelines"))


def ends(fitted, estimate):
    frame = fitted.confidence_interval_
    [low] = [column for column in frame if "lower" in column]
    [high] = [column for column in frame if "upper" in column]
    rows = frame.join(estimate.rename("estimate"), how="inner").dropna()
    rows = rows[rows[low] != rows[high]]
    return rows[low], rows["estimate"], rows[high]


kaplan_meier = KaplanMeierFitter().fit(times, fates == 1)
low, estimate, high = ends(kaplan_meier, kaplan_meier.survival_function_.iloc[:, 0])
print(f"Kaplan-Meier at {low.index[9]:g}: lower {low.iloc[9]:.3f}, estimate {estimate.iloc[9]:.3f}, upper {high.iloc[9]:.3f}")
assert len(low) and ((low <= estimate) & (estimate <= high)).all()

aalen_johansen = AalenJohansenFitter().fit(times, fates, event_of_interest=1)
low, estimate, high = ends(aalen_johansen, aalen_johansen.cumulative_density_.iloc[:, 0])
print(f"Aalen-Johansen at {low.index[9]:g}: lower {low.iloc[9]:.3f}, estimate {estimate.iloc[9]:.3f}, upper {high.iloc[9]:.3f}")
assert len(low) and ((low >= estimate) & (estimate >= high)).all(), "the names of the bounds are right now"
PYTHON
