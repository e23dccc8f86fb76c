{{ config(materialized='view') }}

-- As they came in, not as the last build saw them: who follows a number sees an event when it is booked.
select
    complaints.complaint_id,
    events.event_id,
    events.status_code,
    statuses.status_name,
    statuses.status_set,
    statuses.colour,
    events.holder_code,
    skpd.skpd_name as holder_name,
    events.occurred_at,
    events.booked_at,
    events.waits_for_reporter,
    events.promised_at
from (
    select distinct
        versions.complaint_id,
        versions.channel,
        versions.source_record_id
    from {{ ref('stg_complaints') }} as versions
) as complaints
left join {{ ref('stg_tracking_numbers') }} as numbers on complaints.complaint_id = numbers.complaint_id
cross join
    lateral (
        select by_number.*
        from {{ ref('stg_case_events') }} as by_number
        where by_number.tracking_number = numbers.tracking_number
        union
        select by_record.*
        from {{ ref('stg_case_events') }} as by_record
        where
            by_record.channel = complaints.channel
            and by_record.source_record_id = complaints.source_record_id
    ) as events
left join {{ ref('case_statuses') }} as statuses on events.status_code = statuses.status_code
left join {{ ref('skpd') }} as skpd on events.holder_code = skpd.skpd_code
where not events.is_withdrawn
