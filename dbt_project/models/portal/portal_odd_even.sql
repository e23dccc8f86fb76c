{{ config(materialized='view', alias='odd_even_roads') }}

select
    roads.road_name,
    roads.kecamatan_code,
    hours.first_iso_day,
    hours.last_iso_day,
    hours.start_hour,
    hours.end_hour,
    greatest(roads.valid_from, hours.valid_from) as valid_from,
    least(roads.valid_to, hours.valid_to) as valid_to,
    hours.legal_basis
from {{ ref('ganjil_genap_roads') }} as roads
cross join {{ ref('ganjil_genap_hours') }} as hours
