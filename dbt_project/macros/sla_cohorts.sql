{#- Service levels of cohorts: the cases that were reported in one period and are held by one agency.
    Belongs here: the figures, the same for every length of period. Does not belong here: periods (mart_skpd_sla_*).

    A cohort is computed again when one of its complaints was, and while it is younger than the longest window. -#}
{% macro sla_cohorts(period, period_of) -%}
{%- set windows = [1, 3, 7, 14] -%}
with complaints as (
    select
        holder_code,
        {{ period_of('reported_date_wib') }} as {{ period }},
        duplicate_of is null as is_case,
        status_set <> 'closed' as is_open,
        status_set = 'closed' and resolved_at is null as is_rejected,
        resolved_at is not null as is_resolved,
        first_coordinated_at is not null as is_coordinated,
        is_coordinated_within_sla,
        is_resolved_within_sla,
        hours_to_resolve,
        is_overdue,
        relapses > 0 as has_relapsed,
        {{ hours_between('reported_at', as_of()) }} as age_hours,
        is_synthetic
    from {{ ref('fct_complaints') }}
    where
        decision = 'accepted'
        and reported_at <= {{ as_of() }}
        and {{ is_touched('reported_date_wib') }}
),

counts as (
    select
        holder_code as skpd_code,
        {{ period }},
        (count(*) filter (where is_case))::integer as received,
        (count(*) filter (where not is_case))::integer as duplicates,
        (count(*) filter (where is_case and is_coordinated))::integer as coordinated,
        (count(is_coordinated_within_sla) filter (where is_case))::integer as coordination_judged,
        (count(*) filter (where is_case and is_coordinated_within_sla))::integer as coordinated_within_sla,
        (count(*) filter (where is_case and is_resolved))::integer as resolved,
        (count(*) filter (where is_case and is_rejected))::integer as rejected,
        (count(*) filter (where is_case and is_open))::integer as open_now,
        (count(*) filter (where is_case and is_overdue))::integer as overdue_now,
        (count(is_resolved_within_sla) filter (where is_case))::integer as judged,
        (count(*) filter (where is_case and is_resolved_within_sla))::integer as resolved_within_sla,
        percentile_cont(0.5) within group (order by hours_to_resolve) filter (where is_case)
            as median_hours_to_resolve,
        percentile_cont(0.9) within group (order by hours_to_resolve) filter (where is_case)
            as p90_hours_to_resolve,
        {% for days in windows -%}
            (count(*) filter (where is_case and not is_rejected and age_hours >= {{ days * 24 }}))::integer
                as watched_{{ days }}d,
            (count(*) filter (where is_case and age_hours >= {{ days * 24 }} and hours_to_resolve <= {{ days * 24 }}))
                ::integer as resolved_{{ days }}d,
        {% endfor -%}
        (count(*) filter (where is_case and has_relapsed))::integer as relapsed,
        bool_or(is_synthetic) as is_synthetic
    from complaints
    group by holder_code, {{ period }}
)

select
    skpd_code,
    {{ period }},
    received,
    duplicates,
    coordinated,
    coordination_judged,
    coordinated_within_sla,
    coordinated_within_sla::double precision / nullif(coordination_judged, 0) as share_coordinated_within_sla,
    resolved,
    rejected,
    open_now,
    overdue_now,
    judged,
    resolved_within_sla,
    resolved_within_sla::double precision / nullif(judged, 0) as share_within_sla,
    median_hours_to_resolve,
    p90_hours_to_resolve,
    {% for days in windows -%}
        watched_{{ days }}d,
        resolved_{{ days }}d,
        resolved_{{ days }}d::double precision / nullif(watched_{{ days }}d, 0) as share_resolved_{{ days }}d,
    {% endfor -%}
    relapsed,
    relapsed::double precision / nullif(resolved, 0) as relapse_share,
    is_synthetic,
    {{ as_of() }} as as_of
from counts
{%- endmacro %}

{#- Days written again: those of the periods in which a complaint was, or was younger than `days` at the build before.
    `period_of` is the macro that gives the period of a day. -#}
{% macro touched_cohorts(period_of, days) -%}
    with periods as (
        select {{ period_of('reported_date_wib') }} as period
        from {{ ref('fct_complaints') }}
        where
            {{ was_written_since() }}
            or reported_date_wib >= {{ wib_date(touched_since()) }} - {{ days }}
    )

    select distinct days.date_wib
    from {{ ref('dim_days') }} as days
    where {{ period_of('days.date_wib') }} in (select period from periods)
{%- endmacro %}

{#- A day is its own period. -#}
{% macro day_of(date) -%} {{ date }} {%- endmacro %}

{#- The ISO week of a date, by its Monday. -#}
{% macro week_of(date) -%} date_trunc('week', {{ date }})::date {%- endmacro %}
