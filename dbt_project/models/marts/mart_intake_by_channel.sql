with days as (
    select
        channel,
        sum(received) as received,
        sum(accepted_records) as accepted_records,
        sum(returned_records) as returned_records,
        sum(rejected_records) as rejected_records,
        sum(set_aside) as set_aside,
        sum(quarantined) as quarantined,
        sum(pending) as pending,
        min(received_date_wib) as first_received_date_wib,
        max(received_date_wib) as last_received_date_wib,
        bool_or(is_synthetic) as is_synthetic
    from {{ ref('mart_channel_daily') }}
    group by channel
)

select
    channels.channel_code as channel,
    channels.channel_name,
    coalesce(days.received, 0) as received,
    coalesce(days.accepted_records, 0) as accepted_records,
    coalesce(days.returned_records, 0) as returned_records,
    coalesce(days.rejected_records, 0) as rejected_records,
    coalesce(days.set_aside, 0) as set_aside,
    coalesce(days.quarantined, 0) as quarantined,
    coalesce(days.pending, 0) as pending,
    days.first_received_date_wib,
    days.last_received_date_wib,
    coalesce(days.is_synthetic, false) as is_synthetic,
    {{ as_of() }} as as_of
from {{ ref('channels') }} as channels
left join days on channels.channel_code = days.channel
