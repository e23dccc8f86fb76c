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
        count(*) as accepted,
        count(is_resolved_within_sla) filter (where is_case) as judged,
        count(*) filter (where is_case and is_resolved_within_sla) as within_sla
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
        coalesce(by_pillar.judged, 0) as judged,
        coalesce(by_pillar.within_sla, 0) as within_sla,
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
        counts.coverage,
        counts.is_synthetic
    from counts
    left join {{ ref('dim_areas') }} as areas on counts.area_code = areas.area_code
    cross join
        lateral (
            values
            ('_reports', counts.accepted::double precision, counts.all_accepted, 1),
            ('_within_sla_share', counts.within_sla, counts.judged, 1),
            ('_reports_per_10k', counts.accepted, areas.population, 10000)
        ) as figures (suffix, numerator, denominator, scale)
)

select
    measured.week_start_date_wib,
    measured.area_code,
    measured.indicator_code,
    measured.numerator,
    measured.denominator,
    measured.value,
    measured.coverage,
    measured.is_synthetic,
    {{ as_of() }} as as_of
from measured
-- A pillar has those of the three that the seed names.
inner join {{ ref('pillar_indicators') }} as indicators on measured.indicator_code = indicators.indicator_code
where measured.denominator is not null
