select
    reuse.photo_id,
    reuse.earlier_photo_id,
    photos.event_id,
    photos.photo_name,
    case when earlier.inbox_id is null then 'follow_up' else 'report' end as earlier_kind,
    earlier.event_id as earlier_event_id,
    earlier.photo_name as earlier_photo_name,
    coalesce(reports.duplicate_of, reports.complaint_id) as report_case_id,
    reuse.verdict,
    reuse.is_copy,
    reuse.is_mirrored,
    reuse.changed_share,
    reuse.features_in_common,
    reuse.edited_parts,
    reuse.found_at,
    photos.is_synthetic
from {{ source('ledger', 'photo_reuse') }} as reuse
inner join {{ source('raw', 'evidence_photos') }} as photos on reuse.photo_id = photos.photo_id
inner join {{ source('raw', 'evidence_photos') }} as earlier on reuse.earlier_photo_id = earlier.photo_id
left join {{ source('ledger', 'complaints') }} as reports on earlier.inbox_id = reports.inbox_id
