with events as (
    select
        case_id,
        status_code,
        holder_code,
        occurred_at,
        row_number() over (
            partition by case_id
            order by occurred_at desc, received_at desc, event_id desc
        ) as recency
    from {{ ref('int_case_events') }}
    where case_id is not null and occurred_at <= {{ as_of() }}
),

last_unresolved as (
    select
        case_id,
        min(recency) as recency
    from events
    where status_code <> 'selesai'
    group by case_id
),

timelines as (
    select
        events.case_id,
        max(events.status_code) filter (where events.recency = 1) as status_code,
        max(events.holder_code) filter (where events.recency = 1) as holder_code,
        min(events.occurred_at) filter (where events.status_code <> 'menunggu') as first_coordinated_at,
        -- A case that was reopened is resolved by its last completion, not by the one that did not hold.
        min(events.occurred_at) filter (
            where last_unresolved.recency is null or events.recency < last_unresolved.recency
        ) as resolved_at
    from events
    left join last_unresolved on events.case_id = last_unresolved.case_id
    group by events.case_id
)

select
    timelines.case_id,
    timelines.status_code,
    case_statuses.status_set,
    timelines.holder_code,
    timelines.first_coordinated_at,
    timelines.resolved_at
from timelines
left join {{ ref('case_statuses') }} as case_statuses on timelines.status_code = case_statuses.status_code
