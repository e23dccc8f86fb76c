"""A city of many weeks whose every case is known to its end, seen as it stood at any moment.

Its cases stand where the marts read them, so that the real SQL runs on what was known at each of sixty Mondays: the
curves, the cohorts of agencies and those of areas. Speed drifts from week to week, and agencies differ.

Belongs here: the lives, and the marts' queries at a moment. Does not belong here: what they have to say (the tests).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
from psycopg.rows import dict_row

from assets.clock import city_zone
from tests.integration.city_of_truth import compiled_models, dbt
from tests.served import REFERENCE

SEED, WEEKS, WARM_UP, AFTERWARDS = 17, 60, 28, 18
START = date(2025, 1, 6)
# Read as the moment of the build while the queries are compiled, and then replaced by each moment.
COMPILED_AT = datetime(2001, 1, 1, tzinfo=city_zone())
AS_OF = f"'{COMPILED_AT.isoformat()}'::timestamptz"
# Cases a week of each agency.
AGENCIES = {
    "dinas_bina_marga": 90,
    "dinas_perhubungan": 70,
    "satpol_pp": 45,
    "dinas_lingkungan_hidup": 25,
    "dinas_sosial": 12,
    "dinas_kesehatan": 5,
}
# Six of them, in all kota.
KECAMATAN = list(REFERENCE.kecamatan)[:: len(REFERENCE.kecamatan) // 6][:6]
PILLARS = ("governance", "living", "mobility", "economy", "environment")
MODELS = (
    "marts.mart_cohort_curves",
    "marts.mart_skpd_sla_weekly",
    "intermediate.int_complaint_indicators",
    "intermediate.int_pillar_complaint_indicators",
    "intermediate.int_relapse_indicators",
    "marts.mart_skpd_relapse_weekly",
)

# What fct_complaints says at a moment, of a life that is known to its end. What was reopened is open until it is closed
# again; a relapse is known once it is reported.
AS_IT_STOOD = f"""
with seen as (
    select
        lives.*,
        {AS_OF} as as_of,
        case
            when ended_at > {AS_OF} then null
            when reopened_at <= {AS_OF} then case when ended_again_at <= {AS_OF} then ended_again_at end
            else ended_at
        end as closed_at
    from public.lives
    where reported_at <= {AS_OF} and reported_at > {AS_OF} - interval '{{kept}} days'
),
told as (
    select
        seen.*,
        case when not is_rejected then closed_at end as resolved_at,
        case when is_rejected then closed_at end as rejected_at,
        case when begun_at <= as_of then begun_at end as first_coordinated_at,
        case when relapsed_at <= as_of and closed_at is not null then relapsed_at end as first_relapsed_at,
        case when closed_at is null then 'in_work' else 'closed' end as status_set
    from seen
)
select
    told.*,
    'accepted' as decision,
    null::uuid as duplicate_of,
    'jaki' as channel,
    null::boolean as is_new_reporter,
    (reported_at at time zone '{city_zone()}')::date as reported_date_wib,
    (first_relapsed_at is not null)::integer as relapses,
    extract(epoch from resolved_at - reported_at) / 3600 as hours_to_resolve,
    closed_at is null and resolve_due_at < as_of as is_overdue,
    case
        when first_coordinated_at <= coordinate_due_at then true
        when coalesce(first_coordinated_at, as_of) > coordinate_due_at then false
    end as is_coordinated_within_sla,
    case
        when rejected_at is not null then null
        when resolved_at <= resolve_due_at then true
        when coalesce(resolved_at, as_of) > resolve_due_at then false
    end as is_resolved_within_sla,
    true as is_synthetic
from told
"""

LIVES = """
create table public.lives (
    complaint_id uuid primary key default gen_random_uuid(),
    holder_code text, kecamatan_code text, pillar_code text, reported_at timestamptz, begun_at timestamptz,
    ended_at timestamptz, is_rejected boolean, reopened_at timestamptz, ended_again_at timestamptz,
    coordinate_due_at timestamptz, resolve_due_at timestamptz, is_heavy_work boolean, relapsed_at timestamptz
);
"""
COLUMNS = (
    "holder_code", "kecamatan_code", "pillar_code", "reported_at", "begun_at", "ended_at", "is_rejected", "reopened_at",
    "ended_again_at", "coordinate_due_at", "resolve_due_at", "is_heavy_work", "relapsed_at",
)  # fmt: skip


def moment(hours: float) -> datetime:
    """So many hours after the city's first day."""
    return datetime.combine(START, datetime.min.time(), city_zone()) + timedelta(hours=float(hours))


def lives() -> Iterator[tuple[Any, ...]]:
    """Every case to its end, as `COLUMNS`."""
    rng = np.random.default_rng(SEED)
    for agency, a_week in AGENCIES.items():
        median, relapses = rng.uniform(12, 40), rng.uniform(0.03, 0.09)
        for week in range(WARM_UP + WEEKS + AFTERWARDS):
            drift = rng.lognormal(0, 0.1)
            for _ in range(rng.poisson(a_week)):
                yield agency, *_life(rng, week * 168 + rng.uniform(0, 168), median * drift, relapses)


def _life(rng: np.random.Generator, reported: float, median: float, relapses: float) -> tuple[Any, ...]:
    ended = reported + rng.lognormal(np.log(median), 1.18) * (40 if rng.random() < 0.015 else 1)
    is_rejected, is_reopened, is_heavy, waits = rng.random(4) < (0.03, 0.015, 0.03, 0.08)
    pause = rng.exponential(30) if waits else 0.0
    due = max(reported + 168 + pause, ended + rng.uniform(-24, 96) if is_heavy else 0)
    again = ended + rng.uniform(1, 8)
    closed = again + rng.uniform(3, 30) if is_reopened and not is_rejected else ended
    return (
        str(rng.choice(KECAMATAN)),
        str(rng.choice(PILLARS)),
        moment(reported),
        moment(reported + min(rng.lognormal(np.log(2), 0.9), ended - reported)),
        moment(ended),
        bool(is_rejected),
        moment(again) if closed > ended else None,
        moment(closed) if closed > ended else None,
        moment(reported + 6),
        moment(due),
        bool(is_heavy),
        moment(closed + 24 * rng.gamma(1.2, 25)) if not is_rejected and rng.random() < relapses else None,
    )


@dataclass(frozen=True)
class CityOfWeeks:
    """The city in a database.

    Attributes:
        url: Of the database.
        queries: Of each model, at `COMPILED_AT`.
    """

    url: str
    queries: dict[str, str]

    def at(self, as_of: datetime, kept_days: int = 210) -> dict[str, list[dict[str, Any]]]:
        """Rows of each model but the curves, built from what was known at a moment of the last `kept_days` days."""
        with psycopg.connect(self.url, row_factory=dict_row) as connection:

            def make(what: str, model: str, query: str) -> None:
                at = query.replace(COMPILED_AT.isoformat(), as_of.isoformat())
                connection.execute(f"drop {what} if exists {model} cascade".encode())
                connection.execute(f"create {what} {model} as {at}".encode())

            make("view", "marts.fct_complaints", AS_IT_STOOD.format(kept=kept_days))
            make("view", "intermediate.int_complaint_areas", self.queries["int_complaint_areas"])
            for model in MODELS:
                make("table", model, self.queries[model.split(".")[1]])
            return {model: connection.execute(f"select * from {model}".encode()).fetchall() for model in MODELS[1:]}


def build(url: str) -> CityOfWeeks:
    """Fill a migrated database with the city, and compile the models' queries."""
    with psycopg.connect(url) as connection:
        for schema in ("marts", "intermediate"):
            connection.execute(f"create schema if not exists {schema}".encode())
        connection.execute(LIVES.encode())
        columns = ", ".join(COLUMNS)
        with connection.cursor().copy(f"copy public.lives ({columns}) from stdin".encode()) as copy:
            for life in lives():
                copy.write_row(life)
    dbt(url, COMPILED_AT, "seed", "run --select dim_areas dim_days")
    models = [*(model.split(".")[1] for model in MODELS), "int_complaint_areas"]
    return CityOfWeeks(url, compiled_models(url, COMPILED_AT, models))
