{{ config(materialized='view', alias='forecast_weeks') }}

-- The newest week is found here: in portal.jam_forecast that reads every hour of every week.
select
    week_start,
    cutoff,
    issued_at,
    is_synthetic
from {{ ref('stg_forecast_runs') }}
where not is_hindcast
