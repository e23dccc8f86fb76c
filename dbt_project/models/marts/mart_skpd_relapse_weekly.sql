{{ config(
    materialized='incremental',
    unique_key='week_start_date_wib',
    pre_hook=keep_days_of_touched_weeks(weeks_of_young_cohorts('is_mature')),
    indexes=[{'columns': ['as_of']}, {'columns': ['is_mature', 'week_start_date_wib']}],
) }}

with cases as (
    select
        *,
        {{ week_of('reported_date_wib') }} as week_start_date_wib
    from {{ ref('fct_complaints') }}
    where
        decision = 'accepted'
        and duplicate_of is null
        and resolved_at is not null
        and reported_at <= {{ as_of() }}
        and {{ is_touched('reported_date_wib') }}
),

fates as (
    {{ fates_of('cases', ['relapse'], ['holder_code', 'week_start_date_wib', 'is_synthetic']) }}
),

counted as (
    {{ count_fates('fates', ['holder_code', 'week_start_date_wib', 'is_synthetic']) }}
),

outlooks as (
    select
        counted.holder_code,
        counted.week_start_date_wib,
        counted.measure_code,
        bool_or(counted.is_synthetic) as is_synthetic,
        {{ outlook_of_cases() }}
    from counted
    {{ join_curves() }}
    group by counted.holder_code, counted.week_start_date_wib, counted.measure_code
),

{{ judged_outlooks('week_start_date_wib', 7) }}

select
    judged.holder_code as skpd_code,
    judged.week_start_date_wib,
    judged.cases::integer as resolved,
    judged.reached::integer as relapsed,
    judged.known::integer as watched,
    judged.known_reached::integer as watched_relapsed,
    judged.share as relapse_share,
    judged.is_mature,
    judged.known_on,
    {{ estimate() }} as relapse_share_estimate,
    {{ estimate_low() }} as relapse_share_low,
    {{ estimate_high() }} as relapse_share_high,
    judged.is_synthetic,
    {{ as_of() }} as as_of
from judged
