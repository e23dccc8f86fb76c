{{ config(indexes=[{'columns': ['complaint_id']}, {'columns': ['holder_code', 'occurred_at']}]) }}

with events as (
    select
        event_id,
        complaint_id,
        case_id,
        status_code,
        holder_code,
        occurred_at,
        received_at,
        reported_at,
        is_synthetic
    from {{ ref('int_case_events') }}
)

select
    event_id,
    complaint_id,
    case_id,
    case
        when case_id is not null
            then row_number() over (partition by case_id order by occurred_at, received_at, event_id)
    end as event_number,
    status_code,
    holder_code,
    occurred_at,
    {{ wib_date('occurred_at') }} as occurred_date_wib,
    received_at,
    {{ hours_between('reported_at', 'occurred_at') }} as hours_since_report,
    is_synthetic
from events
