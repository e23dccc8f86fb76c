with complaints as (
    select
        date_trunc('week', reported_date_wib)::date as week_start_date_wib,
        pillar_code,
        duplicate_of is null and is_resolved_within_sla is not null as is_judged,
        duplicate_of is null and coalesce(is_resolved_within_sla, false) as is_within_sla,
        is_synthetic
    from {{ ref('fct_complaints') }}
    where decision = 'accepted' and reported_at <= {{ as_of() }}
),

complaint_weeks as (
    select
        week_start_date_wib,
        count(*) as complaints,
        count(*) filter (where pillar_code is null) as uncategorised,
        count(*) filter (where is_judged) as judged,
        count(*) filter (where is_within_sla) as within_sla,
        bool_or(is_synthetic) as is_synthetic
    from complaints
    group by week_start_date_wib
),

pillar_counts as (
    select
        complaint_weeks.week_start_date_wib,
        pillars.pillar_code,
        count(complaints.pillar_code) as complaints,
        complaint_weeks.complaints as all_complaints,
        complaint_weeks.is_synthetic
    from complaint_weeks
    cross join {{ ref('pillars') }} as pillars
    left join complaints
        on
            complaint_weeks.week_start_date_wib = complaints.week_start_date_wib
            and pillars.pillar_code = complaints.pillar_code
    group by
        complaint_weeks.week_start_date_wib,
        pillars.pillar_code,
        complaint_weeks.complaints,
        complaint_weeks.is_synthetic
),

jam_hours as (
    select
        date_trunc('week', hour_date_wib)::date as week_start_date_wib,
        count(*) filter (where is_jam) as jam_hours,
        count(*) as measured_hours,
        bool_or(is_synthetic) as is_synthetic
    from {{ ref('fct_area_hours') }}
    where basis <> 'none'
    group by date_trunc('week', hour_date_wib)
),

indicators as (
    select
        week_start_date_wib,
        pillar_code,
        'complaints_accepted' as indicator_code,
        complaints as numerator,
        all_complaints as denominator,
        complaints::double precision as value,
        'complaints' as unit,
        is_synthetic
    from pillar_counts
    union all
    select
        week_start_date_wib,
        'governance' as pillar_code,
        'complaints_uncategorised' as indicator_code,
        uncategorised as numerator,
        complaints as denominator,
        uncategorised::double precision as value,
        'complaints' as unit,
        is_synthetic
    from complaint_weeks
    union all
    select
        week_start_date_wib,
        'governance' as pillar_code,
        'resolved_within_sla_share' as indicator_code,
        within_sla as numerator,
        judged as denominator,
        within_sla::double precision / nullif(judged, 0) as value,
        'share' as unit,
        is_synthetic
    from complaint_weeks
    union all
    select
        week_start_date_wib,
        'mobility' as pillar_code,
        'jam_hours_share' as indicator_code,
        jam_hours as numerator,
        measured_hours as denominator,
        jam_hours::double precision / measured_hours as value,
        'share' as unit,
        is_synthetic
    from jam_hours
)

select
    week_start_date_wib,
    pillar_code,
    indicator_code,
    numerator,
    denominator,
    value,
    unit,
    is_synthetic,
    {{ as_of() }} as as_of
from indicators
