{{ config(
    materialized='incremental',
    unique_key=['complaint_id', 'other_id', 'kind'],
    indexes=[{'columns': ['other_id']}, {'columns': ['as_of']}],
) }}

with links as (
    select
        complaint_id,
        other_id,
        kind,
        evidence,
        linked_at
    from {{ source('ledger', 'links') }}
    where linked_at >= {{ touched_since() }}
),

both_ways as (
    select
        complaint_id,
        other_id,
        kind,
        evidence,
        linked_at
    from links
    union all
    select
        other_id as complaint_id,
        complaint_id as other_id,
        case kind
            when 'duplicate_of' then 'has_duplicate'
            when 'relapse_of' then 'has_relapse'
            else 'quoted_by'
        end as kind,
        evidence,
        linked_at
    from links
)

select
    both_ways.complaint_id,
    both_ways.other_id,
    both_ways.kind,
    both_ways.evidence,
    both_ways.linked_at,
    {{ as_of() }} as as_of
from both_ways
