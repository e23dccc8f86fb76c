{{ config(materialized='view', alias='open_counts') }}

select
    area_code,
    area_level,
    period,
    period_start_date_wib,
    reports,
    is_synthetic,
    as_of
from {{ ref('mart_open_counts') }}
