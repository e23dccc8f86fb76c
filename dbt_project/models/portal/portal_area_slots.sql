{{ config(materialized='view', alias='area_slots') }}

select
    area_code,
    slot_start,
    slot_date_wib,
    jam_index,
    is_jam,
    cameras_observed,
    is_synthetic,
    as_of
from {{ ref('fct_area_slots') }}
