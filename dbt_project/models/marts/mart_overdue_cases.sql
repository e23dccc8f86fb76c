{{ config(materialized='view') }}

select
    case_id,
    tracking_number,
    holder_code,
    holder_kelurahan_code,
    kelurahan_code,
    kecamatan_code,
    category_code,
    status_code,
    reported_at,
    resolve_due_at,
    hours_overdue,
    held_since,
    hours_held,
    is_waiting_for_reporter,
    is_heavy_work,
    is_relapse,
    duplicates,
    is_red_flagged,
    is_synthetic,
    as_of
from {{ ref('mart_due_cases') }}
where is_overdue
