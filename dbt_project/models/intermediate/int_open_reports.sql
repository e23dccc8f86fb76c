{{ config(materialized='view') }}

select
    complaints.complaint_id,
    complaints.visibility = 'public' and not coalesce(withdrawals.is_withdrawn, false) as is_public,
    complaints.kelurahan_code,
    complaints.kecamatan_code,
    complaints.reported_date_wib,
    complaints.is_synthetic
from {{ ref('fct_complaints') }} as complaints
-- One complaint's notices are looked up by the index, whatever others have.
left join lateral (
    select set_aside.reason <> 'unhidden' as is_withdrawn
    from {{ source('ledger', 'set_aside') }} as set_aside
    where
        set_aside.complaint_id = complaints.complaint_id
        and set_aside.reason in ('hidden', 'unhidden', 'removed')
    order by set_aside.occurred_at desc, set_aside.inbox_id desc
    limit 1
) as withdrawals on true
where complaints.decision = 'accepted'
