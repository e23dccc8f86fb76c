"""What may be asked of the list of reports, and which days and rows that are.

Belongs here: the arguments of GET requests as the specification has them. Does not belong here: the rows (listed.py).

An argument that is empty is as one that is not there.
"""

import re
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema, model_validator

from assets.clock import city_zone, midnight

# The specification's bounds of one answer.
SPAN = timedelta(days=90)
MOST_REQUESTS = 1000
MOST_IDS = 100
# Behind it no city has a report; PostgreSQL's offset and Python's dates end far behind both.
LAST_PAGE = 1_000_000
FIRST_YEAR, LAST_YEAR = 2000, 2099
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CODE = r"^[a-z0-9_]{1,80}$"


def split(given: Any) -> Any:
    """The parts of a list, which may be declared several times or with commas.

    >>> split(["a,b", " c", ""])
    ['a', 'b', 'c']
    """
    parts = given if isinstance(given, list) else [given]
    return [part.strip() for text in parts if isinstance(text, str) for part in text.split(",") if part.strip()]


def read_moment(given: Any) -> Any:
    """A time in W3C's form: with Z or an offset, or a day of the city.

    A client that does not escape the plus of an offset sends a space.

    >>> read_moment("2026-03-01T00:00:00 07:00") == read_moment("2026-03-01") == read_moment("2026-02-28T17:00:00Z")
    True
    """
    if not given:
        return None
    text = re.sub(r" (?=\d{2}:\d{2}$)", "+", str(given).strip())
    try:
        moment = midnight(date.fromisoformat(text)) if _DAY.fullmatch(text) else datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"expected a time such as 2026-03-01T00:00:00+07:00, found {text[:40]!r}") from None
    if moment.tzinfo is None:
        raise ValueError(f"expected a time with Z or an offset, found {text[:40]!r}")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"expected a time of {FIRST_YEAR} to {LAST_YEAR}, found {text[:40]!r}")
    return moment


def _or_none(given: Any) -> Any:
    return None if given == "" else given


def _documented(*schemas: dict[str, Any]) -> WithJsonSchema:
    """An argument as the OpenAPI document tells it: one of these, or empty."""
    return WithJsonSchema({"anyOf": [*schemas, {"type": "string", "maxLength": 0}]})


Code = Annotated[str, Field(pattern=_CODE)]
MomentAsked = Annotated[
    datetime | None,
    BeforeValidator(read_moment),
    _documented({"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}),
]
Flag = Annotated[bool | None, BeforeValidator(_or_none), _documented({"type": "boolean"})]
Page = Annotated[
    Annotated[int, Field(ge=1, le=LAST_PAGE)] | None,
    BeforeValidator(_or_none),
    _documented({"type": "integer", "minimum": 1, "maximum": LAST_PAGE}),
]
PageSize = Annotated[
    Annotated[int, Field(ge=1, le=MOST_REQUESTS)] | None,
    BeforeValidator(_or_none),
    _documented({"type": "integer", "minimum": 1, "maximum": MOST_REQUESTS}),
]


class CityAsked(BaseModel):
    """What every question may name."""

    jurisdiction_id: str | None = Field(default=None, max_length=100, description="The city's domain, or none.")


class OneAsked(CityAsked):
    """What may be asked of one report."""

    extensions: Flag = Field(
        default=None, description="true adds extended_attributes: how it stands to its service level."
    )


class ListAsked(OneAsked):
    """What may be asked of the list."""

    service_request_id: Annotated[list[Annotated[str, Field(max_length=60)]], BeforeValidator(split)] = Field(
        default=[], max_length=MOST_IDS, description="By commas; overrides all other arguments."
    )
    service_code: Annotated[list[Code], BeforeValidator(split)] = Field(
        default=[], max_length=MOST_IDS, description="By commas; all without it."
    )
    start_date: MomentAsked = Field(default=None, description="Earliest; 90 days before end_date without it.")
    end_date: MomentAsked = Field(default=None, description="Latest; 90 days behind start_date, or now, without it.")
    status: Annotated[list[Literal["open", "closed"]], BeforeValidator(split)] = Field(
        default=[], max_length=MOST_IDS, description="By commas; both without it."
    )
    page: Page = Field(default=None, description="1 without it.")
    page_size: PageSize = Field(default=None, description="1000 without it.")

    @model_validator(mode="after")
    def _spans_ninety_days(self) -> Self:
        if self.start_date and self.end_date and not timedelta(0) <= self.end_date - self.start_date <= SPAN:
            raise ValueError("expected an end_date behind start_date, and 90 days between them at most")
        return self

    def days(self, now: datetime) -> tuple[date, date]:
        """First and last day whose midnight in the city lies in the span.

        A report's time is the start of its day or week.

        Args:
            now: Where the span ends that nobody gave an end.
        """
        end = self.end_date or (min(self.start_date + SPAN, max(now, self.start_date)) if self.start_date else now)
        start = self.start_date or end - SPAN
        local = start.astimezone(city_zone())
        first = local.date() if local == midnight(local.date()) else local.date() + timedelta(days=1)
        return first, end.astimezone(city_zone()).date()

    @property
    def is_closed(self) -> bool | None:
        """Whether closed ones are asked for, or open ones; None for both."""
        return None if len(set(self.status)) != 1 else self.status[0] == "closed"

    @property
    def size(self) -> int:
        """Rows of a page."""
        return self.page_size or MOST_REQUESTS

    @property
    def skipped(self) -> int:
        """Rows of the pages before."""
        return ((self.page or 1) - 1) * self.size
