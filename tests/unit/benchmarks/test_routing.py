"""The routing benchmark: honest confusion, phrases that no lesson holds, curves that end where the bar is passed."""

import csv
from pathlib import Path

import pytest

from benchmarks.routing import BAR, CONFUSED, NoCasesError, _confused, _curve, _is_unheard, _of_cases, synthetic
from ml.routing.vocabulary import read_vocabulary


@pytest.mark.slow
def test_a_share_of_the_lessons_is_handled_by_another_agency_that_receives_the_category() -> None:
    told = synthetic(days=2)
    routed = _confused(told)
    wrong = [(one, by) for one, by in zip(told, routed, strict=True) if by.skpd_class is not one.receiving]
    assert len(wrong) / len(told) == pytest.approx(CONFUSED, abs=0.04)
    receives = {one.name: {one.usual, *one.sometimes} for one in read_vocabulary().categories}
    shared = [(one, by) for one, by in wrong if len(receives[one.category] - {None, one.receiving}) > 0]
    assert shared
    assert all(by.skpd_class in receives[one.category] for one, by in shared)


@pytest.mark.slow
def test_a_phrase_is_heard_or_unheard_in_every_run() -> None:
    phrases = sorted({one.phrase for one in synthetic(days=1)})
    unheard = [phrase for phrase in phrases if _is_unheard(phrase)]
    assert 0.15 < len(unheard) / len(phrases) < 0.45


def test_the_bar_is_passed_from_the_rows_on_after_which_it_is_never_missed() -> None:
    values = {0: BAR + 0.01, 10: BAR - 0.01, 20: BAR, 40: BAR + 0.02}
    lines = list(_curve(tuple(values), lambda rows: [values[rows], 0.0], ("a", "b"), 40, lambda _: None))
    assert lines[-2].endswith("a: from 20 rows on")
    assert lines[-1].endswith("b: not with 40 rows")


def test_labelled_cases_of_any_city_teach_their_agencies(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("complaint_type", "descriptor", "category", "agency_name"))
        rows.writerows(("Sewer", f"odor {number}", "", "Sewers") for number in range(60))
        rows.writerows(("Parking", f"meter {number}", "", "Streets") for number in range(60))
    *_, last = _of_cases(path, lambda _: None)
    assert "passed, agencies: from 50 rows on" in last
    path.write_text("descriptor\nodor\n", encoding="utf-8")
    with pytest.raises(NoCasesError, match="complaint_type"):
        list(_of_cases(path, lambda _: None))
