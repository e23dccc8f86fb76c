{{ config(materialized='view') }}

with levels as (
    select jam_index_from as macet_from
    from {{ ref('traffic_levels') }}
    where level_code = 'macet'
)

select
    hours.week_start,
    hours.area_code,
    hours.hour_start,
    {{ wib_date('hours.hour_start') }} as hour_date_wib,
    hours.jam_index as jam_index_forecast,
    hours.jam_index_p10,
    hours.jam_index_p90,
    hours.jam_probability,
    hours.last_week,
    hours.four_week_median,
    measured.jam_index as jam_index_measured,
    abs(hours.jam_index - measured.jam_index) as absolute_error,
    abs(hours.last_week - measured.jam_index) as absolute_error_last_week,
    abs(hours.four_week_median - measured.jam_index) as absolute_error_four_week_median,
    measured.jam_index between hours.jam_index_p10 and hours.jam_index_p90 as is_inside_interval,
    hours.jam_index >= levels.macet_from or hours.jam_probability >= 0.5 as is_jam_forecast,
    measured.jam_index >= levels.macet_from as is_jam_measured,
    hours.is_hindcast,
    hours.published_as,
    hours.basis,
    hours.cutoff,
    hours.is_synthetic or measured.is_synthetic as is_synthetic,
    measured.as_of
from {{ ref('stg_jam_forecast') }} as hours
inner join
    {{ ref('fct_area_hours') }} as measured
    on hours.area_code = measured.area_code and hours.hour_start = measured.hour_start
cross join levels
where measured.jam_index is not null
