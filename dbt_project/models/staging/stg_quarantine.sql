with quarantine as (
    select
        quarantine_id,
        channel,
        origin,
        reason,
        quarantined_at,
        replayed_at
    from {{ source('raw', 'quarantine') }}
)

select
    quarantine_id,
    channel,
    origin,
    reason,
    quarantined_at,
    replayed_at
from quarantine
