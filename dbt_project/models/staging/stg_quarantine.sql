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
    quarantined_at
from quarantine
-- What a mended parser took in counts as received in the inbox.
where replayed_at is null
