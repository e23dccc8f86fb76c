{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['complaint_id', 'version', 'signal'],
    on_schema_change='fail',
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
