{#- Days written again: those for which something measured came in, those whose hours have passed since, and
    the days between them and those that are there, so that the panel has no gap. -#}
{% set touched %}{% raw %}
    with measured as (
        select {{ wib_date('slot_start') }} as hour_date_wib
        from {{ ref('stg_camera_observations') }}
        where swept_at >= {{ touched_since() }} and slot_start < {{ as_of() }}
        union
        select {{ wib_date('hour_start') }}
        from {{ ref('stg_area_history') }}
        where received_at >= {{ touched_since() }} and hour_start < {{ as_of() }}
        union
        select {{ wib_date('hour_start') }}
        from {{ ref('stg_area_history') }}
        where hour_start >= {{ touched_since() }} and hour_start < {{ as_of() }}
        union
        select slot_date_wib from {{ ref('fct_area_slots') }} where {{ was_written_since() }}
    ),

    there as (
        select
            min(hour_date_wib) as first_day,
            max(hour_date_wib) as last_day
        from {{ this }}
    )

    select days.date_wib
    from {{ ref('dim_days') }} as days
    cross join there
    where
        days.date_wib in (select hour_date_wib from measured)
        or days.date_wib between there.last_day and (select max(hour_date_wib) from measured)
        or days.date_wib between (select min(hour_date_wib) from measured) and there.first_day
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='hour_date_wib',
    pre_hook=keep_touched(touched),
    indexes=[
        {'columns': ['hour_start', 'area_code']},
        {'columns': ['hour_date_wib', 'area_code']},
        {'columns': ['area_code', 'is_jam', 'hour_date_wib']},
        {'columns': ['as_of']},
    ],
) }}

with areas as (
    select
        kecamatan_code as area_code,
        kecamatan_name as area_name
    from {{ ref('kecamatan') }}
),

cameras as (
    select
        kecamatan_code as area_code,
        hour_start,
        -- Decimal, because the binary mean of cameras at 0.60 can fall below the threshold of 0.60.
        avg(jam_index::numeric)::double precision as jam_index,
        count(jam_index)::integer as cameras_observed,
        bool_or(is_synthetic) as is_synthetic
    from {{ ref('fct_camera_hours') }}
    where
        kecamatan_code <> 'outside_registry'
        and {{ is_touched('hour_date_wib') }}
    group by kecamatan_code, hour_start
),

jams as (
    select
        area_code,
        hour_start,
        2 * count(*) filter (where is_jam) >= count(*) as is_jam
    from {{ ref('fct_area_slots') }}
    where {{ is_touched('slot_date_wib') }}
    group by area_code, hour_start
),

history as (
    select
        area_code,
        hour_start,
        jam_index,
        is_synthetic
    from {{ ref('stg_area_history') }}
    where
        hour_start < {{ as_of() }}
        {% if is_incremental() %}
            and hour_start >= (select min(touched.key) from touched)::timestamp at time zone {{ city_zone() }}
        {% endif %}
        and {{ is_touched(wib_date('hour_start')) }}
),

bounds as (
    select
        min(hour_start) as first_hour,
        max(hour_start) as last_hour
    from (
        select hour_start from cameras
        union all
        select hour_start from history
        {% if is_incremental() %}
            union all
            (
                select hour_start from {{ this }}
                order by hour_start limit 1
            )
            union all
            (
                select hour_start from {{ this }}
                order by hour_start desc limit 1
            )
        {% endif %}
    ) as hours
),

days as (
    select day::date as hour_date_wib
    from bounds
    cross join
        generate_series(
            {{ wib_date('bounds.first_hour') }}::timestamp,
            {{ wib_date('bounds.last_hour') }}::timestamp,
            interval '1 day'
        ) as day
    where {{ is_touched('day::date') }}
),

slots as (
    select
        days.hour_date_wib,
        (days.hour_date_wib + make_interval(hours => clock_hour)) at time zone {{ city_zone() }} as hour_start
    from days
    cross join generate_series(0, 23) as clock_hour
),

panel as (
    select
        areas.area_code,
        areas.area_name,
        slots.hour_date_wib,
        slots.hour_start
    from areas
    cross join slots
    cross join bounds
    where slots.hour_start between bounds.first_hour and bounds.last_hour
),

measured as (
    select
        panel.area_code,
        panel.area_name,
        panel.hour_date_wib,
        panel.hour_start,
        coalesce(cameras.jam_index, history.jam_index) as jam_index,
        case
            when cameras.jam_index is not null then 'camera'
            when history.jam_index is not null then 'history'
            else 'none'
        end as basis,
        coalesce(cameras.cameras_observed, 0) as cameras_observed,
        jams.is_jam,
        case
            when cameras.jam_index is not null then cameras.is_synthetic
            when history.jam_index is not null then history.is_synthetic
            else false
        end as is_synthetic
    from panel
    left join cameras on panel.area_code = cameras.area_code and panel.hour_start = cameras.hour_start
    left join jams on panel.area_code = jams.area_code and panel.hour_start = jams.hour_start
    left join history on panel.area_code = history.area_code and panel.hour_start = history.hour_start
),

levels as (
    select
        level_code,
        jam_index_from,
        lead(jam_index_from) over (order by jam_index_from) as next_from
    from {{ ref('traffic_levels') }}
)

select
    measured.area_code,
    measured.area_name,
    measured.hour_start,
    measured.hour_date_wib,
    extract(hour from measured.hour_start at time zone {{ city_zone() }})::integer as hour_of_day_wib,
    measured.jam_index,
    measured.basis,
    measured.cameras_observed,
    levels.level_code,
    levels.level_code = 'macet'
    and (
        measured.basis <> 'camera'
        or (
            measured.is_jam
            and measured.jam_index
            >= levels.jam_index_from + {{ margin_of_a_jam('measured.cameras_observed') }}
        )
    ) as is_jam,
    measured.is_synthetic,
    {{ as_of() }} as as_of
from measured
left join levels
    on
        measured.jam_index >= levels.jam_index_from
        and (measured.jam_index < levels.next_from or levels.next_from is null)
