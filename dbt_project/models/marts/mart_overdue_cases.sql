{{ config(
    materialized='table',
    indexes=[{'columns': ['holder_code', 'hours_overdue']}, {'columns': ['kelurahan_code']}],
) }}

-- Read by the index of what is overdue: the list costs what is on it.
with cases as (
    select *
    from {{ ref('fct_complaints') }}
    where is_overdue and decision = 'accepted' and duplicate_of is null
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
    where duplicate_of in (select cases.complaint_id from cases)
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
    {{ hours_between('cases.resolve_due_at', as_of()) }} as hours_overdue,
    spans.held_from as held_since,
    {{ hours_between('spans.held_from', as_of()) }} - coalesce(spans.hours_paused, 0) as hours_held,
    cases.is_waiting_for_reporter,
    cases.is_heavy_work,
    cases.relapse_of is not null as is_relapse,
    coalesce(duplicates.duplicates, 0) as duplicates,
    red_flag.rule_code is not null as is_red_flagged,
    cases.is_synthetic,
    {{ as_of() }} as as_of
from cases
left join spans on cases.complaint_id = spans.case_id
left join duplicates on cases.complaint_id = duplicates.case_id
left join {{ ref('sla_rules') }} as red_flag
    on
        red_flag.stage = 'red_flag'
        and cases.reported_date_wib <@ daterange(red_flag.valid_from, red_flag.valid_to)
        and cases.reported_at + make_interval(hours => red_flag.limit_hours) < {{ as_of() }}
