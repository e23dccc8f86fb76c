with numbers as (
    select
        complaint_id,
        tracking_number
    from {{ source('ledger', 'tracking_numbers') }}
)

select
    complaint_id,
    tracking_number
from numbers
