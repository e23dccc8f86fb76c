select
    event_id,
    channel,
    source_record_id,
    tracking_number,
    status as status_code,
    holder_code,
    occurred_at,
    booked_at,
    received_at,
    is_withdrawn,
    waits_for_reporter,
    promised_at,
    rating,
    is_synthetic
from {{ source('raw', 'case_events') }}
where is_current
