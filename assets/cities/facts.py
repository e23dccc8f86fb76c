"""What city.toml says, field by field: one that cannot be read leaves the others to be checked.

Belongs here: reading the file for the check, and its faults. Does not belong here: what a field may say
(assets/city.py), what the tables make of it (areas.py, odd_even.py).
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from assets.cities.faults import Fault
from assets.city import CITIES, FACTS, WORDS_ARE, AreaCounts, Bounds, CityFacts

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# Fields that say how they are written less plainly by themselves.
EXPECTED = {
    "code": "the ministry's code of a province (31), or of a kota or kabupaten (72.71)",
    "number_prefix": "two capitals, such as JK",
    "domain": "the name of the government's site without https:// and path, such as kota.go.id",
    **dict.fromkeys(("name", "long_name", "government", "publisher"), WORDS_ARE),
}
# What is not checked as long as a field cannot be read.
RESTING = {
    "code": "whether areas are of the city",
    "bounds": "where points lie",
    "counts": "how many areas there are",
    "has_odd_even": "odd-even",
}
_WAITS = "; until then nothing tells {}"


class Told(BaseModel):
    """What the tables are held against; None where city.toml does not say it."""

    model_config = ConfigDict(frozen=True)

    code: str | None = None
    number_prefix: str | None = None
    has_odd_even: bool | None = None
    bounds: Bounds | None = None
    kecamatan: int | None = None
    kelurahan: int | None = None


def read_told(folder: Path) -> tuple[Told, list[Fault]]:
    """Read a folder's city.toml.

    Args:
        folder: Of the city.

    Returns:
        What it says, and what is wrong with it.
    """
    waits = _WAITS.format(", ".join(RESTING.values()))
    try:
        text = (folder / FACTS).read_bytes().decode("utf-8-sig")
        said = tomllib.loads(text)
        if not said:
            return Told(), [
                Fault(FACTS, 0, "", "what the city says", "nothing", f"Fill it in; jsc city new writes one{waits}")
            ]
    except OSError:
        return Told(), [Fault(FACTS, 0, "", "the file", "none", f"Add it; jsc city new writes one{waits}")]
    except ValueError as error:
        expected = "TOML in UTF-8 that says each thing once"
        return Told(), [Fault(FACTS, 0, "", expected, str(error), f"Mend that line{waits}")]
    try:
        told, faults = _told(CityFacts.model_validate(said)), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
        told, faults = _sound(said, errors), [_fault(text, one) for one in _own(errors)]
    return told, [*faults, *_prefix_of_another(folder, told)]


def _told(facts: CityFacts) -> Told:
    return Told(
        code=facts.code,
        number_prefix=facts.number_prefix,
        has_odd_even=facts.has_odd_even,
        bounds=facts.bounds,
        **facts.counts.model_dump(),
    )


def _sound(said: Mapping[str, Any], errors: "list[ErrorDetails]") -> Told:
    """The fields without a fault."""
    # What is too much leaves the rest of its table as it is.
    broken = [one["loc"] for one in errors if one["type"] != "extra_forbidden"]
    counts = {
        field: said["counts"][field] for field in AreaCounts.model_fields if not _is_broken(broken, "counts", field)
    }
    plain = ("code", "number_prefix", "has_odd_even")
    fields = {field: said[field] for field in plain if not _is_broken(broken, field)} | counts
    if not any(place[0] == "bounds" for place in broken):
        fields["bounds"] = {side: said["bounds"][side] for side in Bounds.model_fields}
    return Told(**fields)


def _is_broken(broken: Sequence[tuple[int | str, ...]], *place: str) -> bool:
    """Whether a field or what it stands in has a fault."""
    return any(place[: len(one)] == one for one in broken)


def _own(errors: "list[ErrorDetails]") -> "Iterator[ErrorDetails]":
    """Errors without the one of a field that is missing where it should be because it stands below a heading."""
    below = {one["loc"][-1] for one in errors if one["type"] == "extra_forbidden" and len(one["loc"]) > 1}
    return (one for one in errors if not (one["type"] == "missing" and one["loc"][0] in below))


def _fault(text: str, fault: "ErrorDetails") -> Fault:
    field, last = ".".join(str(part) for part in fault["loc"]), str(fault["loc"][-1])
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if line.split("=")[0].strip() == last]
    expected = EXPECTED.get(field) or fault["msg"].removeprefix("Input should be ")
    found, remedy = repr(fault["input"]), "Mend it; assets/city.py describes each field"
    if fault["type"] == "missing":
        expected, found, remedy = "the field", "none", "Fill it in"
    elif fault["type"] == "extra_forbidden":
        expected, is_lost = "no such field", len(fault["loc"]) > 1 and last in CityFacts.model_fields
        remedy = "Write it above the first heading in brackets" if is_lost else "Mend its name, or delete it"
    elif fault["input"] == "":
        found, remedy = "nothing", "Fill it in"
    resting = RESTING.get(str(fault["loc"][0])) if fault["type"] != "extra_forbidden" else RESTING.get(last)
    waits = _WAITS.format(resting) if resting else ""
    return Fault(FACTS, lines[0] if lines else 0, field, expected, found, f"{remedy}{waits}")


def _prefix_of_another(folder: Path, told: Told) -> Iterator[Fault]:
    """Numbers of two cities of this project are told apart by their prefixes."""
    for path in sorted(CITIES.glob(f"*/{FACTS}")):
        try:
            other = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        except (OSError, ValueError):
            continue
        is_other = told.code not in (None, other.get("code")) and path.parent != folder.resolve()
        if is_other and told.number_prefix is not None and other.get("number_prefix") == told.number_prefix:
            expected = f"another prefix than that of {path.parent.name}"
            yield Fault(FACTS, 0, "number_prefix", expected, told.number_prefix, "Take two other capitals")
