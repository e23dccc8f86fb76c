{{ config(
    materialized='incremental',
    unique_key=['complaint_id', 'version', 'signal'],
    indexes=[{'columns': ['as_of']}],
) }}

with signals as (
    select
        complaint_id,
        version,
        signal,
        evidence,
        raised_at
    from {{ source('ledger', 'signals') }}
    where raised_at >= {{ touched_since() }}
)

select
    complaint_id,
    version,
    signal,
    evidence,
    raised_at,
    {{ as_of() }} as as_of
from signals
