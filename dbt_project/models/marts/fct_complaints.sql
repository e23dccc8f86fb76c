{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='complaint_id',
    on_schema_change='fail',
    pre_hook="{{ keep_touched(touched_complaints()) }}",
    indexes=[
        {'columns': ['reported_date_wib', 'category_code']},
        {'columns': ['tracking_number']},
        {'columns': ['holder_code', 'status_set', 'reported_date_wib']},
        {'columns': ['kelurahan_code', 'reported_date_wib']},
        {'columns': ['case_id']},
        {'columns': ['coordinate_due_at']},
        {'columns': ['resolve_due_at']},
        {'columns': ['is_overdue', 'holder_code']},
        {'columns': ['is_waiting_for_reporter']},
        {'columns': ['as_of']},
    ],
) }}

with versions as (
    select
        complaints.*,
        row_number() over (partition by complaints.complaint_id order by complaints.version desc) as recency,
        lead(complaints.fetched_at)
            over (partition by complaints.complaint_id order by complaints.version)
            as answered_at,
        first_value(complaints.is_new_reporter)
            over (partition by complaints.complaint_id order by complaints.version)
            as is_first_of_reporter
    from {{ ref('stg_complaints') }} as complaints
    where {{ is_touched('complaint_id') }}
),

complaints as (
    select
        versions.*,
        {{ wib_date('versions.reported_at') }} as reported_date_wib,
        numbers.tracking_number
    from versions
    left join {{ ref('stg_tracking_numbers') }} as numbers on versions.complaint_id = numbers.complaint_id
    where versions.recency = 1
),

relapses as (
    select
        relapse_of as complaint_id,
        count(distinct complaint_id)::integer as relapses
    from {{ ref('stg_complaints') }}
    where relapse_of is not null and {{ is_touched('relapse_of') }}
    group by relapse_of
),

events as (
    select
        case_id,
        status_code,
        holder_code,
        occurred_at,
        waits_for_reporter,
        promised_at,
        rating,
        lead(occurred_at) over earliest_first as next_at,
        row_number() over latest_first as recency
    from {{ ref('fct_case_events') }}
    where
        not is_withdrawn
        and occurred_at <= {{ as_of() }}
        and case_id in (select complaints.case_id from complaints)
    -- By when it happened and was booked, never by when it arrived: one history in whatever order it comes.
    window
        earliest_first as (partition by case_id order by occurred_at, booked_at, event_id),
        latest_first as (partition by case_id order by occurred_at desc, booked_at desc, event_id desc)
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
        coalesce(bool_or(events.waits_for_reporter) filter (where events.recency = 1), false)
            as waits_for_reporter,
        min(events.occurred_at) filter (where events.status_code <> 'menunggu') as first_coordinated_at,
        -- A case that was reopened is resolved by its last completion, not by the one that did not hold.
        min(events.occurred_at) filter (
            where last_unresolved.recency is null or events.recency < last_unresolved.recency
        ) as resolved_at,
        (
            array_agg(events.promised_at order by events.recency) filter (
                where events.promised_at is not null
            )
        )[1]
            as promised_at,
        (array_agg(events.rating order by events.recency) filter (where events.rating is not null))[1]
            as rating
    from events
    left join last_unresolved on events.case_id = last_unresolved.case_id
    group by events.case_id
),

cases as (
    select
        complaints.complaint_id,
        complaints.reported_at,
        complaints.reported_date_wib,
        timelines.first_coordinated_at,
        timelines.resolved_at,
        timelines.promised_at,
        timelines.rating,
        coalesce(timelines.status_code, 'menunggu') as status_code,
        coalesce(timelines.holder_code, complaints.skpd_code) as holder_code,
        coalesce(timelines.waits_for_reporter, false) as waits_for_reporter
    from complaints
    left join timelines on complaints.case_id = timelines.case_id
    where complaints.decision = 'accepted'
),

pauses as (
    select
        complaint_id,
        decided_at as paused_from,
        answered_at as paused_to
    from versions
    where decision = 'returned' and answered_at > decided_at
    union all
    select
        complaints.complaint_id,
        events.occurred_at as paused_from,
        coalesce(events.next_at, {{ as_of() }}) as paused_to
    from events
    inner join complaints on events.case_id = complaints.case_id
    where events.waits_for_reporter
),

stages as (
    select
        cases.complaint_id,
        rules.stage,
        rules.limit_hours,
        rules.clock,
        cases.reported_at,
        case rules.stage when 'coordinate' then cases.first_coordinated_at else cases.resolved_at end
            as reached_at
    from cases
    inner join {{ ref('sla_rules') }} as rules
        on
            rules.stage in ('coordinate', 'resolve')
            and rules.scope = 'any'
            and cases.reported_date_wib <@ daterange(rules.valid_from, rules.valid_to)
),

stage_pauses as (
    select
        stages.complaint_id,
        stages.stage,
        stages.clock,
        greatest(pauses.paused_from, stages.reported_at) as paused_from,
        least(pauses.paused_to, coalesce(stages.reached_at, {{ as_of() }})) as paused_to
    from stages
    inner join pauses on stages.complaint_id = pauses.complaint_id
),

paused as (
    select
        stage_pauses.complaint_id,
        stage_pauses.stage,
        sum({{ clock_hours('stage_pauses.clock', 'stage_pauses.paused_from', 'from_day',
                           'stage_pauses.paused_to', 'to_day') }}) as paused_hours
    from stage_pauses
    inner join
        {{ ref('dim_days') }} as from_day
        on {{ wib_date('stage_pauses.paused_from') }} = from_day.date_wib
    inner join {{ ref('dim_days') }} as to_day on {{ wib_date('stage_pauses.paused_to') }} = to_day.date_wib
    where stage_pauses.paused_to > stage_pauses.paused_from
    group by stage_pauses.complaint_id, stage_pauses.stage
),

allowed as (
    select
        stages.complaint_id,
        stages.stage,
        stages.clock,
        stages.reported_at,
        coalesce(paused.paused_hours, 0) as paused_hours,
        stages.limit_hours + coalesce(paused.paused_hours, 0) as hours,
        {{ working_position('stages.reported_at', 'report_day') }}
        + stages.limit_hours + coalesce(paused.paused_hours, 0) as working_end
    from stages
    inner join
        {{ ref('dim_days') }} as report_day
        on {{ wib_date('stages.reported_at') }} = report_day.date_wib
    left join paused on stages.complaint_id = paused.complaint_id and stages.stage = paused.stage
),

due as (
    select
        allowed.complaint_id,
        allowed.stage,
        allowed.paused_hours,
        case allowed.clock
            when 'working' then {{ working_moment('allowed.working_end', 'end_day') }}
            else allowed.reported_at + make_interval(secs => allowed.hours * 3600)
        end as due_at
    from allowed
    left join {{ ref('dim_days') }} as end_day
        on
            allowed.clock = 'working'
            and end_day.is_working_day
            and end_day.working_days_before = {{ working_day_of('allowed.working_end') }}
),

limits as (
    select
        cases.complaint_id,
        coordination.due_at as coordinate_due_at,
        -- Heavy work is due at its promised end, where that is later than the usual limit.
        case
            when heavy.rule_code is null then resolution.due_at else
                greatest(resolution.due_at, cases.promised_at)
        end
            as resolve_due_at,
        heavy.rule_code is not null and cases.promised_at is not null as is_heavy_work,
        coalesce(resolution.paused_hours, coordination.paused_hours, 0)::double precision as paused_hours
    from cases
    left join due as coordination
        on cases.complaint_id = coordination.complaint_id and coordination.stage = 'coordinate'
    left join
        due as resolution
        on cases.complaint_id = resolution.complaint_id and resolution.stage = 'resolve'
    left join {{ ref('sla_rules') }} as heavy
        on
            heavy.stage = 'resolve'
            and heavy.scope = 'heavy_work'
            and cases.reported_date_wib <@ daterange(heavy.valid_from, heavy.valid_to)
),

judged as (
    select
        cases.complaint_id,
        statuses.status_set,
        {{
            is_within_limit('cases.reported_at', 'cases.first_coordinated_at', 'limits.coordinate_due_at')
        }} as is_coordinated_within_sla,
        case
            when statuses.status_set = 'closed' and cases.resolved_at is null then null
            else {{ is_within_limit('cases.reported_at', 'cases.resolved_at', 'limits.resolve_due_at') }}
        end as is_resolved_within_sla,
        case
            when cases.resolved_at >= cases.reported_at
                then {{ hours_between('cases.reported_at', 'cases.resolved_at') }}
        end as hours_to_resolve,
        statuses.status_set <> 'closed'
        and coalesce(limits.resolve_due_at < {{ as_of() }}, false) as is_overdue
    from cases
    inner join limits on cases.complaint_id = limits.complaint_id
    left join {{ ref('case_statuses') }} as statuses on cases.status_code = statuses.status_code
)

select
    complaints.complaint_id,
    complaints.tracking_number,
    complaints.version,
    complaints.channel,
    complaints.reported_at,
    complaints.reported_date_wib,
    complaints.decided_at,
    complaints.decision,
    complaints.reasons,
    complaints.missing,
    complaints.duplicate_of,
    complaints.case_id,
    complaints.relapse_of,
    coalesce(relapses.relapses, 0) as relapses,
    complaints.category_code,
    complaints.category_basis,
    complaints.category_probability,
    categories.pillar_code,
    complaints.skpd_code,
    complaints.routing_basis,
    complaints.skpd_probability,
    complaints.needs_verification,
    complaints.kelurahan_code,
    complaints.kecamatan_code,
    complaints.place_basis,
    complaints.place_method,
    complaints.place_confidence,
    complaints.has_photo,
    complaints.is_first_of_reporter as is_new_reporter,
    cases.status_code,
    judged.status_set,
    cases.holder_code,
    cases.waits_for_reporter and judged.status_set <> 'closed' as is_waiting_for_reporter,
    limits.paused_hours,
    cases.first_coordinated_at,
    limits.coordinate_due_at,
    judged.is_coordinated_within_sla,
    cases.resolved_at,
    limits.resolve_due_at,
    limits.is_heavy_work,
    judged.is_resolved_within_sla,
    judged.hours_to_resolve,
    judged.is_overdue,
    cases.rating,
    complaints.is_synthetic,
    {{ as_of() }} as as_of
from complaints
left join {{ ref('categories') }} as categories on complaints.category_code = categories.category_code
left join cases on complaints.complaint_id = cases.complaint_id
left join limits on complaints.complaint_id = limits.complaint_id
left join judged on complaints.complaint_id = judged.complaint_id
left join relapses on complaints.complaint_id = relapses.complaint_id
