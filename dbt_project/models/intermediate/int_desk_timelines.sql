{{ config(materialized='view') }}

-- Read for one case at a time. Without a WITH: through one PostgreSQL would read the events of all cases.
select
    listed.case_id,
    max(listed.event_id) filter (where listed.recency = 1) as last_event_id,
    max(listed.occurred_at) filter (where listed.recency = 1) as last_event_at,
    max(listed.status_code) filter (where listed.recency = 1) as status_code,
    max(listed.holder_code) filter (where listed.recency = 1) as holder_code,
    bool_or(listed.waits_for_reporter) filter (where listed.recency = 1) as waits_for_reporter,
    (array_agg(listed.promised_at order by listed.recency) filter (where listed.promised_at is not null))[1]
        as promised_at,
    -- What another agency held, or closed, lies before.
    min(listed.occurred_at) filter (where listed.interruptions = 0) as held_since
from (
    select
        ordered.*,
        count(*) filter (
            where ordered.holder_code <> ordered.last_holder_code or ordered.status_set = 'closed'
        ) over (partition by ordered.case_id order by ordered.recency) as interruptions
    from (
        select
            reports.case_id,
            events.event_id,
            events.status_code,
            events.status_set,
            events.holder_code,
            events.occurred_at,
            events.waits_for_reporter,
            events.promised_at,
            row_number() over latest_first as recency,
            first_value(events.holder_code) over latest_first as last_holder_code
        from (
            select
                numbers.complaint_id as case_id,
                numbers.complaint_id
            from {{ ref('stg_tracking_numbers') }} as numbers
            union
            select
                complaints.duplicate_of as case_id,
                complaints.complaint_id
            from {{ ref('stg_complaints') }} as complaints
            where complaints.duplicate_of is not null
        ) as reports
        cross join
            lateral (
                select booked.*
                from {{ ref('int_tracked_events') }} as booked
                where booked.complaint_id = reports.complaint_id
                order by booked.event_id
                offset 0
            ) as events
        window
            latest_first as (
                partition by reports.case_id
                order by events.occurred_at desc, events.booked_at desc, events.event_id desc
            )
    ) as ordered
) as listed
group by listed.case_id
