#!/usr/bin/env bash
# Guess: installing a forecasting library adds its own package; a project's folder `tests` without __init__.py, which Python
#   finds from the project's root, is imported as before.
# Instead: mlforecast 1.1.0's wheel holds `docs`, `scripts` and `tests` at its top beside its package. A package with
#   __init__.py wins over a folder without one wherever both stand in sys.path, so the project's
#   `from tests.helpers import ...` fails from then on. With an __init__.py of its own, the project's folder wins again.
# Versions: mlforecast 1.1.0. Date: 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
mkdir -p "$folder/project/tests"
echo "TOLD = 'the project'" > "$folder/project/tests/helpers.py"
cd "$folder/project"

whose() {
    "$folder/venv/bin/python" -c "from tests.helpers import TOLD; print(TOLD)" 2>&1 | tail -1 || true
}

before=$(whose)
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps mlforecast==1.1.0
after=$(whose)
"$folder/venv/bin/python" -c "
from importlib.metadata import files, version
top = sorted({file.parts[0] for file in files('mlforecast') if len(file.parts) > 1 and 'dist-info' not in file.parts[0]})
print('mlforecast', version('mlforecast'), 'installs', top)
assert top == ['docs', 'mlforecast', 'scripts', 'tests'], 'it installs other folders now'
"
touch tests/__init__.py
mended=$(whose)
printf 'before: %s\nafter: %s\nwith an __init__.py: %s\n' "$before" "$after" "$mended"
[ "$before" = "the project" ]
[ "$after" = "ModuleNotFoundError: No module named 'tests.helpers'" ] || { echo "the project's folder is found now"; exit 1; }
[ "$mended" = "the project" ]
