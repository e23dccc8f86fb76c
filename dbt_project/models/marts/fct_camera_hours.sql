{{ config(
    materialized='incremental',
    unique_key='hour_date_wib',
    pre_hook=[keep_touched("{{ touched_camera_days() }}"), join_by_hash()],
    indexes=[
        {'columns': ['hour_date_wib']},
        {'columns': ['kecamatan_code', 'hour_start']},
        {'columns': ['as_of']},
    ],
) }}

with frames as (
    select
        camera_id,
        slot_start,
        frame_status,
        density_share,
        jam_index,
        is_synthetic,
        row_number() over (
            partition by camera_id, slot_start
            order by density_share is not null desc, captured_at desc
        ) as choice
    from {{ ref('stg_camera_observations') }}
    where slot_start < {{ as_of() }} and {{ is_around_touched('slot_start') }}
),

observed as (
    select
        camera_id,
        slot_start,
        frame_status,
        density_share,
        jam_index,
        is_synthetic
    from frames
    where choice = 1
),

indexed as (
    select
        observed.camera_id,
        observed.slot_start,
        observed.jam_index >= levels.jam_index_from as is_macet
    from observed
    inner join {{ ref('traffic_levels') }} as levels on levels.level_code = 'macet'
    where observed.jam_index is not null
),

{{ jams_of('indexed', 'camera_id') }},

first_slots as (
    select
        camera_id,
        min(slot_start) as first_slot,
        bool_or(is_synthetic) as is_synthetic
    from observed
    group by camera_id
),

cameras as (
    select
        coalesce(registered.camera_id, first_slots.camera_id) as camera_id,
        coalesce(kelurahan.kecamatan_code, 'outside_registry') as kecamatan_code,
        coalesce(registered.is_synthetic, first_slots.is_synthetic) as is_synthetic,
        least(registered.registered_at, first_slots.first_slot) as in_service_from,
        registered.in_service_to
    from {{ ref('stg_cameras') }} as registered
    full join first_slots on registered.camera_id = first_slots.camera_id
    left join {{ ref('kelurahan') }} as kelurahan on registered.kelurahan_code = kelurahan.kelurahan_code
    where coalesce(registered.is_enabled, true) or first_slots.camera_id is not null
),

slots as (
    select distinct slot_start
    from observed
    where {{ is_touched(wib_date('slot_start')) }}
),

outages as (
    select distinct
        cameras.camera_id,
        outages.slot_start
    from {{ ref('stg_provider_outages') }} as outages
    inner join {{ ref('stg_cameras') }} as cameras on outages.provider = cameras.provider
    where {{ is_touched(wib_date('outages.slot_start')) }}
),

panel as (
    select
        cameras.camera_id,
        cameras.kecamatan_code,
        slots.slot_start,
        coalesce(observed.frame_status, 'missing') as frame_status,
        observed.density_share,
        observed.jam_index,
        jams.is_macet,
        jams.is_jam,
        outages.camera_id is not null as is_provider_down,
        coalesce(observed.is_synthetic, cameras.is_synthetic) as is_synthetic
    from cameras
    inner join slots
        on
            cameras.in_service_from <= slots.slot_start
            and (cameras.in_service_to is null or cameras.in_service_to > slots.slot_start)
    left join observed on cameras.camera_id = observed.camera_id and slots.slot_start = observed.slot_start
    left join jams on cameras.camera_id = jams.camera_id and slots.slot_start = jams.slot_start
    left join outages on cameras.camera_id = outages.camera_id and slots.slot_start = outages.slot_start
),

hours as (
    select
        camera_id,
        {{ wib_hour('slot_start') }} as hour_start,
        min(kecamatan_code) as kecamatan_code,
        count(*)::integer as slots_expected,
        count(*) filter (where frame_status in ('good', 'dark'))::integer as slots_valid,
        count(*) filter (
            where frame_status in ('missing', 'unreachable', 'frozen') and is_provider_down
        )::integer as slots_provider_down,
        count(*) filter (
            where frame_status in ('missing', 'unreachable') and not is_provider_down
        )::integer as slots_silent,
        count(*) filter (where frame_status in ('not_an_image', 'torn'))::integer as slots_broken,
        count(*) filter (
            where frame_status in ('black', 'overexposed', 'offline_card', 'blurred')
        )::integer as slots_blind,
        count(*) filter (where frame_status = 'frozen' and not is_provider_down)::integer as slots_frozen,
        count(*) filter (where frame_status = 'view_moved')::integer as slots_moved,
        count(density_share)::integer as slots_observed,
        count(jam_index)::integer as slots_indexed,
        count(*) filter (where is_jam)::integer as jam_slots,
        avg(density_share::numeric)::double precision as density_share,
        -- Decimal, because the binary mean of six slots at 0.60 can fall below the threshold of 0.60.
        avg(jam_index::numeric)::double precision as jam_index,
        avg(is_macet::integer)::double precision as macet_share,
        bool_or(is_synthetic) as is_synthetic
    from panel
    group by camera_id, {{ wib_hour('slot_start') }}
)

select
    camera_id,
    hour_start,
    {{ wib_date('hour_start') }} as hour_date_wib,
    kecamatan_code,
    slots_expected,
    slots_valid,
    slots_provider_down,
    slots_silent,
    slots_broken,
    slots_blind,
    slots_frozen,
    slots_moved,
    slots_observed,
    slots_indexed,
    jam_slots,
    slots_observed::double precision / slots_expected as coverage_share,
    density_share,
    jam_index,
    macet_share,
    is_synthetic,
    {{ as_of() }} as as_of
from hours
