{#- Weeks written again: those of which an indicator of all complaints was. -#}
{% set touched %}{% raw %}
    select week_start_date_wib from {{ ref('int_complaint_indicators') }} where {{ was_written_since() }}
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='week_start_date_wib',
    pre_hook=keep_days_of_touched_weeks(touched),
    indexes=[{'columns': ['as_of']}],
) }}

with areas as (
    select
        week_start_date_wib,
        area_code,
        numerator as accepted,
        coverage,
        is_synthetic
    from {{ ref('int_complaint_indicators') }}
    where indicator_code = 'published_share' and {{ is_touched('week_start_date_wib') }}
),

by_pillar as (
    select
        week_start_date_wib,
        area_code,
        pillar_code,
        count(*) as accepted
    from {{ ref('int_complaint_areas') }}
    where
        is_accepted
        and pillar_code is not null
        and reported_at <= {{ as_of() }}
        and {{ is_touched('reported_date_wib') }}
    group by week_start_date_wib, area_code, pillar_code
),

counts as (
    select
        areas.week_start_date_wib,
        areas.area_code,
        pillars.pillar_code,
        areas.accepted as all_accepted,
        coalesce(by_pillar.accepted, 0) as accepted,
        {{ end_of_period('areas.week_start_date_wib', 7) }} as passes_at,
        areas.coverage,
        areas.is_synthetic
    from areas
    cross join {{ ref('pillars') }} as pillars
    left join by_pillar
        on
            areas.week_start_date_wib = by_pillar.week_start_date_wib
            and areas.area_code = by_pillar.area_code
            and pillars.pillar_code = by_pillar.pillar_code
),

{{ judged_weeks_of_areas(['within_sla'], ['pillar_code']) }},

measured as (
    select
        counts.week_start_date_wib,
        counts.area_code,
        counts.pillar_code || figures.suffix as indicator_code,
        figures.numerator,
        figures.denominator,
        case
            when figures.suffix = '_reports' then figures.numerator
            else figures.numerator * figures.scale / nullif(figures.denominator, 0)
        end as value,
        null::double precision as estimate,
        null::double precision as estimate_low,
        null::double precision as estimate_high,
        counts.passes_at <= {{ as_of() }} as is_mature,
        {{ wib_date('counts.passes_at') }} as known_on,
        counts.coverage,
        counts.is_synthetic
    from counts
    left join {{ ref('dim_areas') }} as areas on counts.area_code = areas.area_code
    cross join
        lateral (
            values
            ('_reports', counts.accepted::double precision, counts.all_accepted, 1),
            ('_reports_per_10k', counts.accepted, areas.population, 10000)
        ) as figures (suffix, numerator, denominator, scale)
    union all
    select
        counts.week_start_date_wib,
        counts.area_code,
        counts.pillar_code || '_within_sla_share' as indicator_code,
        {{ indicator_of_judged() }},
        counts.coverage,
        counts.is_synthetic
    from counts
    cross join lateral (values (true, counts.passes_at)) as figures (is_judged_early, final_at)
    left join judged
        on
            counts.week_start_date_wib = judged.week_start_date_wib
            and counts.area_code = judged.area_code
            and counts.pillar_code = judged.pillar_code
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
    measured.coverage,
    measured.is_synthetic,
    {{ as_of() }} as as_of
from measured
-- A pillar has those of the three that the seed names.
inner join {{ ref('pillar_indicators') }} as indicators on measured.indicator_code = indicators.indicator_code
where measured.denominator is not null
