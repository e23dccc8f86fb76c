select
    photo_id,
    complaint_id,
    version,
    verdict,
    decided_at
from {{ source('desk', 'verdicts') }}
