with observations as (
    select
        camera_id,
        slot_start,
        frame_status,
        lighting,
        density_share,
        jam_index,
        is_synthetic,
        row_number() over (
            partition by camera_id, slot_start
            order by density_share is not null desc, captured_at desc
        ) as choice
    from {{ ref('stg_camera_observations') }}
    where slot_start < {{ as_of() }}
),

registered as (
    select
        cameras.camera_id,
        kelurahan.kecamatan_code,
        cameras.is_synthetic,
        cameras.registered_at
    from {{ ref('stg_cameras') }} as cameras
    left join {{ ref('kelurahan') }} as kelurahan on cameras.kelurahan_code = kelurahan.kelurahan_code
),

observed as (
    select
        camera_id,
        min(slot_start) as first_slot,
        bool_or(is_synthetic) as is_synthetic
    from observations
    group by camera_id
),

cameras as (
    select
        coalesce(registered.camera_id, observed.camera_id) as camera_id,
        coalesce(registered.kecamatan_code, 'outside_registry') as kecamatan_code,
        coalesce(registered.is_synthetic, observed.is_synthetic) as is_synthetic,
        coalesce(observed.first_slot, registered.registered_at) as first_slot
    from registered
    full join observed on registered.camera_id = observed.camera_id
),

slots as (
    select distinct slot_start
    from observations
)

select
    cameras.camera_id,
    slots.slot_start,
    cameras.kecamatan_code,
    coalesce(observations.frame_status, 'missing') as frame_status,
    observations.lighting,
    observations.density_share,
    observations.jam_index,
    coalesce(observations.is_synthetic, cameras.is_synthetic) as is_synthetic
from cameras
inner join slots on cameras.first_slot <= slots.slot_start
left join observations
    on
        cameras.camera_id = observations.camera_id
        and slots.slot_start = observations.slot_start
        and observations.choice = 1
