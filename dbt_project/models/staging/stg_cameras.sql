with cameras as (
    select
        camera_id,
        name,
        kelurahan_code,
        is_synthetic,
        registered_at
    from {{ source('raw', 'cameras') }}
)

select
    camera_id,
    name as camera_name,
    kelurahan_code,
    is_synthetic,
    registered_at
from cameras
