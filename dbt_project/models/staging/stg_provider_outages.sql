select
    provider,
    slot_start,
    cameras,
    reason
from {{ source('raw', 'provider_outages') }}
