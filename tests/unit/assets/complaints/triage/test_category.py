"""Categories by the names that channels have for them."""

import pytest

from assets.city import city_folder
from assets.complaints.triage.category import category_reader
from assets.reference import load_reference

READ = category_reader(load_reference(city_folder()))


@pytest.mark.parametrize(
    ("channel", "name", "code"),
    [
        ("lapor", "Jalan Berlubang", "jalan"),
        ("lapor", "INFRASTRUKTUR  JALAN", "jalan"),
        ("lapor", "Penerangan Jalan", "jaringan_listrik"),
        ("lapor", "Pelayanan PBG", "tata_ruang_dan_bangunan"),
        ("lapor", "Ketertiban Umum", None),
        ("lapor", "Trotoar", "trotoar"),
        ("jaki", "Trotoar", "trotoar"),
        ("jaki", "Jalan Berlubang", None),
        ("lapor", None, None),
        ("lapor", "", None),
    ],
)
def test_a_channels_own_names_mean_the_citys_categories(channel, name, code):
    assert READ(channel, name) == code
