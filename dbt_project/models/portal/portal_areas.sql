{{ config(materialized='view', alias='areas') }}

select
    areas.area_code,
    areas.area_level,
    areas.area_name,
    areas.parent_code,
    areas.kota_short_name,
    avg(kelurahan.latitude) as latitude,
    avg(kelurahan.longitude) as longitude
from {{ ref('dim_areas') }} as areas
left join {{ ref('kelurahan') }} as kelurahan
    on areas.area_code = kelurahan.kecamatan_code or areas.area_code = kelurahan.kelurahan_code
group by
    areas.area_code, areas.area_level, areas.area_name, areas.parent_code, areas.kota_short_name
