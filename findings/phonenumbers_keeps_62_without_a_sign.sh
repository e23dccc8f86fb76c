#!/usr/bin/env bash
# Guess: phonenumbers.parse(text, "ID") takes the country code off a number that is written without its sign, as CSV
#   exports, WhatsApp (wa_id) and SMS gateways write it: 62 21 0000 0001 and +62 21 0000 0001 are one number.
# What happens: it does so only where the rest is a number that it knows as valid. Elsewhere (an area or a block that its
#   rules do not list, as of a new operator) the 62 stays within the national number: the same person becomes two,
#   +6262210000001 and +62210000001, and is_possible_number() is true of both. The IDD prefix 00, which people of other
#   countries write, is none of Indonesia's and stays too.
# Versions: phonenumbers 9.0.43, Python 3.11. Date: 2026-11-28.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import phonenumbers

print("phonenumbers", phonenumbers.__version__)
EXPECTED = {
    "6281200000001": ("+6281200000001", True),
    "+62210000001": ("+62210000001", True),
    "62210000001": ("+6262210000001", True),
    "006281200000001": ("+62006281200000001", True),
}
seen = {}
for text in EXPECTED:
    number = phonenumbers.parse(text, "ID")
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    seen[text] = (e164, phonenumbers.is_possible_number(number))
    print(f"{text:>16} -> {e164}, possible: {seen[text][1]}")
sys.exit(seen != EXPECTED)
PYTHON
