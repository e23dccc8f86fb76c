{{ config(materialized='view') }}

select
    'week' as forecast_kind,
    week_start,
    area_code,
    hour_start,
    {{ wib_date('hour_start') }} as hour_date_wib,
    jam_index,
    jam_index_p10,
    jam_index_p90,
    jam_probability,
    basis,
    published_as,
    blend,
    training_start,
    training_end,
    code_version,
    cutoff,
    issued_at,
    is_hindcast,
    is_synthetic,
    issued_at as as_of
from {{ ref('stg_jam_forecast') }}
union all
select
    'next_hours' as forecast_kind,
    null as week_start,
    area_code,
    hour_start,
    {{ wib_date('hour_start') }} as hour_date_wib,
    jam_index,
    jam_index_p10,
    jam_index_p90,
    jam_probability,
    basis,
    'model' as published_as,
    blend,
    null as training_start,
    null as training_end,
    null as code_version,
    cutoff,
    issued_at,
    false as is_hindcast,
    is_synthetic,
    issued_at as as_of
from {{ ref('stg_next_hours') }}
