with events as (
    select
        event_id,
        channel,
        source_record_id,
        tracking_number,
        status_code,
        holder_code,
        occurred_at,
        received_at,
        is_synthetic
    from {{ ref('stg_case_events') }}
),

complaints as (
    select
        complaint_id,
        case_id,
        tracking_number,
        channel,
        source_record_id,
        reported_at
    from {{ ref('stg_complaints') }}
)

select
    events.event_id,
    coalesce(by_number.complaint_id, by_record.complaint_id) as complaint_id,
    coalesce(by_number.case_id, by_record.case_id) as case_id,
    coalesce(by_number.reported_at, by_record.reported_at) as reported_at,
    events.status_code,
    events.holder_code,
    events.occurred_at,
    events.received_at,
    events.is_synthetic
from events
left join complaints as by_number on events.tracking_number = by_number.tracking_number
left join complaints as by_record
    on
        events.channel = by_record.channel
        and events.source_record_id = by_record.source_record_id
