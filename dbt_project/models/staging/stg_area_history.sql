with history as (
    select
        area_code,
        hour_start,
        jam_index,
        is_synthetic
    from {{ source('raw', 'area_history') }}
)

select
    area_code,
    hour_start,
    jam_index,
    is_synthetic
from history
