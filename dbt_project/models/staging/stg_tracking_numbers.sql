select
    complaint_id,
    tracking_number
from {{ source('ledger', 'tracking_numbers') }}
