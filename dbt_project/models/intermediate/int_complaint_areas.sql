{{ config(materialized='view') }}

select
    complaints.complaint_id,
    areas.area_code,
    complaints.reported_at,
    complaints.reported_date_wib,
    {{ week_of('complaints.reported_date_wib') }} as week_start_date_wib,
    complaints.kecamatan_code is not null as is_located,
    complaints.decision = 'accepted' as is_accepted,
    complaints.decision = 'accepted' and complaints.duplicate_of is null as is_case,
    complaints.pillar_code,
    channels.channel_kind = 'counter' as is_at_counter,
    complaints.is_new_reporter,
    complaints.status_set <> 'closed' as is_open,
    complaints.hours_to_resolve,
    complaints.is_synthetic,
    complaints.as_of
from {{ ref('fct_complaints') }} as complaints
left join {{ ref('channels') }} as channels on complaints.channel = channels.channel_code
{{ join_areas_of('complaints.kecamatan_code') }}
