{#- Days written again: those of the weeks in which a complaint, an area's hour or a ticket was, or in which a case
    was younger than 7 days at the build before. -#}
{% set touched %}{% raw %}
    with weeks as (
        select {{ week_of('reported_date_wib') }} as week_start_date_wib
        from {{ ref('fct_complaints') }}
        where {{ was_written_since() }} or reported_date_wib >= {{ wib_date(touched_since()) }} - 7
        union
        select {{ week_of('hour_date_wib') }} from {{ ref('fct_area_hours') }} where {{ was_written_since() }}
        union
        select {{ week_of('occurred_date_wib') }} from {{ ref('fct_tickets') }} where {{ was_written_since() }}
    )

    select days.date_wib
    from {{ ref('dim_days') }} as days
    where days.week_start_date_wib in (select weeks.week_start_date_wib from weeks)
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='week_start_date_wib',
    on_schema_change='fail',
    pre_hook=keep_touched(touched),
    indexes=[{'columns': ['area_code', 'indicator_code', 'week_start_date_wib']}, {'columns': ['as_of']}],
) }}

with complaints as (
    select
        date_trunc('week', complaints.reported_date_wib)::date as week_start_date_wib,
        complaints.kecamatan_code,
        kecamatan.kota_code,
        complaints.decision = 'accepted' as is_accepted,
        complaints.decision = 'accepted' and complaints.duplicate_of is null as is_case,
        complaints.pillar_code,
        channels.channel_kind = 'counter' as is_at_counter,
        complaints.is_new_reporter,
        complaints.is_coordinated_within_sla,
        complaints.is_resolved_within_sla,
        complaints.resolved_at is not null as is_resolved,
        complaints.status_set = 'closed' and complaints.resolved_at is null as is_rejected,
        complaints.hours_to_resolve,
        complaints.relapses > 0 as has_relapsed,
        complaints.reported_at + interval '7 days' <= {{ as_of() }} as is_watched_7d,
        complaints.is_synthetic
    from {{ ref('fct_complaints') }} as complaints
    left join {{ ref('kecamatan') }} as kecamatan on complaints.kecamatan_code = kecamatan.kecamatan_code
    left join {{ ref('channels') }} as channels on complaints.channel = channels.channel_code
    where complaints.reported_at <= {{ as_of() }} and {{ is_touched('complaints.reported_date_wib') }}
),

placed as (
    select
        complaints.*,
        areas.area_level,
        areas.area_code
    from complaints
    cross join
        lateral (
            values
            ('city', '31'),
            ('kota', complaints.kota_code),
            ('kecamatan', complaints.kecamatan_code)
        ) as areas (area_level, area_code)
    where areas.area_code is not null
),

located as (
    select
        week_start_date_wib,
        count(kecamatan_code)::double precision / count(*) as coverage
    from complaints
    group by week_start_date_wib
),

counts as (
    select
        week_start_date_wib,
        area_level,
        area_code,
        count(*) as reports,
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
    from placed
    group by week_start_date_wib, area_level, area_code
),

by_pillar as (
    select
        week_start_date_wib,
        area_code,
        pillar_code,
        count(*) as accepted,
        count(is_resolved_within_sla) filter (where is_case) as judged,
        count(*) filter (where is_case and is_resolved_within_sla) as within_sla
    from placed
    where is_accepted and pillar_code is not null
    group by week_start_date_wib, area_code, pillar_code
),

pillar_counts as (
    select
        counts.week_start_date_wib,
        counts.area_code,
        pillars.pillar_code,
        counts.accepted as all_accepted,
        coalesce(by_pillar.accepted, 0) as accepted,
        coalesce(by_pillar.judged, 0) as judged,
        coalesce(by_pillar.within_sla, 0) as within_sla,
        counts.is_synthetic
    from counts
    cross join {{ ref('pillars') }} as pillars
    left join by_pillar
        on
            counts.week_start_date_wib = by_pillar.week_start_date_wib
            and counts.area_code = by_pillar.area_code
            and pillars.pillar_code = by_pillar.pillar_code
),

hours as (
    select
        date_trunc('week', hours.hour_date_wib)::date as week_start_date_wib,
        areas.area_code,
        count(*) as hours,
        count(*) filter (where hours.basis <> 'none') as measured_hours,
        count(*) filter (where hours.is_jam) as jam_hours,
        -- Numeric: a sum of floats depends on the order in which it is taken.
        sum(hours.jam_index::numeric) filter (where hours.basis <> 'none')::double precision as jam_index,
        bool_or(hours.is_synthetic) as is_synthetic
    from {{ ref('fct_area_hours') }} as hours
    inner join {{ ref('kecamatan') }} as kecamatan on hours.area_code = kecamatan.kecamatan_code
    cross join
        lateral (
            values ('31'), (kecamatan.kota_code), (kecamatan.kecamatan_code)
        ) as areas (area_code)
    where {{ is_touched('hours.hour_date_wib') }}
    group by date_trunc('week', hours.hour_date_wib), areas.area_code
),

forecasts as (
    select
        scored.week_start as week_start_date_wib,
        areas.area_code,
        sum(scored.absolute_error::numeric)::double precision as error,
        sum(scored.absolute_error_four_week_median::numeric)::double precision as error_of_four_week_median,
        bool_or(scored.is_synthetic) as is_synthetic
    from {{ ref('fct_forecast_accuracy') }} as scored
    inner join {{ ref('kecamatan') }} as kecamatan on scored.area_code = kecamatan.kecamatan_code
    cross join
        lateral (
            values ('31'), (kecamatan.kota_code), (kecamatan.kecamatan_code)
        ) as areas (area_code)
    -- A hindcast is no forecast that anybody had.
    where {{ is_touched('scored.hour_date_wib') }} and not scored.is_hindcast
    group by scored.week_start, areas.area_code
),

tickets as (
    select
        date_trunc('week', tickets.occurred_date_wib)::date as week_start_date_wib,
        areas.area_code,
        count(*) as tickets,
        bool_or(tickets.is_synthetic) as is_synthetic
    from {{ ref('fct_tickets') }} as tickets
    left join {{ ref('kecamatan') }} as kecamatan on tickets.kecamatan_code = kecamatan.kecamatan_code
    cross join
        lateral (
            values ('31'), (kecamatan.kota_code), (kecamatan.kecamatan_code)
        ) as areas (area_code)
    where areas.area_code is not null and {{ is_touched('tickets.occurred_date_wib') }}
    group by date_trunc('week', tickets.occurred_date_wib), areas.area_code
),

located_tickets as (
    select
        date_trunc('week', occurred_date_wib)::date as week_start_date_wib,
        count(kecamatan_code)::double precision / count(*) as coverage
    from {{ ref('fct_tickets') }}
    where {{ is_touched('occurred_date_wib') }}
    group by date_trunc('week', occurred_date_wib)
),

measured as (
    select
        counts.week_start_date_wib,
        counts.area_code,
        figures.indicator_code,
        figures.numerator,
        figures.denominator,
        figures.numerator * figures.scale / nullif(figures.denominator, 0) as value,
        located.coverage,
        counts.is_synthetic
    from counts
    inner join located on counts.week_start_date_wib = located.week_start_date_wib
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
        located.coverage,
        counts.is_synthetic
    from counts
    inner join located on counts.week_start_date_wib = located.week_start_date_wib
    cross join
        lateral (
            values
            ('median_hours_to_resolve', counts.median_hours),
            ('p90_hours_to_resolve', counts.p90_hours)
        ) as figures (indicator_code, value)
    union all
    select
        pillar_counts.week_start_date_wib,
        pillar_counts.area_code,
        pillar_counts.pillar_code || figures.suffix as indicator_code,
        figures.numerator,
        figures.denominator,
        case
            when figures.suffix = '_reports' then figures.numerator
            else figures.numerator * figures.scale / nullif(figures.denominator, 0)
        end as value,
        located.coverage,
        pillar_counts.is_synthetic
    from pillar_counts
    inner join located on pillar_counts.week_start_date_wib = located.week_start_date_wib
    left join {{ ref('dim_areas') }} as areas on pillar_counts.area_code = areas.area_code
    cross join
        lateral (
            values
            (
                '_reports',
                pillar_counts.accepted::double precision,
                pillar_counts.all_accepted::double precision,
                1
            ),
            ('_within_sla_share', pillar_counts.within_sla, pillar_counts.judged, 1),
            ('_reports_per_10k', pillar_counts.accepted, areas.population, 10000)
        ) as figures (suffix, numerator, denominator, scale)
    union all
    select
        hours.week_start_date_wib,
        hours.area_code,
        figures.indicator_code,
        figures.numerator,
        hours.measured_hours as denominator,
        figures.numerator / nullif(hours.measured_hours, 0) as value,
        hours.measured_hours::double precision / hours.hours as coverage,
        hours.is_synthetic
    from hours
    cross join
        lateral (
            values
            ('jam_hours_share', hours.jam_hours::double precision),
            ('mean_jam_index', coalesce(hours.jam_index, 0))
        ) as figures (indicator_code, numerator)
    union all
    select
        forecasts.week_start_date_wib,
        forecasts.area_code,
        'forecast_skill' as indicator_code,
        forecasts.error_of_four_week_median - forecasts.error as numerator,
        forecasts.error_of_four_week_median as denominator,
        1 - forecasts.error / nullif(forecasts.error_of_four_week_median, 0) as value,
        hours.measured_hours::double precision / hours.hours as coverage,
        forecasts.is_synthetic
    from forecasts
    inner join hours
        on forecasts.week_start_date_wib = hours.week_start_date_wib and forecasts.area_code = hours.area_code
    union all
    select
        tickets.week_start_date_wib,
        tickets.area_code,
        'tickets_per_10k' as indicator_code,
        tickets.tickets as numerator,
        areas.population as denominator,
        tickets.tickets * 10000.0 / areas.population as value,
        located_tickets.coverage,
        tickets.is_synthetic
    from tickets
    inner join located_tickets on tickets.week_start_date_wib = located_tickets.week_start_date_wib
    inner join {{ ref('dim_areas') }} as areas on tickets.area_code = areas.area_code
)

select
    measured.week_start_date_wib,
    areas.area_level,
    measured.area_code,
    measured.indicator_code,
    measured.numerator,
    measured.denominator,
    measured.value,
    measured.coverage,
    measured.is_synthetic,
    {{ as_of() }} as as_of
from measured
inner join {{ ref('pillar_indicators') }} as indicators on measured.indicator_code = indicators.indicator_code
inner join {{ ref('dim_areas') }} as areas on measured.area_code = areas.area_code
where measured.denominator is not null
