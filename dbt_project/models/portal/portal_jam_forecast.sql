{{ config(materialized='view', alias='jam_forecast') }}

select
    forecast_kind,
    week_start,
    area_code,
    hour_start,
    hour_date_wib,
    jam_index,
    jam_index_p10,
    jam_index_p90,
    jam_probability,
    basis,
    cutoff,
    issued_at,
    is_synthetic
from {{ ref('mart_jam_forecast') }}
where not is_hindcast
