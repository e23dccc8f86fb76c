select
    camera_id,
    name as camera_name,
    road,
    provider,
    kelurahan_code,
    is_enabled,
    is_synthetic,
    registered_at,
    in_service_to
from {{ source('raw', 'cameras') }}
