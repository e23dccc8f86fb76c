"""The router's decisions, cold and trained."""

import subprocess
import sys

import numpy as np
import pytest

from ml.routing.classes import ReceivingClass
from ml.routing.model import ABSTAIN_BELOW, RoutingModel
from ml.routing.reports import Complaint, RoutedComplaint, read_reports


@pytest.mark.parametrize(
    ("text", "category", "expected"),
    [
        ("Jalan berlubang, motor jatuh", "Jalan", ReceivingClass.BINA_MARGA),
        ("Tiap pagi motor lawan arah", "Jalan", ReceivingClass.PERHUBUNGAN),
        ("Mobil parkir liar di trotoar", "Trotoar", ReceivingClass.PERHUBUNGAN),
        ("PKL berjualan di trotoar", "Trotoar", ReceivingClass.SATPOL_PP),
        ("Spanduk liar belum dibersihkan", "Sampah ", ReceivingClass.SATPOL_PP),
        ("Pedagang merokok di dalam pasar", None, ReceivingClass.BUMD),
        ("Bus transjakarta terlambat", "Keluhan Pelayanan", ReceivingClass.BUMD),
        ("Pohon tumbang menutup jalan", None, ReceivingClass.PERTAMANAN),
        ("Kali dangkal penuh lumpur", None, ReceivingClass.SUMBER_DAYA_AIR),
        ("Bangunan tanpa IMB tetap dibangun", None, ReceivingClass.CITATA),
        ("Sampah menumpuk, RT diam saja", None, ReceivingClass.KELURAHAN),
        ("Ada ODGJ mengamuk", None, ReceivingClass.OTHER),
    ],
)
def test_text_and_category_decide_together(model, text, category, expected):
    [routing] = model.route([Complaint(text, category)])
    assert routing.skpd_class is expected
    assert not routing.abstains


def test_the_category_is_found_in_the_text_and_kept_where_chosen(model):
    text = "Jukir memungut tarif parkir"
    found, chosen = model.route([Complaint(text), Complaint(text, "PARKIR LIAR ")])
    assert found.category == chosen.category == "Parkir Liar"
    assert chosen.category_probability > found.category_probability


@pytest.mark.parametrize("text", ["", "tolong ya pak", "lorem ipsum dolor"])
def test_without_evidence_a_person_decides(model, text):
    [routing] = model.route([Complaint(text)])
    assert routing.abstains
    assert routing.probability < ABSTAIN_BELOW


def test_the_threshold_is_the_callers(model):
    complaint = Complaint("Mobil parkir liar", "Parkir Liar")
    [routing] = RoutingModel(abstain_below=0.999).route([complaint])
    assert routing.abstains
    assert not model.route([complaint])[0].abstains


def test_probabilities_are_probabilities(model):
    complaints = [Complaint("got mampet"), Complaint("", "Jalan"), Complaint("parkir", "Naga")]
    assert model.class_probabilities(complaints).sum(axis=1) == pytest.approx(1.0)
    for routing in model.route(complaints):
        chances = [chance for _, chance in routing.top3]
        assert chances == sorted(chances, reverse=True)
        assert routing.top3[0] == (routing.skpd_class, routing.probability)
    assert model.route([]) == []


def test_the_area_says_nothing_and_an_address_does(model):
    text = "Tolong di Teluk Taman segera ditangani"
    named, unnamed = model.route([Complaint(text, location="KELURAHAN TELUK TAMAN"), Complaint(text)])
    assert named.top3 == model.route([Complaint("")])[0].top3
    assert unnamed.skpd_class is ReceivingClass.PERTAMANAN
    alley, *_ = model.route([Complaint("lampu", location="Gang Mawar RT 05 RW 03")])
    [street] = model.route([Complaint("lampu")])
    kelurahan = {name: chance for name, chance in street.top3}.get(ReceivingClass.KELURAHAN, 0.0)
    assert dict(alley.top3)[ReceivingClass.KELURAHAN] > kelurahan


def test_the_same_complaints_get_the_same_routing_in_any_company(model, write):
    routed = read_reports(write())
    complaints = [one.complaint for one in routed]
    assert model.route(complaints) == RoutingModel().route(complaints)
    assert model.route(complaints)[::-1] == [model.route([one])[0] for one in complaints[::-1]]
    first, second = (RoutingModel().fit(routed * 3).class_probabilities(complaints) for _ in range(2))
    assert np.array_equal(first, second)


def test_training_teaches_what_no_table_knows():
    lessons = [
        RoutedComplaint(f"XX{number}", Complaint(f"{word} {number}"), receiving)
        for number in range(20)
        for word, receiving in (("zorbel", ReceivingClass.SUMBER_DAYA_AIR), ("quimta", ReceivingClass.CITATA))
    ]
    before, after = RoutingModel(), RoutingModel().fit(lessons)
    asked = [Complaint("ada zorbel")]
    assert before.route(asked)[0].abstains
    assert after.route(asked)[0].skpd_class is ReceivingClass.SUMBER_DAYA_AIR
    assert after.route([]) == []


def test_too_few_complaints_teach_nothing(model):
    asked = [Complaint("ada zorbel")]
    one = RoutedComplaint("XX1", Complaint("zorbel"), ReceivingClass.CITATA)
    for lessons in ([], [one], [one] * 5):
        fitted = RoutingModel().fit(lessons)
        assert fitted.classifier_ is None
        assert fitted.route(asked) == model.route(asked)


@pytest.mark.parametrize("texts", [("", "", ""), ("", "", "zubrika"), ("!!!", "a", "zubrika muncul")])
def test_complaints_without_a_word_teach_nothing_and_hinder_nothing(texts):
    classes = (ReceivingClass.CITATA, ReceivingClass.BINA_MARGA, ReceivingClass.BINA_MARGA)
    silent = [
        RoutedComplaint(f"{text}{number}", Complaint(text), receiving)
        for number in range(5)
        for text, receiving in zip(texts, classes, strict=True)
    ]
    assert RoutingModel().fit(silent).classifier_ is None
    speaking = [
        RoutedComplaint(f"{word}{number}", Complaint(f"{word} {number}"), receiving)
        for number in range(20)
        for word, receiving in (("zorbel", ReceivingClass.SUMBER_DAYA_AIR), ("quimta", ReceivingClass.CITATA))
    ]
    [routing] = RoutingModel().fit([*silent, *speaking]).route([Complaint("ada zorbel")])
    assert routing.skpd_class is ReceivingClass.SUMBER_DAYA_AIR


def test_a_cold_start_needs_no_scikit_learn():
    program = "import sys; from ml.routing.model import RoutingModel; RoutingModel(); print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_nobody_said_yet_is_routed_as_without_lessons(model):
    said = {
        "Jalan berlubang di depan sekolah, motor jatuh": ReceivingClass.BINA_MARGA,
        "Lampu jalan padam sejak kemarin malam": ReceivingClass.BINA_MARGA,
        "Mobil parkir liar menutup gerbang warga": ReceivingClass.PERHUBUNGAN,
        "Tiap pagi motor lawan arah di sini": ReceivingClass.PERHUBUNGAN,
        "Sampah menumpuk di pinggir lapangan": ReceivingClass.KELURAHAN,
        "Got penuh dan bau di gang kami": ReceivingClass.KELURAHAN,
    }
    # What is said often says it in some words of its own.
    lessons = [
        RoutedComplaint(f"{number}-{saying}", Complaint(f"{saying} nomor {number}"), receiving)
        for saying, receiving in said.items()
        for number in range(20)
    ]
    unsaid = [
        Complaint(text) for text in ("Pohon tumbang menimpa mobil", "PKL berjualan di trotoar", "Banjir setinggi lutut")
    ]
    trained = RoutingModel().fit(lessons)
    assert [one.skpd_class for one in trained.route(unsaid)] == [one.skpd_class for one in model.route(unsaid)]
    [repeated] = trained.route([lessons[0].complaint])
    assert repeated.skpd_class is ReceivingClass.BINA_MARGA
