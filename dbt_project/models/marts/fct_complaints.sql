{#- Complaints written again: all of a case about which a decision or an event came in, whose limit passed or
    that waits for its reporter; and the case that a new report names as its relapse. -#}
{% set touched %}{% raw %}
    with cases as (
        select complaint_id as case_id
        from {{ ref('stg_complaints') }}
        where decided_at >= {{ touched_since() }}
        union
        select case_id from {{ ref('stg_complaints') }} where decided_at >= {{ touched_since() }}
        union
        select relapse_of from {{ ref('stg_complaints') }} where decided_at >= {{ touched_since() }}
        union
        select case_id from {{ ref('fct_case_events') }} where {{ was_written_since() }}
        union
        select case_id
        from {{ ref('fct_case_events') }}
        where occurred_at >= {{ touched_since() }} and occurred_at <= {{ as_of() }}
        union
        select case_id
        from {{ this }}
        where coordinate_due_at >= {{ touched_since() }} and coordinate_due_at < {{ as_of() }}
        union
        select case_id
        from {{ this }}
        where resolve_due_at >= {{ touched_since() }} and resolve_due_at < {{ as_of() }}
        union
        select case_id from {{ this }} where is_waiting_for_reporter
    )

    select complaints.complaint_id
    from cases
    inner join {{ ref('stg_complaints') }} as complaints on cases.case_id = complaints.complaint_id
    union
    select complaints.complaint_id
    from cases
    inner join {{ ref('stg_complaints') }} as complaints on cases.case_id = complaints.duplicate_of
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='complaint_id',
    pre_hook=keep_touched(touched),
    indexes=[
        {'columns': ['reported_date_wib', 'category_code']},
        {'columns': ['tracking_number']},
        {'columns': ['holder_code', 'status_set', 'reported_date_wib']},
        {'columns': ['status_set', 'reported_date_wib']},
        {'columns': ['kelurahan_code', 'reported_date_wib']},
        {'columns': ['case_id']},
        {'columns': ['coordinate_due_at']},
        {'columns': ['resolve_due_at']},
        {'columns': ['resolved_at', 'kecamatan_code', 'first_relapsed_at', 'duplicate_of']},
        {'columns': ['is_waiting_for_reporter']},
        {'columns': ['as_of']},
    ],
) }}

with versions as (
    select
        complaints.*,
        lead(complaints.fetched_at) over earliest_first as answered_at,
        first_value(complaints.is_new_reporter) over earliest_first as is_first_of_reporter
    from {{ ref('stg_complaints') }} as complaints
    where {{ is_touched('complaint_id') }}
    window earliest_first as (partition by complaints.complaint_id order by complaints.version)
),

-- Between being asked for what is missing and the answer the reporter had it in hand.
asked as (
    select
        versions.*,
        range_agg(tstzrange(versions.decided_at, versions.answered_at)) filter (
            where versions.decision = 'returned' and versions.answered_at > versions.decided_at
        ) over (partition by versions.complaint_id) as asked_back
    from versions
),

complaints as (
    select distinct on (asked.complaint_id)
        asked.*,
        {{ wib_date('asked.reported_at') }} as reported_date_wib,
        numbers.tracking_number
    from asked
    left join {{ ref('stg_tracking_numbers') }} as numbers on asked.complaint_id = numbers.complaint_id
    order by asked.complaint_id asc, asked.version desc
),

relapses as (
    select
        relapse_of as complaint_id,
        count(distinct complaint_id)::integer as relapses,
        min(reported_at) as first_relapsed_at
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
        ratings,
        coalesce(lead(occurred_at) over earliest_first, {{ as_of() }}) as next_at,
        row_number() over latest_first as recency
    from {{ ref('fct_case_events') }}
    where
        not is_withdrawn
        and occurred_at <= {{ as_of() }}
        and case_id in (select complaints.case_id from complaints)
    -- Ordered by when events happened and were booked, not by when they arrived: a late one changes no order.
    window
        earliest_first as (partition by case_id order by occurred_at, booked_at, event_id),
        latest_first as (partition by case_id order by occurred_at desc, booked_at desc, event_id desc)
),

resolutions as (
    select
        events.*,
        min(events.recency) filter (where events.status_code <> 'selesai') over (partition by events.case_id)
            as last_unresolved
    from events
),

timelines as (
    select
        case_id,
        max(status_code) filter (where recency = 1) as status_code,
        max(holder_code) filter (where recency = 1) as holder_code,
        coalesce(bool_or(waits_for_reporter) filter (where recency = 1), false) as waits_for_reporter,
        min(occurred_at) filter (where status_code <> 'menunggu') as first_coordinated_at,
        -- A case that was reopened is resolved by its last completion, not by the one that did not hold.
        min(occurred_at) filter (where last_unresolved is null or recency < last_unresolved) as resolved_at,
        max(occurred_at) as last_event_at,
        (array_agg(promised_at order by recency) filter (where promised_at is not null))[1] as promised_at,
        (array_agg(rating order by recency) filter (where rating is not null))[1] as rating,
        (array_agg(ratings order by recency) filter (where rating is not null))[1] as ratings,
        range_agg(tstzrange(occurred_at, next_at)) filter (where waits_for_reporter) as waits
    from resolutions
    group by case_id
),

cases as (
    select
        complaints.complaint_id,
        complaints.reported_at,
        timelines.first_coordinated_at,
        timelines.resolved_at,
        timelines.last_event_at,
        timelines.promised_at,
        timelines.rating,
        timelines.ratings,
        coalesce(timelines.status_code, 'menunggu') as status_code,
        coalesce(timelines.holder_code, complaints.skpd_code) as holder_code,
        coalesce(timelines.waits_for_reporter, false) as waits_for_reporter,
        coalesce(complaints.asked_back, '{}'::tstzmultirange)
        + coalesce(timelines.waits, '{}'::tstzmultirange) as pauses,
        coordination.limit_hours as coordination_hours,
        coordination.clock as coordination_clock,
        resolution.limit_hours as resolution_hours,
        resolution.clock as resolution_clock,
        heavy_work.rule_code is not null as has_rule_for_heavy_work
    from complaints
    left join timelines on complaints.case_id = timelines.case_id
    left join {{ ref('sla_rules') }} as coordination
        on
            coordination.stage = 'coordinate'
            and coordination.scope = 'any'
            and complaints.reported_date_wib <@ daterange(coordination.valid_from, coordination.valid_to)
    left join {{ ref('sla_rules') }} as resolution
        on
            resolution.stage = 'resolve'
            and resolution.scope = 'any'
            and complaints.reported_date_wib <@ daterange(resolution.valid_from, resolution.valid_to)
    left join {{ ref('sla_rules') }} as heavy_work
        on
            heavy_work.stage = 'resolve'
            and heavy_work.scope = 'heavy_work'
            and complaints.reported_date_wib <@ daterange(heavy_work.valid_from, heavy_work.valid_to)
    where complaints.decision = 'accepted'
),

paused as (
    select
        cases.*,
        {{ paused_hours(
            'cases.coordination_clock', 'cases.pauses', 'cases.reported_at', 'cases.first_coordinated_at'
        ) }} as coordination_paused,
        {{ paused_hours(
            'cases.resolution_clock', 'cases.pauses', 'cases.reported_at', 'cases.resolved_at'
        ) }} as resolution_paused
    from cases
),

positions as (
    select
        paused.*,
        {{ working_position('paused.reported_at', 'report_day') }}
        + paused.coordination_hours + paused.coordination_paused as coordination_position,
        {{ working_position('paused.reported_at', 'report_day') }}
        + paused.resolution_hours + paused.resolution_paused as resolution_position
    from paused
    left join {{ ref('dim_days') }} as report_day
        on {{ wib_date('paused.reported_at') }} = report_day.date_wib
),

due as (
    select
        positions.*,
        case positions.coordination_clock
            when 'working' then {{ working_moment('positions.coordination_position', 'coordination_day') }}
            else
                positions.reported_at
                + make_interval(secs => (positions.coordination_hours + positions.coordination_paused) * 3600)
        end as coordinate_due_at,
        case positions.resolution_clock
            when 'working' then {{ working_moment('positions.resolution_position', 'resolution_day') }}
            else
                positions.reported_at
                + make_interval(secs => (positions.resolution_hours + positions.resolution_paused) * 3600)
        end as resolution_due_at
    from positions
    left join {{ ref('dim_days') }} as coordination_day
        on
            positions.coordination_clock = 'working'
            and coordination_day.is_working_day
            and coordination_day.working_days_before = {{ working_day_of('positions.coordination_position') }}
    left join {{ ref('dim_days') }} as resolution_day
        on
            positions.resolution_clock = 'working'
            and resolution_day.is_working_day
            and resolution_day.working_days_before = {{ working_day_of('positions.resolution_position') }}
),

limits as (
    select
        due.*,
        -- Heavy work is due at its promised end, where that is later than the usual limit.
        case
            when due.has_rule_for_heavy_work then greatest(due.resolution_due_at, due.promised_at)
            else due.resolution_due_at
        end as resolve_due_at,
        due.has_rule_for_heavy_work and due.promised_at is not null as is_heavy_work
    from due
),

stood as (
    select
        limits.*,
        statuses.status_set,
        case when statuses.status_set = 'closed' and limits.resolved_at is null then limits.last_event_at end
            as rejected_at
    from limits
    left join {{ ref('case_statuses') }} as statuses on limits.status_code = statuses.status_code
),

judged as (
    select
        stood.*,
        {{ is_within_limit('stood.reported_at', 'stood.first_coordinated_at', 'stood.coordinate_due_at') }}
            as is_coordinated_within_sla,
        case
            -- What is rejected behind its limit has missed it.
            when stood.rejected_at <= coalesce(stood.resolve_due_at, stood.rejected_at) then null
            else {{ is_within_limit('stood.reported_at', 'stood.resolved_at', 'stood.resolve_due_at') }}
        end as is_resolved_within_sla,
        case
            when stood.resolved_at >= stood.reported_at
                then {{ hours_between('stood.reported_at', 'stood.resolved_at') }}
        end as hours_to_resolve,
        stood.status_set <> 'closed'
        and coalesce(stood.resolve_due_at < {{ as_of() }}, false) as is_overdue,
        case
            when stood.resolution_hours is not null then stood.resolution_paused
            when stood.coordination_hours is not null then stood.coordination_paused
            else 0
        end as paused_hours
    from stood
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
    relapses.first_relapsed_at,
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
    complaints.visibility,
    complaints.is_first_of_reporter as is_new_reporter,
    judged.status_code,
    judged.status_set,
    judged.holder_code,
    judged.waits_for_reporter and judged.status_set <> 'closed' as is_waiting_for_reporter,
    judged.paused_hours,
    judged.first_coordinated_at,
    judged.coordinate_due_at,
    judged.is_coordinated_within_sla,
    judged.resolved_at,
    judged.rejected_at,
    judged.resolve_due_at,
    judged.is_heavy_work,
    judged.is_resolved_within_sla,
    judged.hours_to_resolve,
    judged.is_overdue,
    judged.rating,
    judged.ratings,
    complaints.is_synthetic,
    {{ as_of() }} as as_of
from complaints
left join {{ ref('categories') }} as categories on complaints.category_code = categories.category_code
left join judged on complaints.complaint_id = judged.complaint_id
left join relapses on complaints.complaint_id = relapses.complaint_id
