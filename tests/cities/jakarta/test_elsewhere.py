"""Places of other cities: named in fields or in texts, they are none of ours."""

import pytest

from assets.city import CITIES
from assets.places.gazetteer import Gazetteer
from assets.places.place import Outside, Whereabouts, locate
from assets.reference import load_reference

# Another city knows other places elsewhere: tests/cities/pangkalpinang.
JAKARTA = Gazetteer(load_reference(CITIES / "jakarta"))


def place(**told):
    [found] = locate([Whereabouts(**told)], JAKARTA)
    return found


@pytest.mark.parametrize(
    ("city", "province", "is_outside"),
    [
        ("Kota Samarinda", "Kalimantan Timur", True),
        ("KOTA BEKASI", None, True),
        ("Bogor, Kab.", "Jawa Barat", True),
        ("Kab. Kutai Kartanegara", None, True),
        (None, "Kalimantan Timur", True),
        (None, "Prov. Jawa Barat", True),
        ("Tangerang", "Banten", True),
        ("Jakarta Selatan", "DKI Jakarta", False),
        ("Kota Adm. Jakarta Timur", "Daerah Khusus Ibukota Jakarta", False),
        ("KAB. ADM. KEP. SERIBU", "DKI JAKARTA", False),
        ("Kota Adm. Jakarta Timur, DKI Jakarta", None, False),
        ("Kota Bekasi, DKI Jakarta", None, True),
        ("DKI Jakarta, Kota Bekasi", None, True),
        ("Depok - Jawa Barat", None, True),
        ("Kota Administrasi Jakarta Pusat", None, False),
        ("-", "-", False),
        ("", "Tidak diketahui", False),
        (None, None, False),
    ],
)
def test_another_city_in_the_fields_outweighs_every_name(city, province, is_outside):
    found = place(
        city_name=city, province_name=province, kelurahan_name="Karang Anyar", kecamatan_name="Sawah Besar", text="Got"
    )
    assert (found.outside is Outside.FIELDS) == is_outside
    assert (found.kelurahan_code is None) == is_outside


def test_a_point_in_the_city_outweighs_the_fields():
    area = next(iter(JAKARTA.reference.kelurahan.values()))
    found = place(latitude=area.latitude, longitude=area.longitude, city_name="Kota Bekasi")
    assert (found.kelurahan_code, found.outside) == (area.code, None)


@pytest.mark.parametrize(
    "text",
    [
        "Mohon perbaikan Jalan Kahoi di Kelurahan Karang Anyar Kota Samarinda",
        "lubang besar di kelurahan karang anyar, kota samarinda",
        "Proyek pasar pagi Samarinda mangkrak",
        "Sampah menumpuk di Karang Anyar Tangerang",
        "Lampu jalan mati di Menteng, Kabupaten Bogor",
        "Lampu jalan mati di Menteng kab. Kutai Barat",
        "Jalan rusak di Kelurahan Menteng Provinsi Jawa Tengah",
        "Banjir di Bekasi, dekat Menteng",
    ],
)
def test_a_text_that_names_another_city_as_the_place_is_not_of_ours(text):
    found = place(text=text)
    assert (found.outside, found.kecamatan_code) == (Outside.TEXT, None)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Macet di Cakung arah Bekasi", "Cakung"),
        ("Bus jurusan Tangerang mogok di Kalideres", "Kalideres"),
        ("Jalan Raya Bogor berlubang di Kramat Jati", "Kramatjati"),
        ("Saya warga Depok, lampu mati di Kelurahan Tebet Timur", "Tebet Timur"),
        ("Banyak sampah di Kota Tua", "Pinangsia"),
        ("Jalan rusak di Kelurahan Kota Bambu Utara", "Kota Bambu Utara"),
        ("Gudang tanpa izin daerah Sukabumi Selatan", "Sukabumi Selatan"),
        ("Di Bekasi sudah bagus, di Tebet Timur Jakarta Selatan belum", "Tebet Timur"),
        ("pihak kabupaten tidak menjawab, got di kelurahan Tebet Timur mampet", "Tebet Timur"),
    ],
)
def test_a_city_that_is_only_mentioned_contradicts_nothing(text, name):
    found = place(text=text)
    areas = {**JAKARTA.reference.kecamatan, **JAKARTA.reference.kelurahan}
    assert found.outside is None
    assert areas[found.kelurahan_code or found.kecamatan_code].name == name


@pytest.mark.parametrize(
    "told",
    [
        {"text": "Saya dari kelurahan Gunung Lingai, jalanan licin"},
        {"text": "Got mampet di Kel. Menteng Wadas sejak lama"},
        {"text": "saya dari kelurahan gunung lingai, jalanan licin"},
        {"text": "SAYA DARI KELURAHAN GUNUNG LINGAI, JALANAN LICIN"},
        {"text": "Got Mampet Di Kelurahan Gunung Lingai Sejak Lama"},
        {"text": "got mampet di kel menteng wadas sejak lama"},
        {"text": "Saya dari kelurahan gunung lingai"},
        {"text": "Got mampet di Kecamatan Pancoran Mas sejak lama"},
        {"text": "Got mampet di Kel. Karang Anyar Kec. Sungai Kunjang"},
        {"text": "Sampah di Kelurahan Menteng Kecamatan Bogor Barat"},
        {"text": "got mampet di kel. karang anyar kec. samarinda"},
        {"text": "jalan rusak di kelurahan cipayung jaya"},
        {"text": "JALAN RUSAK DI KELURAHAN CIPAYUNG JAYA"},
        {"address": "kelurahan gunung lingai rt 3"},
        {"kelurahan_name": "Gunung Lingai", "text": "Got mampet"},
        {"kelurahan_name": "Sambutan", "kecamatan_name": "SAMARINDA ILIR", "text": "Tabung gas diambil"},
        {"kelurahan_name": "Sambutan", "text": "Tabung gas diambil"},
        {"kelurahan_name": "Karang Anyar", "kecamatan_name": "SUNGAI KUNJANG", "text": "Got mampet"},
        {
            "kelurahan_name": "Lok Bahu", "kecamatan_name": "SUNGAI KUNJANG",
            "text": "Jalan rusak di Kelurahan Karang Anyar",
        },
    ],
)  # fmt: skip
def test_a_longer_name_or_another_kecamatan_is_no_place_of_ours(told):
    assert place(**told).kecamatan_code is None


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"text": "Got mampet di Kelurahan Cideng Mohon dibantu"}, "Cideng"),
        ({"text": "Got Mampet Di Kelurahan Cideng Kecamatan Gambir"}, "Cideng"),
        ({"text": "GOT MAMPET DI KELURAHAN CIDENG SUDAH LAMA"}, "Cideng"),
        ({"text": "kelurahan cideng ada banjir"}, "Cideng"),
        ({"text": "kelurahan cideng kebanjiran lagi"}, "Cideng"),
        ({"text": "di kelurahan cideng gelap banget"}, "Cideng"),
        ({"text": "di kelurahan cideng selokannya bau"}, "Cideng"),
        ({"text": "di kelurahan cideng byk begal"}, "Cideng"),
        ({"text": "got kel cideng trims"}, "Cideng"),
        ({"text": "kelurahan cideng\nbudi santoso"}, "Cideng"),
        ({"text": "Kelurahan Cideng durasi lampu terlalu cepat"}, "Cideng"),
        ({"text": "kelurahan cideng kecamatan gambir"}, "Cideng"),
        ({"text": "kelurahan cideng, kecamatan tidak merespon"}, "Cideng"),
        ({"text": "Got mampet di Kelurahan Cideng, Kec. Tj. Priok dan Kb Jeruk"}, "Cideng"),
        ({"text": "Got mampet di Kelurahan Cideng Kecamatan Kebayoran Br"}, "Cideng"),
        ({"text": "Kelurahan Cideng Kecamatan Gambir, petugas Kecamatan belum datang"}, "Cideng"),
        ({"text": "Got mampet di Kel. Kelapa Dua Kec. Kebon Jeruk"}, "Kelapa Dua"),
        ({"text": "kelurahan cideng gambir jakarta pusat"}, "Cideng"),
        ({"text": "Got mampet di Kelurahan Cideng Jakarta Pusat"}, "Cideng"),
        ({"text": "Got mampet di Kelurahan Cideng. Petugas belum datang"}, "Cideng"),
        ({"text": "Got mampet di Kelurahan Cideng\nBudi Santoso"}, "Cideng"),
        ({"kelurahan_name": "Rambutann", "kecamatan_name": "Ciracas"}, "Rambutan"),
        ({"kelurahan_name": "Gunung", "kecamatan_name": "Kebayoran Br"}, "Gunung"),
        ({"kelurahan_name": "Cideng", "kecamatan_name": "Jakarta Pusat"}, "Cideng"),
        ({"kelurahan_name": "Cideng", "kecamatan_name": "-"}, "Cideng"),
    ],
)
def test_what_follows_a_name_without_being_part_of_it_takes_nothing_away(told, name):
    found = place(**told)
    assert JAKARTA.reference.kelurahan[found.kelurahan_code].name == name
