{{ config(materialized='view', alias='open_complaints') }}

select
    report_key,
    channel_code,
    period,
    period_start_date_wib,
    kelurahan_code,
    kecamatan_code,
    kota_code,
    category_code,
    pillar_code,
    holder_code,
    status_code,
    status_set,
    is_duplicate,
    is_relapse,
    resolution_class,
    is_coordinated_within_sla,
    is_resolved_within_sla,
    is_overdue,
    is_synthetic,
    as_of
from {{ ref('mart_open_complaints') }}
