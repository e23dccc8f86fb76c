{{ config(
    materialized='incremental',
    unique_key='week_start_date_wib',
    pre_hook=keep_days_of_touched_weeks(weeks_of_young_cohorts('is_mature')),
    indexes=[{'columns': ['as_of']}, {'columns': ['is_mature', 'week_start_date_wib']}],
) }}

with areas as (
    select
        week_start_date_wib,
        area_code,
        {{ relapses_final_at('week_start_date_wib', 7) }} as final_at,
        coverage,
        is_synthetic
    from {{ ref('int_complaint_indicators') }}
    where indicator_code = 'published_share' and {{ is_touched('week_start_date_wib') }}
),

{{ judged_weeks_of_areas(['relapse'], []) }}

select
    areas.week_start_date_wib,
    areas.area_code,
    'relapse_share' as indicator_code,
    {{ indicator_of_judged() }},
    areas.coverage,
    areas.is_synthetic,
    {{ as_of() }} as as_of
from areas
cross join lateral (values (false, areas.final_at)) as figures (is_judged_early, final_at)
left join judged
    on
        areas.week_start_date_wib = judged.week_start_date_wib
        and areas.area_code = judged.area_code
