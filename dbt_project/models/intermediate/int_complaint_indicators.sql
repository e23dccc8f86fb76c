{#- Weeks written again: those in which a complaint was, or in which a case was younger than 7 days
    at the build before. -#}
{% set touched %}{% raw %}
    select {{ week_of('reported_date_wib') }}
    from {{ ref('fct_complaints') }}
    where {{ was_written_since() }} or reported_date_wib >= {{ wib_date(touched_since()) }} - 7
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='week_start_date_wib',
    pre_hook=keep_days_of_touched_weeks(touched),
    indexes=[{'columns': ['as_of']}],
) }}

with reports as (
    select
        complaints.*,
        complaints.reported_at + interval '7 days' <= {{ as_of() }} as is_watched_7d
    from {{ ref('int_complaint_areas') }} as complaints
    where complaints.reported_at <= {{ as_of() }} and {{ is_touched('complaints.reported_date_wib') }}
),

counts as (
    select
        week_start_date_wib,
        area_code,
        count(*) as reports,
        count(*) filter (where is_located) as located,
        count(*) filter (where is_accepted) as accepted,
        count(*) filter (where is_accepted and pillar_code is null) as uncategorised,
        count(*) filter (where is_accepted and is_at_counter) as at_counter,
        count(is_new_reporter) filter (where is_accepted) as known_reporters,
        count(*) filter (where is_accepted and is_new_reporter) as new_reporters,
        count(*) filter (where is_case) as cases,
        count(is_resolved_within_sla) filter (where is_case) as judged,
        count(*) filter (where is_case and is_resolved_within_sla) as within_sla,
        count(is_coordinated_within_sla) filter (where is_case) as coordination_judged,
        count(*) filter (where is_case and is_coordinated_within_sla) as coordinated_within_sla,
        count(*) filter (where is_case and is_watched_7d and not is_rejected) as watched_7d,
        count(*) filter (where is_case and is_watched_7d and hours_to_resolve <= 168) as resolved_7d,
        count(*) filter (where is_case and is_resolved) as resolved,
        count(hours_to_resolve) filter (where is_case) as timed,
        count(*) filter (where is_case and is_resolved and has_relapsed) as relapsed,
        percentile_cont(0.5) within group (order by hours_to_resolve) filter (where is_case) as median_hours,
        percentile_cont(0.9) within group (order by hours_to_resolve) filter (where is_case) as p90_hours,
        bool_or(is_synthetic) as is_synthetic
    from reports
    group by week_start_date_wib, area_code
),

-- The city counts every report once, so its row tells how many of the week's reports have a known kecamatan.
coverages as (
    select
        week_start_date_wib,
        located::double precision / reports as coverage
    from counts
    where area_code = '31'
),

measured as (
    select
        counts.week_start_date_wib,
        counts.area_code,
        figures.indicator_code,
        figures.numerator,
        figures.denominator,
        figures.numerator * figures.scale / nullif(figures.denominator, 0) as value,
        counts.is_synthetic
    from counts
    left join {{ ref('dim_areas') }} as areas on counts.area_code = areas.area_code
    cross join
        lateral (
            values
            ('within_sla_share', counts.within_sla::double precision, counts.judged::double precision, 1),
            ('coordinated_within_sla_share', counts.coordinated_within_sla, counts.coordination_judged, 1),
            ('resolved_7d_share', counts.resolved_7d, counts.watched_7d, 1),
            ('relapse_share', counts.relapsed, counts.resolved, 1),
            ('published_share', counts.accepted, counts.reports, 1),
            ('uncategorised_share', counts.uncategorised, counts.accepted, 1),
            ('counter_share', counts.at_counter, counts.accepted, 1),
            ('new_reporter_share', counts.new_reporters, counts.known_reporters, 1),
            ('reports_per_10k', counts.accepted, areas.population, 10000)
        ) as figures (indicator_code, numerator, denominator, scale)
    union all
    select
        counts.week_start_date_wib,
        counts.area_code,
        figures.indicator_code,
        counts.timed as numerator,
        counts.cases as denominator,
        figures.value,
        counts.is_synthetic
    from counts
    cross join
        lateral (
            values
            ('median_hours_to_resolve', counts.median_hours),
            ('p90_hours_to_resolve', counts.p90_hours)
        ) as figures (indicator_code, value)
)

select
    measured.week_start_date_wib,
    measured.area_code,
    measured.indicator_code,
    measured.numerator,
    measured.denominator,
    measured.value,
    coverages.coverage,
    measured.is_synthetic,
    {{ as_of() }} as as_of
from measured
inner join coverages on measured.week_start_date_wib = coverages.week_start_date_wib
-- The population of a kecamatan is not known.
where measured.denominator is not null
