select
    week_start,
    cutoff,
    issued_at,
    is_hindcast,
    is_synthetic
from {{ source('forecast', 'runs') }}
