{{ config(materialized='view') }}

select
    weeks.week_start_date_wib,
    weeks.area_level,
    weeks.area_code,
    areas.area_name,
    indicators.pillar_code,
    weeks.indicator_code,
    indicators.indicator_name_id,
    indicators.indicator_name_en,
    indicators.unit,
    indicators.direction,
    weeks.numerator,
    weeks.denominator,
    weeks.value,
    weeks.is_mature,
    weeks.known_on,
    weeks.estimate,
    weeks.estimate_low,
    weeks.estimate_high,
    earlier.value as value_4_weeks_before,
    weeks.value - earlier.value as trend,
    weeks.coverage,
    (weeks.week_start_date_wib + 7)::timestamp at time zone {{ city_zone() }} <= weeks.as_of as is_whole_week,
    indicators.formula,
    indicators.source_mart,
    weeks.is_synthetic,
    weeks.as_of
from {{ ref('fct_pillar_weeks') }} as weeks
inner join {{ ref('pillar_indicators') }} as indicators on weeks.indicator_code = indicators.indicator_code
inner join {{ ref('dim_areas') }} as areas on weeks.area_code = areas.area_code
-- Looked up for each row, so that a query of one week reads five of them.
left join lateral (
    select avg(before.value) as value
    from {{ ref('fct_pillar_weeks') }} as before
    where
        before.area_code = weeks.area_code
        and before.indicator_code = weeks.indicator_code
        and before.week_start_date_wib >= weeks.week_start_date_wib - 28
        and before.week_start_date_wib < weeks.week_start_date_wib
) as earlier on true
