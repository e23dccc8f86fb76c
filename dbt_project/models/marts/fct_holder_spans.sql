{#- Cases written again: those whose complaint was, and those whose holder's limit passed. -#}
{% set touched %}{% raw %}
    select case_id from {{ ref('fct_complaints') }} where {{ was_written_since() }}
    union
    select case_id from {{ this }} where due_at >= {{ touched_since() }} and due_at < {{ as_of() }}
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='case_id',
    pre_hook=keep_touched(touched),
    indexes=[
        {'columns': ['holder_code', 'held_to']},
        {'columns': ['held_to']},
        {'columns': ['due_at']},
        {'columns': ['reported_date_wib']},
        {'columns': ['as_of']},
    ],
    post_hook="delete from {{ this }} as spans using {{ ref('fct_complaints') }} as complaints
        where spans.case_id = complaints.complaint_id and complaints.decision <> 'accepted'
            and complaints.as_of = {{ as_of() }}",
) }}

with cases as (
    select
        complaint_id as case_id,
        reported_date_wib,
        kelurahan_code,
        skpd_code,
        decided_at,
        is_synthetic
    from {{ ref('fct_complaints') }}
    where
        decision = 'accepted'
        and duplicate_of is null
        and {{ is_touched('complaint_id') }}
),

events as (
    select
        cases.*,
        events.event_id,
        events.booked_at,
        events.occurred_at,
        events.status_code,
        case when events.status_code in ('selesai', 'ditolak') then events.status_code end as closing_code,
        events.holder_code,
        events.waits_for_reporter,
        coalesce(
            lead(events.occurred_at) over (
                partition by cases.case_id order by events.occurred_at, events.booked_at, events.event_id
            ),
            {{ as_of() }}
        ) as next_at
    from cases
    left join {{ ref('fct_case_events') }} as events
        on cases.case_id = events.case_id and not events.is_withdrawn and events.occurred_at <= {{ as_of() }}
),

-- A pause ends with the next event, and so within the span that it is a part of.
paused as (
    select
        events.*,
        {{ hours_between('events.occurred_at', 'events.next_at') }} as calendar_hours_paused,
        {{ clock_hours("'working'", 'events.occurred_at', 'from_day', 'events.next_at', 'to_day') }}
            as working_hours_paused
    from events
    left join {{ ref('dim_days') }} as from_day on {{ wib_date('events.occurred_at') }} = from_day.date_wib
    left join {{ ref('dim_days') }} as to_day on {{ wib_date('events.next_at') }} = to_day.date_wib
),

-- A closing opens no span: it ends the one that is open, whoever books it.
compared as (
    select
        paused.*,
        lag(paused.closing_code) over happened as closing_before,
        lag(paused.holder_code) over happened as holder_before,
        row_number() over happened as event_number
    from paused
    window
        happened as (
            partition by paused.case_id order by paused.occurred_at, paused.booked_at, paused.event_id
        )
),

opened as (
    select
        compared.*,
        compared.event_id is not null
        and compared.closing_code is null
        and (
            compared.event_number = 1
            or compared.closing_before is not null
            or compared.holder_before <> compared.holder_code
        ) as opens
    from compared
),

numbered as (
    select
        opened.*,
        count(*) filter (where opened.opens) over (
            partition by opened.case_id
            order by opened.occurred_at, opened.booked_at, opened.event_id rows unbounded preceding
        ) as opening_number
    from opened
),

-- What ends a span: the first event of the case that opens another one, or closes. Until an event says
-- otherwise, a case is in the hands of the agency that triage gave it to: such a span has the number 0.
spans as (
    select
        case_id,
        opening_number,
        max(reported_date_wib) as reported_date_wib,
        max(kelurahan_code) as kelurahan_code,
        bool_or(is_synthetic) as is_synthetic,
        coalesce(min(occurred_at) filter (where opens), least(min(decided_at), min(occurred_at)))
            as held_from,
        coalesce(max(holder_code) filter (where opens), max(skpd_code)) as holder_code,
        coalesce(bool_or(opens and status_code = 'menunggu_verifikasi'), false) as is_verification,
        min(occurred_at) filter (where closing_code is not null) as closed_at,
        (
            array_agg(closing_code order by occurred_at, booked_at, event_id) filter (
                where closing_code is not null
            )
        )[1]
            as closing_code,
        coalesce(sum(calendar_hours_paused) filter (where waits_for_reporter), 0) as calendar_hours_paused,
        coalesce(sum(working_hours_paused) filter (where waits_for_reporter), 0) as working_hours_paused
    from numbered
    group by case_id, opening_number
),

followed as (
    select
        spans.*,
        row_number() over next_span as span_number,
        lead(spans.held_from) over next_span as next_from,
        lead(spans.is_verification) over next_span as is_next_verification
    from spans
    window next_span as (partition by spans.case_id order by spans.opening_number)
),

ended as (
    select
        followed.*,
        coalesce(followed.closed_at, followed.next_from) as held_to,
        case
            when followed.closing_code = 'selesai' then 'resolved'
            when followed.closing_code = 'ditolak' then 'rejected'
            when followed.is_next_verification then 'delivered'
            when followed.next_from is not null then 'handed_over'
        end as ended_by
    from followed
),

ruled as (
    select
        ended.*,
        rules.limit_hours,
        coalesce(rules.clock, 'calendar') as clock,
        case rules.clock when 'working' then ended.working_hours_paused else ended.calendar_hours_paused end
            as hours_paused
    from ended
    -- Who handed a case on is judged by the limit to coordinate, who worked on it by the limit to resolve,
    -- who verifies by none.
    left join {{ ref('sla_rules') }} as rules
        on
            not ended.is_verification
            and rules.scope = 'any'
            and rules.stage = case when ended.ended_by = 'handed_over' then 'coordinate' else 'resolve' end
            and ended.reported_date_wib <@ daterange(rules.valid_from, rules.valid_to)
),

charged as (
    select
        ruled.*,
        case
            when ruled.held_to is not null
                then
                    {{ clock_hours('ruled.clock', 'ruled.held_from', 'from_day', 'ruled.held_to', 'to_day') }}
                    - ruled.hours_paused
        end as hours_charged,
        case ruled.clock
            when 'working' then {{ working_moment(working_position('ruled.held_from', 'from_day')
                ~ ' + ruled.limit_hours + ruled.hours_paused', 'end_day') }}
            else
                ruled.held_from
                + make_interval(secs => (ruled.limit_hours + ruled.hours_paused) * 3600)
        end as due_at
    from ruled
    inner join {{ ref('dim_days') }} as from_day on {{ wib_date('ruled.held_from') }} = from_day.date_wib
    left join {{ ref('dim_days') }} as to_day on {{ wib_date('ruled.held_to') }} = to_day.date_wib
    left join {{ ref('dim_days') }} as end_day
        on
            ruled.clock = 'working'
            and end_day.is_working_day
            and end_day.working_days_before = {{ working_day_of(
                working_position('ruled.held_from', 'from_day')
                ~ ' + ruled.limit_hours + ruled.hours_paused'
            ) }}
)

select
    case_id,
    span_number::integer as span_number,
    holder_code,
    case when holder_code = 'kelurahan' then kelurahan_code end as holder_kelurahan_code,
    reported_date_wib,
    held_from,
    held_to,
    {{ wib_date('held_to') }} as held_to_date_wib,
    ended_by,
    is_verification,
    hours_paused,
    hours_charged,
    limit_hours,
    due_at,
    case
        when ended_by = 'rejected' then null
        when hours_charged is not null then hours_charged <= limit_hours
        when due_at < {{ as_of() }} then false
    end as is_within_limit,
    is_synthetic,
    {{ as_of() }} as as_of
from charged
-- What a question asks together lies together: a month of 3 years is read from few pages.
order by reported_date_wib
