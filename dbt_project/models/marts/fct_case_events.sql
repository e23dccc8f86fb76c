{#- Events written again: those that came in or were rated, and those of a complaint that came in or was
    decided again. -#}
{% set touched %}{% raw %}
    with decided as (
        select distinct
            complaints.channel,
            complaints.source_record_id,
            numbers.tracking_number
        from {{ ref('stg_complaints') }} as complaints
        left join {{ ref('stg_tracking_numbers') }} as numbers
            on complaints.complaint_id = numbers.complaint_id
        where complaints.decided_at >= {{ touched_since() }}
    )

    select event_id from {{ ref('stg_case_events') }} where received_at >= {{ touched_since() }}
    union
    select event_id from {{ ref('stg_ratings') }} where given_at >= {{ touched_since() }}
    union
    select events.event_id
    from decided
    inner join {{ ref('stg_case_events') }} as events
        on decided.channel = events.channel and decided.source_record_id = events.source_record_id
    union
    select events.event_id
    from decided
    inner join {{ ref('stg_case_events') }} as events on decided.tracking_number = events.tracking_number
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='event_id',
    pre_hook=keep_touched(touched),
    indexes=[
        {'columns': ['case_id']},
        {'columns': ['complaint_id']},
        {'columns': ['holder_code', 'occurred_at']},
        {'columns': ['occurred_at']},
        {'columns': ['as_of']},
    ],
) }}

with events as (
    select *
    from {{ ref('stg_case_events') }}
    where {{ is_touched('event_id') }}
),

named as (
    select
        events.event_id,
        coalesce(numbers.complaint_id, complaints.complaint_id) as complaint_id
    from events
    left join {{ ref('stg_tracking_numbers') }} as numbers on events.tracking_number = numbers.tracking_number
    left join {{ ref('stg_complaints') }} as complaints
        on
            events.channel = complaints.channel and events.source_record_id = complaints.source_record_id
            and complaints.version = 1
),

newest as (
    select distinct on (complaints.complaint_id)
        complaints.complaint_id,
        complaints.case_id,
        complaints.reported_at
    from {{ ref('stg_complaints') }} as complaints
    where complaints.complaint_id in (select named.complaint_id from named)
    order by complaints.complaint_id asc, complaints.version desc
),

-- Whoever holds a number rates once: what they gave on the portal stands for what the agency heard of them.
given as (
    select
        ratings.event_id,
        ratings.rating
    from {{ ref('stg_ratings') }} as ratings
    where ratings.given_at <= {{ as_of() }} and ratings.event_id in (select events.event_id from events)
    union all
    select
        events.event_id,
        events.rating
    from events
    inner join named on events.event_id = named.event_id
    where
        events.rating is not null
        and not exists (
            select 1 from {{ ref('stg_ratings') }} as ratings
            where
                events.event_id = ratings.event_id
                and named.complaint_id = ratings.complaint_id
                and ratings.given_at <= {{ as_of() }}
        )
),

rated as (
    select
        event_id,
        avg(rating) as rating,
        count(*)::integer as ratings
    from given
    group by event_id
)

select
    events.event_id,
    newest.complaint_id,
    newest.case_id,
    events.status_code,
    events.holder_code,
    events.occurred_at,
    {{ wib_date('events.occurred_at') }} as occurred_date_wib,
    events.booked_at,
    events.received_at,
    events.is_withdrawn,
    events.waits_for_reporter,
    events.promised_at,
    rated.rating,
    rated.ratings,
    {{ hours_between('newest.reported_at', 'events.occurred_at') }} as hours_since_report,
    events.is_synthetic,
    {{ as_of() }} as as_of
from events
inner join named on events.event_id = named.event_id
left join newest on named.complaint_id = newest.complaint_id
left join rated on events.event_id = rated.event_id
