"""Every check that a gate keeps has words in the report's languages."""

import ast
from pathlib import Path

import pytest

from assets.reports.check_words import CHECKS, NEWEST_BATCH, check_in_words, found_in_words
from assets.reports.language import language
from database.settings import PROJECT

# Where gates say what they expect; a new one is found by its literals.
EXPECTATIONS = sorted((PROJECT / "assets").glob("*/expectations.py"))
FORECAST = PROJECT / "assets" / "traffic" / "gate.py"


def subjects(path: Path) -> set[str]:
    """Subjects that a module gives its expectations; of one with a channel in it, what stands before."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Dict):
            continue
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "subject":
                first = value.values[0] if isinstance(value, ast.JoinedStr) else value
                if isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return found


def test_every_subject_of_a_gate_has_words() -> None:
    named = {subject for _, subject in CHECKS}
    of_gates = {subject for path in EXPECTATIONS for subject in subjects(path)}
    assert len(of_gates) > 10
    assert of_gates <= named
    columns = {
        str(node.args[0].value)
        for node in ast.walk(ast.parse(FORECAST.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "between"
        and isinstance(node.args[0], ast.Constant)
    }
    assert columns
    assert columns == {subject for gate, subject in CHECKS if gate == "forecast"}


@pytest.mark.parametrize(
    ("gate", "subject", "kept", "expected"),
    [
        ("sweep", "health of the cameras", "a density from at least 30% of the 3168 frames",
         "kepadatan dari sedikitnya 30% di antara 3.168 gambar"),
        ("forecast", "error_ratio", "by backtest at most 1.05 times the error of the four-week median",
         "paling banyak 1,05 kali kesalahan median empat minggu"),
        ("forecast", "coverage", "by backtest 65% of the hours in the 80 % interval",
         "sedikitnya 65% jam di dalam rentang 80%"),
        ("triage", "tracking numbers", "a tracking number for every complaint",
         "satu nomor lacak untuk setiap laporan"),
        ("intake", f"{NEWEST_BATCH}sms", "at least 50% of the records of sms with an id and a readable payload",
         "sedikitnya 50% rekaman bernomor dan terbaca"),
    ],
)  # fmt: skip
def test_what_was_expected_keeps_its_figures(gate: str, subject: str, kept: str, expected: str) -> None:
    row = {"gate": gate, "subject": subject, "passed": True, "expected": kept, "observed": "370", "evaluated_at": None}
    told = check_in_words(row, language("id"))
    assert told["expected"] == expected
    assert told["found"] == "370"
    assert "sms" not in subject or told["name"] == "Kiriman terbaru sms"


def test_an_unknown_check_or_a_missing_figure_is_told_as_it_was_kept() -> None:
    row = {
        "gate": "new",
        "subject": "thing",
        "passed": None,
        "expected": "more",
        "observed": "odd",
        "evaluated_at": None,
    }
    told = check_in_words(row, language("id"))
    assert (told["name"], told["passed"], told["expected"], told["found"]) == ("new: thing", None, "more", "odd")
    row |= {"gate": "forecast", "subject": "hours", "expected": "all hours"}
    assert check_in_words(row, language("id"))["expected"] == "all hours"


def test_what_was_found_is_put_into_words_without_its_reason() -> None:
    words = language("en")
    assert found_in_words("2 of 1268 rows against it; commonest reason: x", words) == "2 of 1,268 rows against it"
    assert found_in_words("no difference", words) == "none"
    assert found_in_words("3 of 210 tests failed", language("id")) == "3 dari 210 uji gagal"
