{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='case_id',
    on_schema_change='fail',
    pre_hook="{{ keep_touched(touched_cases()) }}",
    indexes=[
        {'columns': ['holder_code', 'held_to']},
        {'columns': ['held_to']},
        {'columns': ['due_at']},
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
        case_id,
        event_id,
        booked_at,
        occurred_at,
        status_code,
        case when status_code in ('selesai', 'ditolak') then status_code end as closing_code,
        holder_code,
        waits_for_reporter,
        lead(occurred_at) over (partition by case_id order by occurred_at, booked_at, event_id) as next_at
    from {{ ref('fct_case_events') }}
    where
        not is_withdrawn
        and occurred_at <= {{ as_of() }}
        and case_id in (select cases.case_id from cases)
),

-- A closing opens no span: it ends the one that is open, whoever books it.
compared as (
    select
        events.*,
        lag(events.closing_code) over happened as closing_before,
        lag(events.holder_code) over happened as holder_before,
        row_number() over happened as event_number
    from events
    window happened as (partition by case_id order by occurred_at, booked_at, event_id)
),

opened as (
    select
        compared.*,
        compared.closing_code is null
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
        ) as span_number
    from opened
),

-- What ends a span: the first event of the case that opens another one, or closes.
spans as (
    select
        case_id,
        span_number,
        min(occurred_at) filter (where opens) as held_from,
        max(holder_code) filter (where opens) as holder_code,
        bool_or(opens and status_code = 'menunggu_verifikasi') as is_verification,
        min(occurred_at) filter (where closing_code is not null) as closed_at,
        (
            array_agg(closing_code order by occurred_at, booked_at, event_id) filter (
                where closing_code is not null
            )
        )[1]
            as closing_code
    from numbered
    where span_number > 0
    group by case_id, span_number
),

followed as (
    select
        spans.*,
        lead(spans.held_from) over next_span as next_from,
        lead(spans.is_verification) over next_span as is_next_verification
    from spans
    window next_span as (partition by case_id order by span_number)
),

ended as (
    select
        followed.case_id,
        followed.span_number::integer as span_number,
        followed.holder_code,
        followed.is_verification,
        followed.held_from,
        coalesce(followed.closed_at, followed.next_from) as held_to,
        case
            when followed.closing_code = 'selesai' then 'resolved'
            when followed.closing_code = 'ditolak' then 'rejected'
            when followed.is_next_verification then 'delivered'
            when followed.next_from is not null then 'handed_over'
        end as ended_by
    from followed
    union all
    -- Until an event says otherwise, a case is in the hands of the agency that triage gave it to.
    select
        cases.case_id,
        1 as span_number,
        cases.skpd_code as holder_code,
        false as is_verification,
        cases.decided_at as held_from,
        null as held_to,
        null as ended_by
    from cases
    where not exists (
        select 1 from spans
        where spans.case_id = cases.case_id
    )
),

pauses as (
    select
        ended.case_id,
        ended.span_number,
        greatest(events.occurred_at, ended.held_from) as paused_from,
        least(coalesce(events.next_at, {{ as_of() }}), coalesce(ended.held_to, {{ as_of() }})) as paused_to
    from ended
    inner join events on ended.case_id = events.case_id and events.waits_for_reporter
),

ruled as (
    select
        ended.*,
        cases.reported_date_wib,
        cases.kelurahan_code,
        cases.is_synthetic,
        rules.limit_hours,
        coalesce(rules.clock, 'calendar') as clock
    from ended
    inner join cases on ended.case_id = cases.case_id
    -- Who handed a case on is judged by the limit to coordinate, who worked on it by the limit to resolve,
    -- who verifies by none.
    left join {{ ref('sla_rules') }} as rules
        on
            not ended.is_verification
            and rules.scope = 'any'
            and rules.stage = case when ended.ended_by = 'handed_over' then 'coordinate' else 'resolve' end
            and cases.reported_date_wib <@ daterange(rules.valid_from, rules.valid_to)
),

paused as (
    select
        ruled.case_id,
        ruled.span_number,
        sum({{ clock_hours('ruled.clock', 'pauses.paused_from', 'from_day', 'pauses.paused_to', 'to_day') }})
            as hours_paused
    from ruled
    inner join pauses on ruled.case_id = pauses.case_id and ruled.span_number = pauses.span_number
    inner join {{ ref('dim_days') }} as from_day on {{ wib_date('pauses.paused_from') }} = from_day.date_wib
    inner join {{ ref('dim_days') }} as to_day on {{ wib_date('pauses.paused_to') }} = to_day.date_wib
    where pauses.paused_to > pauses.paused_from
    group by ruled.case_id, ruled.span_number
),

charged as (
    select
        ruled.*,
        coalesce(paused.hours_paused, 0)::double precision as hours_paused,
        case
            when ruled.held_to is not null
                then
                    {{ clock_hours('ruled.clock', 'ruled.held_from', 'from_day', 'ruled.held_to', 'to_day') }}
                    - coalesce(paused.hours_paused, 0)
        end as hours_charged,
        case ruled.clock
            when 'working' then {{ working_moment(working_position('ruled.held_from', 'from_day')
                ~ ' + ruled.limit_hours + coalesce(paused.hours_paused, 0)', 'end_day') }}
            else
                ruled.held_from
                + make_interval(secs => (ruled.limit_hours + coalesce(paused.hours_paused, 0)) * 3600)
        end as due_at
    from ruled
    inner join {{ ref('dim_days') }} as from_day on {{ wib_date('ruled.held_from') }} = from_day.date_wib
    left join {{ ref('dim_days') }} as to_day on {{ wib_date('ruled.held_to') }} = to_day.date_wib
    left join paused on ruled.case_id = paused.case_id and ruled.span_number = paused.span_number
    left join {{ ref('dim_days') }} as end_day
        on
            ruled.clock = 'working'
            and end_day.is_working_day
            and end_day.working_days_before = {{ working_day_of(
                working_position('ruled.held_from', 'from_day')
                ~ ' + ruled.limit_hours + coalesce(paused.hours_paused, 0)'
            ) }}
)

select
    case_id,
    span_number,
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
