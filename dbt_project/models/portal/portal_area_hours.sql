{{ config(materialized='view', alias='area_hours') }}

select
    area_code,
    area_name,
    hour_start,
    hour_date_wib,
    hour_of_day_wib,
    iso_day_of_week,
    is_jam,
    jam_index,
    basis,
    cameras_observed,
    tickets,
    parking_tickets,
    odd_even_tickets,
    odd_even_roads,
    is_synthetic,
    as_of
from {{ ref('mart_area_hours') }}
