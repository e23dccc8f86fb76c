with channels as (
    select
        channel_code,
        channel_name
    from {{ ref('channels') }}
),

records as (
    select
        channel,
        count(*) as records,
        count(*) filter (where decision = 'accepted') as accepted,
        count(*) filter (where decision = 'returned') as returned,
        count(*) filter (where decision = 'rejected') as rejected,
        count(*) filter (where is_set_aside) as set_aside,
        count(*) filter (where is_pending) as pending,
        min(fetched_at) as first_fetched_at,
        max(fetched_at) as last_fetched_at,
        bool_or(is_synthetic) as is_synthetic
    from {{ ref('stg_inbox') }}
    group by channel
),

quarantine as (
    select
        channel,
        count(*) as quarantined
    from {{ ref('stg_quarantine') }}
    group by channel
)

select
    channels.channel_code as channel,
    channels.channel_name,
    coalesce(records.records, 0) + coalesce(quarantine.quarantined, 0) as received,
    coalesce(records.accepted, 0) as accepted,
    coalesce(records.returned, 0) as returned,
    coalesce(records.rejected, 0) as rejected,
    coalesce(records.set_aside, 0) as set_aside,
    coalesce(quarantine.quarantined, 0) as quarantined,
    coalesce(records.pending, 0) as pending,
    records.first_fetched_at,
    records.last_fetched_at,
    coalesce(records.is_synthetic, false) as is_synthetic,
    {{ as_of() }} as as_of
from channels
left join records on channels.channel_code = records.channel
left join quarantine on channels.channel_code = quarantine.channel
