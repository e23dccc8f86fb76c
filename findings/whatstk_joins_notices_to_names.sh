#!/usr/bin/env bash
# Guess: whatstk finds out by itself how a WhatsApp export is written, and leaves out what WhatsApp itself says: the first
#   line, which tells that messages are encrypted, and who came and left.
# Instead: that holds where the clock has a colon (13:05). Where it has a dot, as telephones in Indonesian write it
#   (13.05), such a line and the next sender become one name: "Pesan dan panggilan ...<line break>19/10/26 13.05 - Budi".
#   Nothing is raised; who counts senders counts people who do not exist, and half of Budi's messages are not his.
# Versions: whatstk 0.9.1. Date: 2026-11-30.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check whatstk==0.9.1

"$folder/venv/bin/python" -W ignore - "$folder/chat.txt" <<'PYTHON'
import sys
from importlib.metadata import version
from pathlib import Path

from whatstk import WhatsAppChat

LINES = (
    "19/10/26 {} - Pesan dan panggilan dienkripsi secara end-to-end.",
    "19/10/26 {} - Budi: lampu mati",
    "19/10/26 {} - Siti keluar",
    "19/10/26 {} - Budi: sudah menyala",
)
found = {}
for clock in ("13:05", "13.05"):
    Path(sys.argv[1]).write_text("\n".join(LINES).replace("{}", clock) + "\n", encoding="utf-8")
    found[clock] = sorted(set(WhatsAppChat.from_source(filepath=sys.argv[1]).df["username"]))
print("whatstk", version("whatstk"), found)
assert found["13:05"] == ["Budi"], "whatstk reads clocks with a colon otherwise now"
assert found["13.05"] == [
    "Pesan dan panggilan dienkripsi secara end-to-end.\n19/10/26 13.05 - Budi",
    "Siti keluar\n19/10/26 13.05 - Budi",
], "whatstk reads clocks with a dot otherwise now"
PYTHON
