{#- Service levels of cohorts: the cases that were reported in one period and are held by one agency.
    Belongs here: the figures, the same for every length of period. Does not belong here: periods (mart_skpd_sla_*), when
    a share is final and how it is estimated until then (outlooks.sql).

    A cohort is computed again when one of its complaints was, until it is settled, and when its relapses are final. -#}

{#- `days` is the length of the period. -#}
{% macro sla_cohorts(period, period_of, days) -%}
with complaints as (
    select
        holder_code,
        {{ period_of('reported_date_wib') }} as {{ period }},
        duplicate_of is null as is_case,
        reported_at,
        first_coordinated_at,
        coordinate_due_at,
        is_coordinated_within_sla,
        resolved_at,
        rejected_at,
        resolve_due_at,
        is_heavy_work,
        is_resolved_within_sla,
        hours_to_resolve,
        is_overdue,
        relapses > 0 as has_relapsed,
        first_relapsed_at,
        resolved_at + {{ days_by_rule('relapse_window_days') }} <= {{ as_of() }} as is_watched,
        status_set <> 'closed' as is_open,
        status_set = 'closed' and resolved_at is null as is_rejected,
        {{ hours_between('reported_at', as_of()) }} as age_hours,
        is_synthetic
    from {{ ref('fct_complaints') }}
    where
        decision = 'accepted'
        and reported_at <= {{ as_of() }}
        and {{ is_touched('reported_date_wib') }}
),

cases as (
    select * from complaints
    where is_case
),

counts as (
    select
        holder_code as skpd_code,
        {{ period }},
        (count(*) filter (where is_case))::integer as received,
        (count(*) filter (where not is_case))::integer as duplicates,
        (count(first_coordinated_at) filter (where is_case))::integer as coordinated,
        (count(is_coordinated_within_sla) filter (where is_case))::integer as coordination_judged,
        (count(*) filter (where is_case and is_coordinated_within_sla))::integer as coordinated_within_sla,
        (count(resolved_at) filter (where is_case))::integer as resolved,
        (count(*) filter (where is_case and is_rejected))::integer as rejected,
        (count(*) filter (where is_case and is_open))::integer as open_now,
        (count(*) filter (where is_case and is_overdue))::integer as overdue_now,
        (count(is_resolved_within_sla) filter (where is_case))::integer as judged,
        (count(*) filter (where is_case and is_resolved_within_sla))::integer as resolved_within_sla,
        {{ definite_quantile(0.5, 'is_case') }} as median_hours_to_resolve,
        {{ definite_quantile(0.9, 'is_case') }} as p90_hours_to_resolve,
        {% for window in windows_of_resolution() -%}
            (count(*) filter (
                where
                    is_case
                    and age_hours >= {{ window * 24 }}
                    and coalesce(rejected_at > reported_at + interval '{{ window }} days', true)
            ))::integer as watched_{{ window }}d,
            (count(*) filter (
                where is_case and age_hours >= {{ window * 24 }} and hours_to_resolve <= {{ window * 24 }}
            ))::integer as resolved_{{ window }}d,
        {% endfor -%}
        (count(*) filter (where is_case and has_relapsed))::integer as relapsed,
        (count(*) filter (where is_case and is_watched))::integer as watched_for_relapse,
        (count(*) filter (
            where is_case and is_watched and first_relapsed_at <= resolved_at + {{ days_by_rule('relapse_window_days') }}
        ))::integer as relapsed_in_window,
        {{ relapses_final_at(period, days) }} as relapses_final_at,
        bool_or(is_synthetic) as is_synthetic
    from complaints
    group by holder_code, {{ period }}
),

fates as (
    {{ fates_of('cases', measures_of_reports(), ['holder_code', period]) }}
),

counted as (
    {{ count_fates('fates', ['holder_code', period]) }}
),

outlooks as (
    select
        counted.holder_code,
        counted.{{ period }},
        counted.measure_code,
        {{ outlook_of_cases() }}
    from counted
    {{ join_curves() }}
    group by counted.holder_code, counted.{{ period }}, counted.measure_code
),

{{ judged_outlooks(period, days) }},

-- One row per cohort, the numbers of each measure beside each other.
measured as (
    select
        holder_code,
        {{ period }},
        {% for code in measures_of_reports() -%}
            bool_and(is_mature) filter (where measure_code = '{{ code }}') as {{ code }}_mature,
            max(known_on) filter (where measure_code = '{{ code }}') as {{ code }}_known_on,
            max(share) filter (where measure_code = '{{ code }}') as {{ code }}_share,
            max({{ estimate() }}) filter (where measure_code = '{{ code }}') as {{ code }}_estimate,
            max({{ estimate_low() }}) filter (where measure_code = '{{ code }}') as {{ code }}_low,
            max({{ estimate_high() }}) filter (where measure_code = '{{ code }}') as {{ code }}_high
        {%- if not loop.last %},{% endif %}
        {% endfor -%}
    from judged
    group by holder_code, {{ period }}
)

select
    counts.skpd_code,
    counts.{{ period }},
    counts.received,
    counts.duplicates,
    counts.coordinated,
    counts.coordination_judged,
    counts.coordinated_within_sla,
    {{ columns_of_measure('coordinated_within_sla', 'share_coordinated_within_sla', 'counts.' ~ period, days) }},
    counts.resolved,
    counts.rejected,
    counts.open_now,
    counts.overdue_now,
    counts.judged,
    counts.resolved_within_sla,
    {{ columns_of_measure('within_sla', 'share_within_sla', 'counts.' ~ period, days) }},
    case when {{ end_of_period('counts.' ~ period, days) }} <= {{ as_of() }} then counts.median_hours_to_resolve end as median_hours_to_resolve,
    case when {{ end_of_period('counts.' ~ period, days) }} <= {{ as_of() }} then counts.p90_hours_to_resolve end as p90_hours_to_resolve,
    {% for window in windows_of_resolution() -%}
        counts.watched_{{ window }}d,
        counts.resolved_{{ window }}d,
        {{ columns_of_measure('resolved_' ~ window ~ 'd', 'share_resolved_' ~ window ~ 'd', 'counts.' ~ period, days) }},
    {% endfor -%}
    counts.relapsed,
    -- Told once they are final, so that a cohort need not be computed again each day until then.
    case when counts.relapses_final_at <= {{ as_of() }} then counts.watched_for_relapse end as watched_for_relapse,
    case when counts.relapses_final_at <= {{ as_of() }} then counts.relapsed_in_window end as relapsed_in_window,
    case
        when counts.relapses_final_at <= {{ as_of() }}
            then counts.relapsed_in_window::double precision / nullif(counts.watched_for_relapse, 0)
    end as relapse_share,
    counts.relapses_final_at <= {{ as_of() }} as is_relapse_mature,
    {{ wib_date('counts.relapses_final_at') }} as relapse_known_on,
    {{ end_of_period('counts.' ~ period, days) }} + {{ days_by_rule('settling_days') }} <= {{ as_of() }} as is_settled,
    counts.is_synthetic,
    {{ as_of() }} as as_of
from counts
left join measured on counts.skpd_code = measured.holder_code and counts.{{ period }} = measured.{{ period }}
{%- endmacro %}

{#- A measure's share, whether it is final, the day on which it will be, and its estimate until then. A cohort without a
    case that has the measure has no share: nothing of it is final before the period has passed. -#}
{% macro columns_of_measure(code, share, period, days) -%}
    {%- set final_at = end_of_period(period, days) -%}
    measured.{{ code }}_share as {{ share }},
    coalesce(measured.{{ code }}_mature, {{ final_at }} <= {{ as_of() }}) as is_{{ code }}_mature,
    coalesce(measured.{{ code }}_known_on, {{ wib_date(final_at) }}) as {{ code }}_known_on,
    measured.{{ code }}_estimate as {{ share }}_estimate,
    measured.{{ code }}_low as {{ share }}_low,
    measured.{{ code }}_high as {{ share }}_high
{%- endmacro %}

{#- Hours within which a share of the cases was resolved, open ones counted as longer and rejected ones not at all; null
    where an open one is younger than that, because it may still be resolved sooner. `condition` picks the cases. -#}
{% macro definite_quantile(share, condition) -%}
    {%- set hours -%}
        percentile_disc({{ share }}) within group (order by coalesce(hours_to_resolve, 'Infinity'))
            filter (where {{ condition }} and (is_open or hours_to_resolve is not null))
    {%- endset -%}
    nullif(
        case
            when
                {{ hours }}
                <= coalesce(min(age_hours) filter (where {{ condition }} and is_open), 'Infinity')
                then {{ hours }}
        end,
        'Infinity'
    )
{%- endmacro %}

{#- Days written again: those of the periods in which a complaint was, that were not settled at the build before, or whose
    relapses are final now. `period_of` is the macro that gives the period of a day, `period` its column. -#}
{% macro touched_cohorts(period, period_of) -%}
    with periods as (
        select {{ period_of('reported_date_wib') }} as period
        from {{ ref('fct_complaints') }}
        where {{ was_written_since() }}
        union
        select {{ period }} as period
        from {{ this }}
        where not is_settled or (not is_relapse_mature and relapse_known_on <= {{ wib_date(as_of()) }})
    )

    select distinct days.date_wib
    from {{ ref('dim_days') }} as days
    where {{ period_of('days.date_wib') }} in (select period from periods)
{%- endmacro %}

{#- A day is its own period. -#}
{% macro day_of(date) -%} {{ date }} {%- endmacro %}

{#- The ISO week of a date, by its Monday. -#}
{% macro week_of(date) -%} date_trunc('week', {{ date }})::date {%- endmacro %}
