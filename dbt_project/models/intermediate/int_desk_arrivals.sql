{{ config(materialized='view') }}

-- Asked for what came since a moment: each part has an index by it.
select
    complaints.case_id,
    complaints.skpd_code as holder_code,
    complaints.decided_at as arrived_at
from {{ ref('stg_complaints') }} as complaints
union all
select
    complaints.case_id,
    case when not events.is_withdrawn then events.holder_code end as holder_code,
    events.received_at as arrived_at
from {{ ref('stg_case_events') }} as events
inner join {{ ref('stg_tracking_numbers') }} as numbers on events.tracking_number = numbers.tracking_number
inner join {{ ref('stg_complaints') }} as complaints on numbers.complaint_id = complaints.complaint_id
union all
select
    complaints.case_id,
    case when not events.is_withdrawn then events.holder_code end as holder_code,
    events.received_at as arrived_at
from {{ ref('stg_case_events') }} as events
inner join {{ ref('stg_complaints') }} as complaints
    on events.channel = complaints.channel and events.source_record_id = complaints.source_record_id
