{{ config(materialized='view', alias='pillar_weeks') }}

{#- Figures that tell how many reports there were; those of jams and tickets do not. -#}
{% set figures = ['numerator', 'denominator', 'value', 'estimate', 'estimate_low', 'estimate_high'] %}

with weeks as (
    select
        pillar_weeks.*,
        pillar_weeks.source_mart = 'fct_complaints'
        and (
            {{ is_too_few('pillar_weeks.numerator') }} or {{ is_too_few('pillar_weeks.denominator') }}
        ) as are_too_few
    from {{ ref('mart_pillar_weekly') }} as pillar_weeks
    where pillar_weeks.is_whole_week
)

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
    {% for figure in figures -%}
        case when not weeks.are_too_few then weeks.{{ figure }} end as {{ figure }},
    {% endfor -%}
    weeks.is_mature,
    weeks.known_on,
    -- Told beside the weeks before, it would tell what is withheld of one of them.
    case when not weeks.are_too_few and not earlier.are_too_few then weeks.trend end as trend,
    weeks.formula,
    weeks.is_synthetic,
    weeks.as_of
from weeks
left join {{ ref('pillars') }} as pillars on weeks.pillar_code = pillars.pillar_code
cross join
    lateral (
        select
            weeks.source_mart = 'fct_complaints'
            and coalesce(
                bool_or({{ is_too_few('before.numerator') }} or {{ is_too_few('before.denominator') }}), false
            ) as are_too_few
        from {{ ref('fct_pillar_weeks') }} as before
        where
            before.area_code = weeks.area_code
            and before.indicator_code = weeks.indicator_code
            and before.week_start_date_wib >= weeks.week_start_date_wib - 28
            and before.week_start_date_wib < weeks.week_start_date_wib
    ) as earlier
