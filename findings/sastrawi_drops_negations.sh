#!/usr/bin/env bash
# Guess: a remover of Indonesian stop words leaves the negations, for "the lamp does not burn" and "the lamp burns" are
#   opposite reports.
# Instead: PySastrawi's list holds "tidak", "belum" and "bukan": "lampu tidak menyala" becomes "lampu menyala", and "bukan
#   parkir liar" becomes "parkir liar". It looks for words in small letters alone, so a sentence that begins with "Tidak"
#   keeps it.
# Versions: PySastrawi 1.2.1. Date: 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check PySastrawi==1.2.1

"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from Sastrawi.StopWordRemover.StopWordRemoverFactory import StopWordRemoverFactory

EXPECTED = {
    "lampu tidak menyala": "lampu menyala",
    "sampah belum diangkut": "sampah diangkut",
    "bukan parkir liar": "parkir liar",
    "Tidak ada lampu": "Tidak lampu",
}
remover = StopWordRemoverFactory().create_stop_word_remover()
found = {text: remover.remove(text) for text in EXPECTED}
print("PySastrawi", version("PySastrawi"), found)
assert found == EXPECTED, "PySastrawi removes other words now"
PYTHON
