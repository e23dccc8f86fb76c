"""A small city, written as seed files and read back: three kecamatan of known names and points."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets.complaints.model import Report
from assets.complaints.triage.desk import Desk
from assets.places.gazetteer import Gazetteer
from assets.reference import CityReference, load_reference

SEEDS = {
    "kecamatan": """kecamatan_code,kecamatan_name,kota_code,kota_name,latitude,longitude
98.71.01,Kemuning,98.71,Seroja Pusat,-6.17,106.82
98.72.04,Bugenvil,98.72,Seroja Utara,-6.12,106.94
98.74.01,Teratai,98.74,Seroja Selatan,-6.23,106.85
""",
    "kelurahan": """kelurahan_code,kelurahan_name,kecamatan_code,latitude,longitude
98.71.01.1001,Kemuning,98.71.01,-6.170,106.820
98.71.01.1002,Seruni,98.71.01,-6.170,106.800
98.72.04.1003,Telukbaru,98.72.04,-6.100,106.920
98.72.04.1005,Dahlia Timur,98.72.04,-6.130,106.940
98.74.01.1001,Teratai Timur,98.74.01,-6.230,106.860
98.74.01.1006,Flamboyan,98.74.01,-6.210,106.850
98.74.01.1009,Baru,98.74.01,-6.240,106.840
""",
    "named_places": """place_name,place_kind,area_code
Gatot Subroto,road,98.74.01
Gatot Subroto,road,98.71.01
Sumarjo,road,98.74.01
Teratai Raya,road,98.74.01
Tugu Seroja,landmark,98.71.01.1001
Stasiun Teratai,landmark,98.74.01.1001
Pelabuhan,landmark,98.72.04
""",
    "skpd": """skpd_code,skpd_name,parent_skpd_code,receiving_class
kelurahan,Kelurahan,,kelurahan
biro_pemerintahan,Biro Pemerintahan,,other
dinas_perhubungan,Dinas Perhubungan,,dinas_perhubungan
up_perparkiran,UP Perparkiran,dinas_perhubungan,dinas_perhubungan
""",
    "categories": """category_code,category_name,pillar_code,skpd_code,crm_reports_2023,visibility
parkir_liar,Parkir Liar,mobility,dinas_perhubungan,4163,public
""",
    "channels": """\
channel_code,channel_name,channel_kind,is_geotagged,identifies_reporter,visibility,valid_from,valid_to
facebook,Facebook,social,false,false,public,2016-01-01,
jaki,JAKI,app,true,true,public,2019-09-27,
qlue,Qlue,app,true,true,public,2014-12-15,2021-12-31
""",
}


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    for name, text in SEEDS.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def reference(seeds: Path) -> CityReference:
    return load_reference(seeds, seeds)


@pytest.fixture
def gazetteer(reference: CityReference) -> Gazetteer:
    return Gazetteer(reference)


@pytest.fixture
def report() -> Callable[..., Report]:
    clear = Report(
        source_record_id="1",
        source_code=None,
        reported_at=datetime(2026, 10, 19, 1, tzinfo=UTC),
        reporter_name="Budi",
        reporter_contact=None,
        reporter_handle=None,
        title=None,
        description="Lampu jalan mati di depan sekolah dasar",
        address=None,
        kelurahan_name="Kemuning",
        kecamatan_name=None,
        latitude=None,
        longitude=None,
        category_name=None,
        photo_urls=(),
    )
    return lambda **changes: replace(clear, **changes)


@pytest.fixture
def desk(reference: CityReference) -> Desk:
    return Desk.of(reference)
