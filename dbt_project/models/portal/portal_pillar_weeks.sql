{{ config(materialized='view', alias='pillar_weeks') }}

select
    weeks.week_start_date_wib,
    weeks.area_level,
    weeks.area_code,
    weeks.area_name,
    weeks.pillar_code,
    pillars.pillar_name_id,
    pillars.pillar_name_en,
    weeks.indicator_code,
    weeks.indicator_name_id,
    weeks.indicator_name_en,
    weeks.unit,
    weeks.direction,
    weeks.numerator,
    weeks.denominator,
    weeks.value,
    weeks.estimate,
    weeks.estimate_low,
    weeks.estimate_high,
    weeks.is_mature,
    weeks.known_on,
    weeks.trend,
    weeks.formula,
    weeks.is_synthetic,
    weeks.as_of
from {{ ref('mart_pillar_weekly') }} as weeks
left join {{ ref('pillars') }} as pillars on weeks.pillar_code = pillars.pillar_code
where weeks.is_whole_week
