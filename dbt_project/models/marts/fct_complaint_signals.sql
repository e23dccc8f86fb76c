{{ config(indexes=[{'columns': ['complaint_id']}]) }}

with signals as (
    select
        complaint_id,
        version,
        signal,
        evidence,
        raised_at
    from {{ source('ledger', 'signals') }}
)

select
    complaint_id,
    version,
    signal,
    evidence,
    raised_at,
    {{ as_of() }} as as_of
from signals
