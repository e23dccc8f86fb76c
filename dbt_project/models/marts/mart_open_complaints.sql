{{ config(materialized='view') }}

select
    tracking_number,
    channel as channel_code,
    date_trunc('hour', reported_at) as reported_hour,
    reported_date_wib,
    category_code,
    pillar_code,
    kelurahan_code,
    kecamatan_code,
    holder_code,
    status_code,
    status_set,
    duplicate_of is not null as is_duplicate,
    relapse_of is not null as is_relapse,
    date_trunc('hour', resolved_at) as resolved_hour,
    hours_to_resolve,
    is_coordinated_within_sla,
    is_resolved_within_sla,
    is_overdue,
    is_synthetic,
    as_of
from {{ ref('fct_complaints') }}
where decision = 'accepted'
