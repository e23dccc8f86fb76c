"""No code knows a city: what is a city's stands in its folder, and what tests know of that in tests/cities.

Belongs here: what neither code nor tests may hold. Does not belong here: what a folder has to hold (assets/cities).
"""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from assets.city import CITIES, read_facts
from assets.reference import CityReference, load_reference
from database.settings import PROJECT
from tests.folders import FOLDERS

ROOMS = ("command", "benchmarks", "portal", "orchestration", "assets", "ml", "database", "sample_city", "dbt_project")
ENDINGS = {".py", ".sql", ".j2", ".js", ".yml", ".po"}
# Names of the product and of channels, firms and the word of a text that hold a city's name.
PRODUCT = re.compile(
    r"jakarta[-_ ]smart[-_ ]city|jakarta_?aman|jakarta aman|transjakarta|transportasi jakarta|jakarta propertindo|"
    r"(?:model|seed|source)\.jakarta",
    re.IGNORECASE,
)
# Where a city may be named, and why.
NAMED = {
    "assets/city.py": "the city without JSC_CITY, and the country's zones",
    "assets/cities/skeleton.py": "the country's zones, and the folder that a new city begins with",
    "command/city.py": "the folder that a new city begins with",
    "database/server.py": "the name of the embedded database, which older installations have",
    "dbt_project/dbt_project.yml": "the name of the project, by which older builds are known",
    "dbt_project/profiles.yml": "the same",
    "sample_city/channels/jaki.py": "what that application writes",
}
# In tests besides: real data by their files, the mark, what dbt calls its project, and a zone of the country.
OF_TESTS = re.compile(
    r"jakarta_cctv_map_excerpt|pangkalpinang_cctv_insert|mark\.jakarta|unit_test\.jakarta|\{kind\}\.jakarta|"
    r"profile: jakarta|Asia/Jakarta"
)
# Tests that may hold a city's name, and why; its other facts none may.
TESTS_NAMED = {
    "tests/architecture/test_no_city.py": "this rule",
    "tests/conftest.py": "skips what is of a city's folder where another is served",
    "tests/integration/test_any_postgres.py": "the name of the embedded database, which older installations have",
    "tests/integration/test_backup.py": "the same",
}
# Names of areas that are words of the language too, or that the invented cities of tests have.
WORDS = {"Baru", "Tengah", "Gunung"}


def test_no_code_names_a_city() -> None:
    names = sorted(path.parent.name for path in CITIES.glob("*/city.toml"))
    assert {"jakarta", "pangkalpinang"} <= set(names)
    city = re.compile("|".join(names), re.IGNORECASE)
    found = defaultdict(list)
    for room in ROOMS:
        for file in (PROJECT / room).rglob("*"):
            name = file.relative_to(PROJECT).as_posix()
            if file.suffix not in ENDINGS or "/target/" in name or "/migrations/versions/" in name:
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
                if city.search(PRODUCT.sub("", line)):
                    found[name].append(f"{number}: {line.strip()[:80]}")
    assert not {name: lines for name, lines in found.items() if name not in NAMED}


def test_only_one_module_asks_which_city_it_is() -> None:
    asking = [
        file.relative_to(PROJECT).as_posix()
        for room in ROOMS
        for file in (PROJECT / room).rglob("*.py")
        if 'env_prefix="JSC_"' in (text := file.read_text(encoding="utf-8")) and "    city: str" in text
    ]
    assert asking == ["assets/city.py"]


def _names(reference: CityReference) -> set[str]:
    """Names of areas as they are written: capitalised, or in capitals alone."""
    kota = {
        re.sub(r"^(?:Kota|Kabupaten)(?: Administrasi)? ", "", one.kota_name) for one in reference.kecamatan.values()
    }
    areas = {one.name for one in (*reference.kecamatan.values(), *reference.kelurahan.values())}
    return {spelt for name in (kota | areas) - WORDS for spelt in (name, name.upper())}


def _facts() -> dict[str, re.Pattern[str]]:
    """What no test may hold, by its kind."""
    cities, places = [read_facts(folder) for folder in FOLDERS], [load_reference(folder) for folder in FOLDERS]
    names = sorted(set().union(*map(_names, places)), key=len, reverse=True)
    kota = {one.kota_code for reference in places for one in reference.kecamatan.values()}
    codes = [rf"{re.escape(code)}(?!\d)" for code in sorted(kota)]
    codes += [rf"{re.escape(city.code)}(?:\.\d\d){{2}}(?!\d)" for city in cities]
    said = {word for city in cities for word in city.long_name.split()} - {"Kota", "Kabupaten"}
    return {
        "area": re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)"),
        "code": re.compile(rf"(?<![\d.])(?:{'|'.join(codes)})"),
        "number": re.compile(rf"(?<![a-z])(?:{'|'.join(city.number_prefix for city in cities)})[ .-]?\d{{4}}", re.I),
        "city": re.compile("|".join(sorted(said)), re.I),
    }


FACTS = _facts()


def _held(line: str) -> set[str]:
    """Which kinds of facts a line of a test holds; what follows an escape in a text begins a word."""
    told = OF_TESTS.sub("", PRODUCT.sub("", re.sub(r"\\[nrt]", " ", line)))
    return {kind for kind, pattern in FACTS.items() if pattern.search(told)}


def test_no_test_knows_a_fact_of_a_city() -> None:
    """It belongs in tests/cities; who needs some city takes tests/served.py, tests/folders.py or invented names."""
    found = defaultdict(list)
    for file in sorted((PROJECT / "tests").rglob("*.py")):
        name = file.relative_to(PROJECT).as_posix()
        if name.startswith("tests/cities/"):
            continue
        allowed = {"city"} if name in TESTS_NAMED else set()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if held := _held(line) - allowed:
                found[name].append(f"{number}, {', '.join(sorted(held))}: {line.strip()[:80]}")
    assert not dict(found)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_fact_of_each_kind_is_found(folder: Path) -> None:
    facts, reference = read_facts(folder), load_reference(folder)
    area, kelurahan = (next(iter(one.values())) for one in (reference.kecamatan, reference.kelurahan))
    for text in (area.name, area.name.upper(), kelurahan.name, f"\\n{kelurahan.name}"):
        assert "area" in _held(f'"{text}"'), text
    for text in (area.kota_code, area.code, kelurahan.code, f"{facts.code}.99.99"):
        assert "code" in _held(f'"{text}/7"'), text
    for text in (f"{facts.number_prefix}2603010001", f"{facts.number_prefix.lower()} 260301"):
        assert "number" in _held(f'"{text}"'), text
    for text in (facts.name, facts.long_name, folder.name):
        assert "city" in _held(f'"{text}"'), text
