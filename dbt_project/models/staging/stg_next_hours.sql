select
    area_code,
    hour_start,
    jam_index,
    jam_index_p10,
    jam_index_p90,
    jam_probability,
    basis,
    blend,
    cutoff,
    issued_at,
    is_synthetic
from {{ source('forecast', 'rolling_hours') }}
