with inbox as (
    select
        inbox_id,
        channel,
        fetched_at,
        batch_id,
        is_synthetic
    from {{ source('raw', 'inbox') }}
),

decisions as (
    select
        inbox_id,
        decision
    from {{ source('ledger', 'complaints') }}
),

set_aside as (
    select inbox_id
    from {{ source('ledger', 'set_aside') }}
),

pending as (
    select inbox_id
    from {{ source('raw', 'pending') }}
)

select
    inbox.inbox_id,
    inbox.channel,
    inbox.fetched_at,
    inbox.batch_id,
    decisions.decision,
    set_aside.inbox_id is not null as is_set_aside,
    pending.inbox_id is not null as is_pending,
    inbox.is_synthetic
from inbox
left join decisions on inbox.inbox_id = decisions.inbox_id
left join set_aside on inbox.inbox_id = set_aside.inbox_id
left join pending on inbox.inbox_id = pending.inbox_id
