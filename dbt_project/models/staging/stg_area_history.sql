select
    area_code,
    hour_start,
    jam_index,
    received_at,
    is_synthetic
from {{ source('raw', 'area_history') }}
