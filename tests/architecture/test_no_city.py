"""No code knows a city: what is a city's stands in its folder.

Belongs here: which words no code may hold. Does not belong here: what a folder has to hold (assets/cities).
"""

import re
from collections import defaultdict

from assets.city import CITIES
from database.settings import PROJECT

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
