with complaints as (
    select
        holder_code,
        reported_date_wib,
        duplicate_of is null as is_case,
        status_set <> 'closed' as is_open,
        status_set = 'closed' and resolved_at is null as is_rejected,
        resolved_at is not null as is_resolved,
        is_coordinated_within_sla,
        is_resolved_within_sla,
        hours_to_resolve,
        is_overdue,
        is_synthetic
    from {{ ref('fct_complaints') }}
    where decision = 'accepted' and reported_at <= {{ as_of() }}
),

counts as (
    select
        holder_code as skpd_code,
        reported_date_wib,
        (count(*) filter (where is_case))::integer as received,
        (count(*) filter (where not is_case))::integer as duplicates,
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
        bool_or(is_synthetic) as is_synthetic
    from complaints
    group by holder_code, reported_date_wib
)

select
    skpd_code,
    reported_date_wib,
    received,
    duplicates,
    coordinated_within_sla,
    resolved,
    rejected,
    open_now,
    overdue_now,
    judged,
    resolved_within_sla,
    resolved_within_sla::double precision / nullif(judged, 0) as share_within_sla,
    median_hours_to_resolve,
    p90_hours_to_resolve,
    is_synthetic,
    {{ as_of() }} as as_of
from counts
