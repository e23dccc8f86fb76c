select
    camera_id,
    slot_start,
    captured_at,
    status as frame_status,
    lighting,
    density_share,
    jam_index,
    swept_at,
    is_synthetic
from {{ source('raw', 'camera_observations') }}
