select
    camera_id,
    name as camera_name,
    kelurahan_code,
    is_synthetic,
    registered_at
from {{ source('raw', 'cameras') }}
