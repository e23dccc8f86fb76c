"""What is wrong with a city's areas: codes, counts, people and points.

Belongs here: those rules. Does not belong here: boundaries (outlines.py), other tables (rules.py), where a report lies
(places/).
"""

from collections.abc import Iterator

from assets.cities.area_codes import FORMS, KOTA, is_below
from assets.cities.cells import decimal, whole
from assets.cities.facts import Told
from assets.cities.faults import Fault
from assets.cities.pointers import missing_codes
from assets.cities.rows import Row
from assets.cities.tables import City
from assets.city import FACTS, Bounds

# Files whose rows have a point.
POINTED = ("kecamatan", "kelurahan", "etle_points")
CENSUSES = range(1945, 2101)
# Of more points than these, if they are most of all, the box is wrong.
MOST_OUTSIDE = 2
_MEND = f"Mend the point, or the box below [bounds] in {FACTS}"


def area_faults(city: City, told: Told) -> Iterator[Fault]:
    """Every fault of codes, counts, people and points.

    Args:
        city: The city's tables.
        told: What city.toml says, as far as it can be read.
    """
    for name in FORMS:
        if name in city:
            yield from _count(city, name, told)
    yield from _kecamatan(city, told)
    yield from _kelurahan(city)
    yield from _people(city, told.code)
    box = told.bounds
    if box is not None and (turned := list(_turned(box))):
        yield from turned
        box = None
    yield from _points(city, box)


def _count(city: City, name: str, told: Told) -> Iterator[Fault]:
    wanted, count = getattr(told, name), _told_of(city, name)
    # Those to which others point are told by their codes.
    if wanted is None or wanted in (count, count + len(missing_codes(city, name))):
        return
    remedy = f"Add the missing {name}, or mend {name} below [counts]" if count < wanted else "Count again"
    yield Fault(f"{name}.csv", 0, "", f"{wanted} {name}, as {FACTS} says", str(count), remedy)


def _told_of(city: City, name: str) -> int:
    """How many areas a table has: each code once, and rows whose code is missing."""
    code = f"{name}_code"
    return len(city.codes(name, code)) + sum(not row[code] for row in city[name])


def _kecamatan(city: City, told: Told) -> Iterator[Fault]:
    rows, code = city["kecamatan"], told.code
    elsewhere = [row for row in rows if code and row["kota_code"] and not is_below(row["kota_code"], code)]
    if code and len(elsewhere) == len(rows) > 1:
        found = ", ".join(sorted({row["kota_code"] for row in rows}))
        yield Fault(FACTS, 0, "code", f"the code that kecamatan.csv has ({found})", code, "Mend the code")
    else:
        for row in elsewhere:
            expected = f"the city's own code {code}, or one that begins with it"
            yield Fault("kecamatan.csv", row.line, "kota_code", expected, row["kota_code"], "Mend the code")
        rows = tuple(row for row in rows if row not in elsewhere)
    for row in rows:
        if row["kecamatan_code"] and row["kota_code"] and not _belongs("kecamatan", row, "kota_code"):
            expected = f"a code such as {row['kota_code']}.01"
            yield Fault("kecamatan.csv", row.line, "kecamatan_code", expected, row["kecamatan_code"], "Mend the code")
    if told.kelurahan is None or _told_of(city, "kelurahan") >= told.kelurahan:
        # Else kelurahan are missing, which is told as that.
        yield from _inhabited(city)


def _belongs(name: str, row: Row, above: str) -> bool:
    code = row[f"{name}_code"]
    return bool(FORMS[name].fullmatch(code)) and code.rpartition(".")[0] == row[above]


def _inhabited(city: City) -> Iterator[Fault]:
    """A kecamatan has a kelurahan; one without is most likely a code that its kelurahan write otherwise."""
    inhabited = city.codes("kelurahan", "kecamatan_code") | {
        code[:8] for code in city.codes("kelurahan", "kelurahan_code")
    }
    alone = [
        row for row in city["kecamatan"]
        if FORMS["kecamatan"].fullmatch(row["kecamatan_code"]) and row["kecamatan_code"] not in inhabited
    ]  # fmt: skip
    if inhabited and len(missing_codes(city, "kecamatan")) < len(alone):
        for row in alone:
            remedy = "Add its kelurahan"
            yield Fault("kecamatan.csv", row.line, "kecamatan_code", "a kelurahan in it", "none", remedy)


def _kelurahan(city: City) -> Iterator[Fault]:
    known = city.codes("kecamatan", "kecamatan_code")
    for row in city["kelurahan"]:
        code, above = row["kelurahan_code"], row["kecamatan_code"]
        # One that points nowhere is told as that.
        if code and above and not _belongs("kelurahan", row, "kecamatan_code") and not (known and above not in known):
            yield Fault(
                "kelurahan.csv", row.line, "kelurahan_code", f"a code such as {above}.1001", code, "Mend the code"
            )


def _people(city: City, of_city: str | None) -> Iterator[Fault]:
    """Each kota has its people, of which the rates of the city are made."""
    if not {"population", "kecamatan"} <= city.keys():
        return
    told = {row["kota_code"]: row for row in city["population"]}
    codes = city.codes("kecamatan", "kota_code")
    # A kota of another city is told among the kecamatan.
    wanted = {code for code in codes if KOTA.fullmatch(code) and (of_city is None or is_below(code, of_city))}
    strange = [row for code, row in told.items() if wanted and code not in codes]
    missing = sorted(wanted - city.codes("population", "kota_code"))
    for row in strange:
        expected = missing.pop(0) if missing else "a kota_code of kecamatan.csv"
        yield Fault("population.csv", row.line, "kota_code", expected, row["kota_code"], "Mend the code")
    for code in missing:
        yield Fault("population.csv", 0, "kota_code", f"the people of {code}", "no row", "Add one, with its census")
    for row in city["population"]:
        people, year = whole(row["population"]), whole(row["census_year"])
        if people is not None and people <= 0:
            remedy = "Write how many live there"
            yield Fault("population.csv", row.line, "population", "people", row["population"], remedy)
        if year is not None and year not in CENSUSES:
            expected = f"a year from {CENSUSES.start} to {CENSUSES.stop - 1}"
            yield Fault("population.csv", row.line, "census_year", expected, row["census_year"], "Mend the year")


def _turned(box: Bounds) -> Iterator[Fault]:
    for low, high in (("south", "north"), ("west", "east")):
        least, most = getattr(box, low), getattr(box, high)
        if least >= most:
            expected = f"a {low} below the {high} ({most})"
            remedy = "Mend the box; west and south are smaller, and points are held against it then"
            yield Fault(FACTS, 0, f"bounds.{low}", expected, str(least), remedy)


def _points(city: City, box: Bounds | None) -> Iterator[Fault]:
    faults = [fault for name in POINTED for row in city[name] for fault in _point(name, row, box)]
    outside = [fault for fault in faults if fault.remedy == _MEND]
    count = sum(read_point(row) is not None for name in POINTED for row in city[name])
    if len(outside) > max(MOST_OUTSIDE, count / 2):
        # The box, and not so many points.
        found = f"{len(outside)} of {count} outside, the first in {outside[0].file}, line {outside[0].line}"
        yield Fault(FACTS, 0, "bounds", "a box that holds the points", found, "Mend the box, or the points")
        faults = [fault for fault in faults if fault not in outside]
    yield from faults


def _point(name: str, row: Row, box: Bounds | None) -> Iterator[Fault]:
    if not row["latitude"] or not row["longitude"]:
        yield Fault(f"{name}.csv", row.line, "latitude, longitude", "a point", "none", "Fill in a point inside it")
        return
    point = read_point(row)
    if point is None or box is None or _holds(box, *point):
        return
    latitude, longitude = point
    swapped = _holds(box, longitude, latitude)
    expected = f"a point from {box.south} to {box.north} north and {box.west} to {box.east} east"
    remedy = "Swap latitude and longitude" if swapped else _MEND
    yield Fault(f"{name}.csv", row.line, "latitude, longitude", expected, f"{latitude}, {longitude}", remedy)


def read_point(row: Row) -> tuple[float, float] | None:
    """Latitude and longitude of a row; None where it has none that can be read."""
    latitude, longitude = decimal(row["latitude"]), decimal(row["longitude"])
    return None if latitude is None or longitude is None else (latitude, longitude)


def _holds(box: Bounds, latitude: float, longitude: float) -> bool:
    return box.south <= latitude <= box.north and box.west <= longitude <= box.east
