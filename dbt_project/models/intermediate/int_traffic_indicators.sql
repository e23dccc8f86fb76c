{#- Weeks written again: those in which an area's hour was, or whose forecast was published. -#}
{% set touched %}{% raw %}
    select {{ week_of('hour_date_wib') }} from {{ ref('fct_area_hours') }} where {{ was_written_since() }}
    union
    select week_start from {{ source('forecast', 'runs') }} where issued_at >= {{ touched_since() }}
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='week_start_date_wib',
    pre_hook=keep_days_of_touched_weeks(touched),
    indexes=[{'columns': ['as_of']}],
) }}

with hours as (
    select
        {{ week_of('hours.hour_date_wib') }} as week_start_date_wib,
        areas.area_code,
        count(*) as hours,
        count(*) filter (where hours.basis <> 'none') as measured_hours,
        count(*) filter (where hours.is_jam) as jam_hours,
        -- Numeric: a sum of floats depends on the order in which it is taken.
        sum(hours.jam_index::numeric) filter (where hours.basis <> 'none')::double precision as jam_index,
        bool_or(hours.is_synthetic) as is_synthetic
    from {{ ref('fct_area_hours') }} as hours
    {{ join_areas_of('hours.area_code') }}
    where {{ is_touched('hours.hour_date_wib') }}
    group by {{ week_of('hours.hour_date_wib') }}, areas.area_code
),

forecasts as (
    select
        scored.week_start as week_start_date_wib,
        areas.area_code,
        sum(scored.absolute_error::numeric)::double precision as error,
        sum(scored.absolute_error_four_week_median::numeric)::double precision as error_of_four_week_median,
        bool_or(scored.is_synthetic) as is_synthetic
    from {{ ref('fct_forecast_accuracy') }} as scored
    {{ join_areas_of('scored.area_code') }}
    -- A hindcast was made after its week: nobody had it as a forecast.
    where {{ is_touched('scored.hour_date_wib') }} and not scored.is_hindcast
    group by scored.week_start, areas.area_code
),

measured as (
    select
        hours.week_start_date_wib,
        hours.area_code,
        figures.indicator_code,
        figures.numerator,
        hours.measured_hours::double precision as denominator,
        figures.numerator / nullif(hours.measured_hours, 0) as value,
        hours.is_synthetic
    from hours
    cross join
        lateral (
            values
            ('jam_hours_share', hours.jam_hours::double precision),
            ('mean_jam_index', coalesce(hours.jam_index, 0))
        ) as figures (indicator_code, numerator)
    union all
    select
        week_start_date_wib,
        area_code,
        'forecast_skill' as indicator_code,
        error_of_four_week_median - error as numerator,
        error_of_four_week_median as denominator,
        1 - error / nullif(error_of_four_week_median, 0) as value,
        is_synthetic
    from forecasts
)

select
    measured.week_start_date_wib,
    measured.area_code,
    measured.indicator_code,
    measured.numerator,
    measured.denominator,
    measured.value,
    hours.measured_hours::double precision / hours.hours as coverage,
    measured.is_synthetic,
    {{ as_of() }} as as_of
from measured
inner join hours
    on measured.week_start_date_wib = hours.week_start_date_wib and measured.area_code = hours.area_code
-- Of a forecast that was made before the four-week median was kept nothing can be said.
where measured.denominator is not null
