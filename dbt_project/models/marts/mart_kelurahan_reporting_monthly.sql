{#- Months written again: those in which a complaint was, or whose cases could still be repeated at the build
    before. -#}
{% set touched %}{% raw %}
    with months as (
        select date_trunc('month', reported_date_wib)::date as month
        from {{ ref('fct_complaints') }}
        where {{ was_written_since() }}
        union
        select month_start_date_wib as month from {{ this }} where not is_settled
    )

    select days.date_wib
    from {{ ref('dim_days') }} as days
    where date_trunc('month', days.date_wib)::date in (select months.month from months)
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='month_start_date_wib',
    pre_hook=keep_touched(touched),
    indexes=[{'columns': ['kelurahan_code']}, {'columns': ['as_of']}],
) }}

with cases as (
    select
        complaint_id as case_id,
        kelurahan_code,
        date_trunc('month', reported_date_wib)::date as month_start_date_wib,
        reported_at,
        {{ hours_between('reported_at', 'decided_at') }} as hours_to_decision,
        -- A case that is open for longer tells of its agency, and no more of who passes by.
        least(
            coalesce(resolved_at, rejected_at, {{ as_of() }}),
            reported_at + {{ days_by_rule('repeat_window_days') }},
            {{ as_of() }}
        ) as watched_to,
        is_synthetic
    from {{ ref('fct_complaints') }}
    where
        decision = 'accepted'
        and duplicate_of is null
        and kelurahan_code is not null
        and reported_at <= {{ as_of() }}
        and {{ is_touched('reported_date_wib') }}
),

repeats as (
    select
        cases.case_id,
        count(*) as repeats,
        {{ hours_between('min(cases.reported_at)', 'min(again.reported_at)') }} as hours_to_repeat
    from cases
    inner join {{ ref('fct_complaints') }} as again
        on
            cases.case_id = again.duplicate_of
            and again.decision = 'accepted'
            and again.reported_at between cases.reported_at and cases.watched_to
    group by cases.case_id
),

counts as (
    select
        cases.kelurahan_code,
        cases.month_start_date_wib,
        count(*)::integer as cases,
        count(repeats.case_id)::integer as repeated_cases,
        coalesce(sum(repeats.repeats), 0)::integer as repeats,
        -- Numeric: a sum of floats depends on the order in which it is taken.
        sum(greatest(extract(epoch from cases.watched_to - cases.reported_at), 0) / 86400) as case_days,
        percentile_cont(0.5) within group (order by cases.hours_to_decision) as median_hours_to_decision,
        percentile_cont(0.5) within group (order by repeats.hours_to_repeat) as median_hours_to_repeat,
        bool_or(cases.is_synthetic) as is_synthetic
    from cases
    left join repeats on cases.case_id = repeats.case_id
    group by cases.kelurahan_code, cases.month_start_date_wib
),

timed as (
    select
        *,
        {{ wib_midnight("(month_start_date_wib + interval '1 month')") }}
        + {{ days_by_rule('repeat_window_days') }} as settled_at,
        (case_days / nullif(repeats, 0))::double precision as days_until_reported,
        1.96 / sqrt(nullif(repeats, 0)) as spread
    from counts
)

select
    kelurahan_code,
    month_start_date_wib,
    cases,
    repeated_cases,
    repeats,
    case_days::double precision as case_days,
    days_until_reported,
    days_until_reported * exp(-spread) as days_until_reported_low,
    days_until_reported * exp(spread) as days_until_reported_high,
    median_hours_to_repeat,
    median_hours_to_decision,
    settled_at <= {{ as_of() }} as is_settled,
    is_synthetic,
    {{ as_of() }} as as_of
from timed
