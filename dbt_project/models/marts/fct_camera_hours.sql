{{ config(indexes=[{'columns': ['kecamatan_code', 'hour_start']}, {'columns': ['hour_start']}]) }}

with slots as (
    select
        camera_id,
        kecamatan_code,
        {{ wib_hour('slot_start') }} as hour_start,
        density_share,
        jam_index,
        is_synthetic
    from {{ ref('int_camera_slots') }}
),

macet as (
    select jam_index_from
    from {{ ref('traffic_levels') }}
    where level_code = 'macet'
),

hours as (
    select
        slots.camera_id,
        slots.hour_start,
        min(slots.kecamatan_code) as kecamatan_code,
        count(*)::integer as slots_expected,
        count(slots.density_share)::integer as slots_observed,
        avg(slots.density_share::numeric)::double precision as density_share,
        -- Decimal, because the binary mean of six slots at 0.60 can fall below the threshold of 0.60.
        avg(slots.jam_index::numeric)::double precision as jam_index,
        avg((slots.jam_index >= macet.jam_index_from)::integer)::double precision as macet_share,
        bool_or(slots.is_synthetic) as is_synthetic
    from slots
    cross join macet
    group by slots.camera_id, slots.hour_start
)

select
    camera_id,
    hour_start,
    {{ wib_date('hour_start') }} as hour_date_wib,
    kecamatan_code,
    slots_expected,
    slots_observed,
    slots_observed::double precision / slots_expected as coverage_share,
    density_share,
    jam_index,
    macet_share,
    is_synthetic,
    {{ as_of() }} as as_of
from hours
