{#- Days written again: those of receipt of what came in, was decided, set aside, quarantined or replayed. -#}
{% set touched %}{% raw %}
    select {{ wib_date('fetched_at') }} as received_date_wib
    from {{ source('raw', 'inbox') }}
    where fetched_at >= {{ touched_since() }}
    union
    select {{ wib_date('quarantined_at') }}
    from {{ ref('stg_quarantine') }}
    where quarantined_at >= {{ touched_since() }} or replayed_at >= {{ touched_since() }}
    union
    select {{ wib_date('fetched_at') }}
    from {{ ref('stg_complaints') }}
    where decided_at >= {{ touched_since() }}
    union
    select {{ wib_date('inbox.fetched_at') }}
    from {{ source('ledger', 'set_aside') }} as set_aside
    inner join {{ source('raw', 'inbox') }} as inbox on set_aside.inbox_id = inbox.inbox_id
    where set_aside.decided_at >= {{ touched_since() }}
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='received_date_wib',
    pre_hook=keep_touched(touched),
    indexes=[{'columns': ['received_date_wib']}, {'columns': ['as_of']}],
) }}

with inbox as (
    select
        inbox_id,
        channel,
        fetched_at,
        is_synthetic
    from {{ source('raw', 'inbox') }}
),

decisions as (
    select
        inbox_id,
        decision,
        category_code,
        kelurahan_code,
        has_point,
        routing_basis,
        needs_verification,
        has_photo
    from {{ source('ledger', 'complaints') }}
),

set_aside as (
    select inbox_id
    from {{ source('ledger', 'set_aside') }}
),

received as (
    {% if is_incremental() %}
        select key as received_date_wib from touched
    {% else %}
        select {{ wib_date('fetched_at') }} as received_date_wib from inbox
        union
        select {{ wib_date('quarantined_at') }} as received_date_wib from {{ ref('stg_quarantine') }}
    {% endif %}
),

days as (
    select
        received_date_wib,
        received_date_wib::timestamp at time zone {{ city_zone() }} as day_start,
        (received_date_wib + 1)::timestamp at time zone {{ city_zone() }} as day_end
    from received
),

records as (
    select
        days.received_date_wib,
        inbox.channel,
        count(*) as records,
        count(*) filter (where decisions.decision = 'accepted') as accepted,
        count(*) filter (where decisions.decision = 'returned') as returned,
        count(*) filter (where decisions.decision = 'rejected') as rejected,
        count(set_aside.inbox_id) as set_aside,
        count(*) filter (where decisions.inbox_id is null and set_aside.inbox_id is null) as pending,
        count(*) filter (where decisions.has_point) as with_point,
        count(decisions.kelurahan_code) as with_kelurahan,
        count(decisions.category_code) as with_category,
        count(*) filter (where decisions.has_photo) as with_photo,
        count(*) filter (where decisions.routing_basis = 'abstained') as routed_by_hand,
        count(*) filter (where decisions.needs_verification) as to_verify,
        bool_or(inbox.is_synthetic) as is_synthetic
    from days
    inner join inbox on days.day_start <= inbox.fetched_at and days.day_end > inbox.fetched_at
    left join decisions on inbox.inbox_id = decisions.inbox_id
    left join set_aside on inbox.inbox_id = set_aside.inbox_id
    group by days.received_date_wib, inbox.channel
),

quarantine as (
    select
        days.received_date_wib,
        quarantine.channel,
        count(*) as quarantined
    from days
    inner join {{ ref('stg_quarantine') }} as quarantine
        on days.day_start <= quarantine.quarantined_at and days.day_end > quarantine.quarantined_at
    -- A payload that a mended parser has read since is counted in the inbox.
    where quarantine.replayed_at is null
    group by days.received_date_wib, quarantine.channel
)

select
    days.received_date_wib,
    channels.channel_code as channel,
    (coalesce(records.records, 0) + coalesce(quarantine.quarantined, 0))::integer as received,
    coalesce(records.accepted, 0)::integer as accepted_records,
    coalesce(records.returned, 0)::integer as returned_records,
    coalesce(records.rejected, 0)::integer as rejected_records,
    coalesce(records.set_aside, 0)::integer as set_aside,
    coalesce(quarantine.quarantined, 0)::integer as quarantined,
    coalesce(records.pending, 0)::integer as pending,
    coalesce(records.with_point, 0)::integer as with_point,
    coalesce(records.with_kelurahan, 0)::integer as with_kelurahan,
    coalesce(records.with_category, 0)::integer as with_category,
    coalesce(records.with_photo, 0)::integer as with_photo,
    coalesce(records.routed_by_hand, 0)::integer as routed_by_hand,
    coalesce(records.to_verify, 0)::integer as to_verify,
    coalesce(records.is_synthetic, false) as is_synthetic,
    {{ as_of() }} as as_of
from days
cross join {{ ref('channels') }} as channels
left join
    records
    on days.received_date_wib = records.received_date_wib and channels.channel_code = records.channel
left join quarantine
    on days.received_date_wib = quarantine.received_date_wib and channels.channel_code = quarantine.channel
