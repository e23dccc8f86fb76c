"""The evaluation of a file: figures, leakage, files that cannot be used, and the bar on real complaints."""

import json

import pytest

from ml.routing.classes import ReceivingClass
from ml.routing.evaluate import HALVES, evaluate_reports, half_of, leave_one_out
from ml.routing.reports import ReportsError, read_reports


def test_rows_are_read_as_written(write):
    routed = read_reports(write())
    assert [one.skpd_class for one in routed] == [
        ReceivingClass.BINA_MARGA,
        ReceivingClass.BINA_MARGA,
        ReceivingClass.PERHUBUNGAN,
        ReceivingClass.PERHUBUNGAN,
        ReceivingClass.KELURAHAN,
        ReceivingClass.OTHER,
    ]
    assert routed[1].complaint.text == "aspal rusak parah\ntolong diperbaiki"
    assert routed[4].complaint.text == 'sampah "numpuk" seminggu'


def test_figures_of_a_file(write):
    figures = evaluate_reports(write(), train=None)
    assert figures["rows"] == 6
    assert figures["trained_on"] == 0
    assert figures["accuracy"] == figures["macro_f1"] == figures["top3"] == 1.0
    assert figures["coverage"] == {"1.0": 1.0, "0.9": 1.0, "0.8": 1.0, "0.5": 1.0}
    assert figures["confusion"]["dinas_bina_marga"] == {"dinas_bina_marga": 2}
    json.dumps(figures)


def test_what_is_judged_teaches_nothing(write):
    """Number or text alone betrays the answer; a wrong answer in the training changes no figure."""
    judged = write()
    others = [
        f"XX{number}\t{text} ke {number}\tKELURAHAN SERUNI\tJalan\t{agency}"
        for number in range(10, 20)
        for text, agency in (("zorbel", "KELURAHAN"), ("quimta", "DINAS PERHUBUNGAN"))
    ]
    clean = evaluate_reports(judged, train=write(others, name="clean.tsv"))
    poison = [
        "XX1\tquimta\tKELURAHAN SERUNI\tJalan\tDinas Sosial",
        "XX99\tmotor lawan arah tiap pagi\tKELURAHAN KANTIL\tJalan\tDinas Sosial",
    ]
    assert evaluate_reports(judged, train=write([*others, *poison], name="poisoned.tsv")) == clean
    assert clean["trained_on"] == 20
    with pytest.raises(ReportsError, match="at least one complaint"):
        evaluate_reports(judged, train=judged)


def test_leave_one_out_judges_every_row(write):
    figures = leave_one_out(write())
    assert figures["rows"] == 6
    assert figures["top3"] == 1.0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "none named report_id"),
        (b"report_id,description,location,category,skpd\n", "tab-separated"),
        (b"report_id\tdescription\tlocation\tcategory\tskpd\n", "at least one complaint"),
        (b"report_id\tdescription\tlocation\tcategory\tskpd\nXX1\trahasia\tx\n", "line 2.*no category and no skpd"),
        (b"report_id\tdescription\tlocation\tcategory\tskpd\nXX1\trahasia\tx\tJalan\t \n", "line 2.*no skpd"),
        (b"report_id\tdescription\tlocation\tcategory\tskpd\nXX1\t\xff\xfe\n", "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path, content, message):
    path = tmp_path / "reports.tsv"
    path.write_bytes(content)
    with pytest.raises(ReportsError, match=message) as refused:
        evaluate_reports(path, train=None)
    assert "rahasia" not in str(refused.value)


def test_a_mark_carriage_returns_and_further_columns_change_nothing(write, tmp_path):
    plain = write()
    lines = plain.read_text(encoding="utf-8").splitlines()
    odd = tmp_path / "odd.tsv"
    odd.write_bytes("\r\n".join(f"{line}\tx" for line in lines).encode("utf-8-sig"))
    assert read_reports(odd) == read_reports(plain)


def test_halves_are_of_the_text_alone_and_add_up(write):
    figures = evaluate_reports(write(), train=None)
    halves = figures["halves"]
    assert sum(half["rows"] for half in halves.values()) == figures["rows"]
    assert set(halves) <= set(HALVES)
    assert half_of("jalan rusak") == half_of("jalan rusak")
    assert {half_of(f"jalan rusak {number}") for number in range(20)} == set(HALVES)
    header, *rows = write().read_text(encoding="utf-8").splitlines()
    assert evaluate_reports(write(rows[::-1], header, "reordered.tsv"), train=None)["halves"] == halves


def test_the_bar_on_real_complaints(real):
    """The errors of one half were read, those of the other never: both halves pass."""
    figures = evaluate_reports(real / "complaints" / "crm" / "reports.tsv", train=None)
    assert figures["rows"] == 76
    assert figures["accuracy"] >= 0.78
    assert figures["macro_f1"] >= 0.65
    assert figures["top3"] >= 0.9
    assert figures["answered_accuracy"] > figures["accuracy"]
    assert figures["category_accuracy"] >= 0.5
    assert figures["halves"]["unread"]["rows"] == 38
    assert all(half["accuracy"] >= 0.78 for half in figures["halves"].values())
