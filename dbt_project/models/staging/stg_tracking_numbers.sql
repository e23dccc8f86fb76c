select
    complaint_id,
    tracking_number,
    open_key
from {{ source('ledger', 'tracking_numbers') }}
