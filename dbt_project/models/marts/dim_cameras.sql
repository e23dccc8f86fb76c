select
    cameras.camera_id,
    cameras.camera_name,
    cameras.road,
    cameras.provider,
    cameras.kelurahan_code,
    kelurahan.kecamatan_code,
    cameras.registered_at,
    cameras.in_service_to,
    cameras.is_enabled and coalesce(cameras.in_service_to > {{ as_of() }}, true) as is_in_service,
    cameras.is_synthetic,
    {{ as_of() }} as as_of
from {{ ref('stg_cameras') }} as cameras
left join {{ ref('kelurahan') }} as kelurahan on cameras.kelurahan_code = kelurahan.kelurahan_code
where cameras.registered_at <= {{ as_of() }}
