"""Which city an installation serves, and what its city.toml may say."""

import re
import shutil
from pathlib import Path

import pytest

from assets.city import CityError, CitySettings, dbt_environment, folder_of, read_facts
from database.settings import PROJECT
from tests.folders import LARGEST, SMALLEST


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LARGEST, tmp_path / "kota"))


def test_a_city_is_found_by_name_and_by_path(elsewhere: Path) -> None:
    assert folder_of(LARGEST.name) == LARGEST
    assert folder_of(str(elsewhere)) == elsewhere


@pytest.mark.parametrize("chosen", ["atlantis", "indonesia", "/nowhere", ""])
def test_what_is_no_city_is_refused_with_what_to_do(chosen: str) -> None:
    with pytest.raises(CityError, match=rf"Expected in JSC_CITY .*{LARGEST.name}.*found .* Mend JSC_CITY"):
        folder_of(chosen)


def test_the_variable_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSC_CITY", SMALLEST.name)
    assert CitySettings().city == SMALLEST.name
    monkeypatch.delenv("JSC_CITY")
    assert folder_of(CitySettings().city).is_dir()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('time_zone = ".+"', 'time_zone = "Asia/Singapore"', "time_zone: input should be .*'Asia/Makassar'"),
        ('code = ".+"', 'code = "98.7"', "code: .*found '98.7'"),
        ('number_prefix = ".+"', 'number_prefix = "xx"', "number_prefix: .*found 'xx'"),
        ("south = .+", "south = -96.4", "bounds.south: .*found -96.4"),
        ("has_odd_even = .+", "", "has_odd_even: field required"),
        ('language = "id"', 'language = "id"\nmayor = "x"', "mayor: extra inputs"),
        (r"\[bounds\]", "[bounds", "expected a TOML file in UTF-8"),
    ],
)
def test_a_fault_of_the_facts_is_named(elsewhere: Path, old: str, new: str, said: str) -> None:
    file = elsewhere / "city.toml"
    text = file.read_text(encoding="utf-8")
    changed, found = re.subn(rf"^{old}$", new, text, flags=re.MULTILINE)
    assert found == 1
    file.write_text(changed, encoding="utf-8")
    with pytest.raises(CityError, match=rf"city\.toml: {said}"):
        read_facts(elsewhere)


def test_every_fault_of_the_facts_is_named_at_once(elsewhere: Path) -> None:
    (elsewhere / "city.toml").write_text('code = "x"\nlanguage = "nl"\n', encoding="utf-8")
    with pytest.raises(CityError, match=r"code: .*; name: field required.*language: ") as caught:
        read_facts(elsewhere)
    assert str(caught.value).count("field required") == 10


def test_dbt_reads_the_copy_of_the_project_that_it_is_run_in() -> None:
    named = dbt_environment()["JSC_CITY_FOLDER"]
    assert not Path(named).is_absolute()
    assert (PROJECT / "dbt_project" / named / "city.toml").is_file()
