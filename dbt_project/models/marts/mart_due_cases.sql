{{ config(
    materialized='table',
    indexes=[
        {'columns': ['holder_code', 'hours_overdue']},
        {'columns': ['kelurahan_code']},
        {'columns': ['hours_overdue']},
    ],
) }}

-- Read by the index of what is open: the list costs what is open, whatever was closed before.
with red_flagged as (
    select
        complaints.*,
        complaints.reported_at + make_interval(hours => red_flag.limit_hours) as red_flag_at
    from {{ ref('fct_complaints') }} as complaints
    left join {{ ref('sla_rules') }} as red_flag
        on
            red_flag.stage = 'red_flag'
            and red_flag.scope = 'any'
            and complaints.reported_date_wib <@ daterange(red_flag.valid_from, red_flag.valid_to)
    where
        complaints.status_set in ('open', 'in_work')
        and complaints.decision = 'accepted'
        and complaints.duplicate_of is null
),

timed as (
    select
        red_flagged.*,
        {{ hours_between('red_flagged.resolve_due_at', as_of()) }} as hours_overdue,
        coalesce(red_flagged.red_flag_at < {{ as_of() }}, false) as is_red_flagged,
        {{ is_within_a_day('red_flagged.resolve_due_at') }} as is_due_soon,
        {{ is_within_a_day('red_flagged.red_flag_at') }} as is_red_flag_soon
    from red_flagged
),

cases as (
    select *
    from timed
    where is_overdue or is_red_flagged or is_due_soon or is_red_flag_soon
),

spans as (
    select
        spans.case_id,
        spans.held_from,
        spans.hours_paused
    from {{ ref('fct_holder_spans') }} as spans
    where spans.held_to is null and spans.case_id in (select cases.complaint_id from cases)
),

duplicates as (
    select
        duplicate_of as case_id,
        count(*)::integer as duplicates
    from {{ ref('fct_complaints') }}
    where decision = 'accepted' and duplicate_of in (select cases.complaint_id from cases)
    group by duplicate_of
)

select
    cases.complaint_id as case_id,
    cases.tracking_number,
    cases.holder_code,
    case when cases.holder_code = 'kelurahan' then cases.kelurahan_code end as holder_kelurahan_code,
    cases.kelurahan_code,
    cases.kecamatan_code,
    cases.category_code,
    cases.status_code,
    cases.reported_at,
    cases.resolve_due_at,
    cases.hours_overdue,
    cases.is_overdue,
    cases.is_due_soon,
    cases.red_flag_at,
    cases.is_red_flagged,
    cases.is_red_flag_soon,
    spans.held_from as held_since,
    {{ hours_between('spans.held_from', as_of()) }} - coalesce(spans.hours_paused, 0) as hours_held,
    cases.is_waiting_for_reporter,
    cases.is_heavy_work,
    cases.relapse_of is not null as is_relapse,
    coalesce(duplicates.duplicates, 0) as duplicates,
    cases.is_synthetic,
    {{ as_of() }} as as_of
from cases
left join spans on cases.complaint_id = spans.case_id
left join duplicates on cases.complaint_id = duplicates.case_id
