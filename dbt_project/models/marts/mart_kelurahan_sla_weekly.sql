{{ config(
    materialized='incremental',
    unique_key='week_start_date_wib',
    pre_hook=keep_days_of_touched_weeks(weeks_of_young_cohorts('is_within_sla_mature')),
    indexes=[
        {'columns': ['kelurahan_code', 'week_start_date_wib']},
        {'columns': ['is_within_sla_mature', 'week_start_date_wib']},
        {'columns': ['as_of']},
    ],
) }}

with complaints as (
    select
        *,
        {{ week_of('reported_date_wib') }} as week_start_date_wib,
        duplicate_of is null as is_case,
        status_set <> 'closed' as is_open
    from {{ ref('fct_complaints') }}
    where
        decision = 'accepted'
        and kelurahan_code is not null
        and reported_at <= {{ as_of() }}
        and {{ is_touched('reported_date_wib') }}
),

counts as (
    select
        week_start_date_wib,
        kelurahan_code,
        max(kecamatan_code) as kecamatan_code,
        (count(*) filter (where is_case))::integer as received,
        (count(*) filter (where not is_case))::integer as duplicates,
        (count(*) filter (where is_case and resolved_at is not null))::integer as resolved,
        (count(*) filter (where is_case and not is_open and resolved_at is null))::integer as rejected,
        (count(*) filter (where is_case and is_open))::integer as open_now,
        (count(*) filter (where is_case and is_overdue))::integer as overdue_now,
        (count(is_resolved_within_sla) filter (where is_case))::integer as judged,
        (count(*) filter (where is_case and is_resolved_within_sla))::integer as resolved_within_sla,
        (count(*) filter (where is_case and relapses > 0))::integer as relapsed,
        bool_or(is_synthetic) as is_synthetic
    from complaints
    group by week_start_date_wib, kelurahan_code
),

cases as (
    select * from complaints
    where is_case
),

fates as (
    {{ fates_of('cases', ['within_sla'], ['week_start_date_wib', 'kelurahan_code', 'holder_code']) }}
),

counted as (
    {{ count_fates('fates', ['week_start_date_wib', 'kelurahan_code', 'holder_code']) }}
),

outlooks_of_holders as (
    select
        counted.week_start_date_wib,
        counted.kelurahan_code,
        counted.holder_code,
        counted.measure_code,
        {{ outlook_of_cases() }}
    from counted
    {{ join_curves() }}
    group by counted.week_start_date_wib, counted.kelurahan_code, counted.holder_code, counted.measure_code
),

outlooks as (
    select
        week_start_date_wib,
        kelurahan_code,
        measure_code,
        {{ sum_of_outlooks(false) }}
    from outlooks_of_holders
    group by week_start_date_wib, kelurahan_code, measure_code
),

{{ judged_outlooks('week_start_date_wib', 7) }},

measured as (
    select
        judged.week_start_date_wib,
        judged.kelurahan_code,
        judged.is_mature as within_sla_mature,
        judged.known_on as within_sla_known_on,
        judged.share as within_sla_share,
        {{ estimate() }} as within_sla_estimate,
        {{ estimate_low() }} as within_sla_low,
        {{ estimate_high() }} as within_sla_high
    from judged
)

select
    counts.week_start_date_wib,
    counts.kelurahan_code,
    counts.kecamatan_code,
    counts.received,
    counts.duplicates,
    counts.resolved,
    counts.rejected,
    counts.open_now,
    counts.overdue_now,
    counts.judged,
    counts.resolved_within_sla,
    {{ columns_of_measure('within_sla', 'share_within_sla', 'counts.week_start_date_wib', 7) }},
    counts.relapsed,
    counts.is_synthetic,
    {{ as_of() }} as as_of
from counts
left join measured
    on
        counts.week_start_date_wib = measured.week_start_date_wib
        and counts.kelurahan_code = measured.kelurahan_code
