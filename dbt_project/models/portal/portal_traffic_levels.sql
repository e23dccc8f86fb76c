{{ config(materialized='view', alias='traffic_levels') }}

select
    level_code,
    level_name_id,
    jam_index_from,
    jam_index_to
from {{ ref('traffic_levels') }}
