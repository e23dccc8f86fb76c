{{ config(
    materialized='incremental',
    unique_key='week_start_date_wib',
    pre_hook=keep_days_of_touched_weeks(weeks_of_young_cohorts('is_mature')),
    indexes=[{'columns': ['as_of']}, {'columns': ['is_mature', 'week_start_date_wib']}],
) }}

with reports as (
    select
        complaints.*,
        {{ hours_between('complaints.reported_at', as_of()) }} as age_hours
    from {{ ref('int_complaint_areas') }} as complaints
    where complaints.reported_at <= {{ as_of() }} and {{ is_touched('complaints.reported_date_wib') }}
),

counts as (
    select
        week_start_date_wib,
        area_code,
        {{ end_of_period('week_start_date_wib', 7) }} as passes_at,
        count(*) as reports,
        count(*) filter (where is_located) as located,
        count(*) filter (where is_accepted) as accepted,
        count(*) filter (where is_accepted and pillar_code is null) as uncategorised,
        count(*) filter (where is_accepted and is_at_counter) as at_counter,
        count(is_new_reporter) filter (where is_accepted) as known_reporters,
        count(*) filter (where is_accepted and is_new_reporter) as new_reporters,
        count(*) filter (where is_case) as cases,
        count(hours_to_resolve) filter (where is_case) as timed,
        {{ definite_quantile(0.5, 'is_case') }} as median_hours,
        {{ definite_quantile(0.9, 'is_case') }} as p90_hours,
        bool_or(is_synthetic) as is_synthetic
    from reports
    group by week_start_date_wib, area_code
),

-- The city counts every report once, so its row tells how many of the week's reports have a known kecamatan.
coverages as (
    select
        week_start_date_wib,
        located::double precision / reports as coverage
    from counts
    where area_code = {{ city_code() }}
),

{{ judged_weeks_of_areas(['coordinated_within_sla', 'within_sla', 'resolved_7d'], []) }},

measured as (
    select
        counts.week_start_date_wib,
        counts.area_code,
        figures.indicator_code,
        figures.numerator,
        figures.denominator,
        figures.numerator * figures.scale / nullif(figures.denominator, 0) as value,
        null::double precision as estimate,
        null::double precision as estimate_low,
        null::double precision as estimate_high,
        counts.passes_at <= {{ as_of() }} as is_mature,
        {{ wib_date('counts.passes_at') }} as known_on,
        counts.is_synthetic
    from counts
    left join {{ ref('dim_areas') }} as areas on counts.area_code = areas.area_code
    cross join
        lateral (
            values
            ('published_share', counts.accepted::double precision, counts.reports::double precision, 1),
            ('uncategorised_share', counts.uncategorised, counts.accepted, 1),
            ('counter_share', counts.at_counter, counts.accepted, 1),
            ('new_reporter_share', counts.new_reporters, counts.known_reporters, 1),
            ('reports_per_10k', counts.accepted, areas.population, 10000)
        ) as figures (indicator_code, numerator, denominator, scale)
    union all
    -- Where more than that share is still open two weeks later, there are no such hours.
    select
        counts.week_start_date_wib,
        counts.area_code,
        figures.indicator_code,
        counts.timed as numerator,
        counts.cases as denominator,
        figures.value,
        null as estimate,
        null as estimate_low,
        null as estimate_high,
        counts.passes_at
        + case when figures.value is null then {{ days_by_rule('settling_days') }} else interval '0' end
        <= {{ as_of() }} as is_mature,
        {{ wib_date('(counts.passes_at + ' ~ days_by_rule('settling_days') ~ ')') }} as known_on,
        counts.is_synthetic
    from counts
    cross join
        lateral (
            values
            ('median_hours_to_resolve', counts.median_hours),
            ('p90_hours_to_resolve', counts.p90_hours)
        ) as figures (indicator_code, value)
    union all
    select
        counts.week_start_date_wib,
        counts.area_code,
        figures.indicator_code,
        {{ indicator_of_judged() }},
        counts.is_synthetic
    from counts
    cross join
        lateral (
            values
            ('within_sla_share', 'within_sla', true, counts.passes_at),
            ('coordinated_within_sla_share', 'coordinated_within_sla', true, counts.passes_at),
            ('resolved_7d_share', 'resolved_7d', false, counts.passes_at)
        ) as figures (indicator_code, measure_code, is_judged_early, final_at)
    left join judged
        on
            counts.week_start_date_wib = judged.week_start_date_wib
            and counts.area_code = judged.area_code
            and figures.measure_code = judged.measure_code
)

select
    measured.week_start_date_wib,
    measured.area_code,
    measured.indicator_code,
    measured.numerator,
    measured.denominator,
    case when measured.is_mature then measured.value end as value,
    measured.estimate,
    measured.estimate_low,
    measured.estimate_high,
    measured.is_mature,
    measured.known_on,
    coverages.coverage,
    measured.is_synthetic,
    {{ as_of() }} as as_of
from measured
inner join coverages on measured.week_start_date_wib = coverages.week_start_date_wib
-- The population of a kecamatan is not known.
where measured.denominator is not null
