with events as (
    select
        event_id,
        channel,
        source_record_id,
        tracking_number,
        status,
        holder_code,
        occurred_at,
        received_at,
        is_synthetic
    from {{ source('raw', 'case_events') }}
)

select
    event_id,
    channel,
    source_record_id,
    tracking_number,
    status as status_code,
    holder_code,
    occurred_at,
    received_at,
    is_synthetic
from events
