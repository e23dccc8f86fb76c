{{ config(
    materialized='incremental',
    unique_key=['complaint_id', 'version', 'signal'],
    indexes=[{'columns': ['as_of']}],
) }}

with signals as (
    select
        raised.complaint_id,
        raised.version,
        raised.signal,
        raised.evidence,
        raised.raised_at,
        verdicts.verdict as verified_as,
        verdicts.decided_at as verified_at
    from {{ source('ledger', 'signals') }} as raised
    left join {{ ref('stg_verdicts') }} as verdicts
        on
            raised.complaint_id = verdicts.complaint_id
            and raised.version = verdicts.version
            and verdicts.decided_at <= {{ as_of() }}
    where raised.raised_at >= {{ touched_since() }} or verdicts.decided_at >= {{ touched_since() }}
)

select
    complaint_id,
    version,
    signal,
    evidence,
    raised_at,
    verified_as,
    verified_at,
    {{ as_of() }} as as_of
from signals
