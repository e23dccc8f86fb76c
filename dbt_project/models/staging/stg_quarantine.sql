select
    quarantine_id,
    channel,
    origin,
    reason,
    quarantined_at,
    replayed_at
from {{ source('raw', 'quarantine') }}
