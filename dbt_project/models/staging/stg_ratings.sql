select
    event_id,
    complaint_id,
    rating,
    given_at,
    is_synthetic
from {{ source('raw', 'ratings') }}
