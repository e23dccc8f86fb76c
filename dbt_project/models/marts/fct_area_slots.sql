{{ config(
    materialized='incremental',
    unique_key='slot_date_wib',
    pre_hook=keep_touched("{{ touched_camera_days() }}"),
    indexes=[{'columns': ['slot_date_wib', 'area_code']}, {'columns': ['as_of']}],
) }}

with cameras as (
    select
        camera_id,
        slot_start,
        avg(jam_index::numeric) as jam_index,
        bool_or(is_synthetic) as is_synthetic
    from {{ ref('stg_camera_observations') }}
    where jam_index is not null and slot_start < {{ as_of() }} and {{ is_around_touched('slot_start') }}
    group by camera_id, slot_start
),

areas as (
    select
        kelurahan.kecamatan_code as area_code,
        cameras.slot_start,
        -- Decimal, because the binary mean of cameras at 0.60 can fall below the threshold of 0.60.
        avg(cameras.jam_index)::double precision as jam_index,
        count(*)::integer as cameras_observed,
        bool_or(cameras.is_synthetic) as is_synthetic
    from cameras
    inner join {{ ref('stg_cameras') }} as registered on cameras.camera_id = registered.camera_id
    inner join {{ ref('kelurahan') }} as kelurahan on registered.kelurahan_code = kelurahan.kelurahan_code
    group by kelurahan.kecamatan_code, cameras.slot_start
),

indexed as (
    select
        areas.area_code,
        areas.slot_start,
        areas.jam_index >= levels.jam_index_from as is_macet
    from areas
    inner join {{ ref('traffic_levels') }} as levels on levels.level_code = 'macet'
),

{{ jams_of('indexed', 'area_code') }}

select
    areas.area_code,
    areas.slot_start,
    {{ wib_date('areas.slot_start') }} as slot_date_wib,
    {{ wib_hour('areas.slot_start') }} as hour_start,
    areas.jam_index,
    areas.cameras_observed,
    jams.is_macet,
    jams.is_jam,
    areas.is_synthetic,
    {{ as_of() }} as as_of
from areas
inner join jams on areas.area_code = jams.area_code and areas.slot_start = jams.slot_start
where {{ is_touched(wib_date('areas.slot_start')) }}
