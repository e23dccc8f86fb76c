select
    reuse.photo_id,
    reuse.earlier_photo_id,
    photos.event_id,
    photos.photo_name,
    earlier.event_id as earlier_event_id,
    earlier.photo_name as earlier_photo_name,
    reuse.verdict,
    reuse.is_mirrored,
    reuse.changed_share,
    reuse.features_in_common,
    reuse.found_at,
    photos.is_synthetic
from {{ source('ledger', 'photo_reuse') }} as reuse
inner join {{ source('raw', 'evidence_photos') }} as photos on reuse.photo_id = photos.photo_id
inner join {{ source('raw', 'evidence_photos') }} as earlier on reuse.earlier_photo_id = earlier.photo_id
