{{ config(indexes=[{'columns': ['parent_code']}]) }}

with kota as (
    select distinct
        kota_code,
        kota_name
    from {{ ref('kecamatan') }}
),

areas as (
    select
        '31' as area_code,
        'city' as area_level,
        'DKI Jakarta' as area_name,
        null as parent_code
    union all
    select
        kota_code as area_code,
        'kota' as area_level,
        kota_name as area_name,
        '31' as parent_code
    from kota
    union all
    select
        kecamatan_code as area_code,
        'kecamatan' as area_level,
        kecamatan_name as area_name,
        kota_code as parent_code
    from {{ ref('kecamatan') }}
    union all
    select
        kelurahan_code as area_code,
        'kelurahan' as area_level,
        kelurahan_name as area_name,
        kecamatan_code as parent_code
    from {{ ref('kelurahan') }}
),

residents as (
    select
        kota_code as area_code,
        population
    from {{ ref('population') }}
    union all
    select
        '31' as area_code,
        sum(population)::integer as population
    from {{ ref('population') }}
)

select
    areas.area_code,
    areas.area_level,
    areas.area_name,
    areas.parent_code,
    residents.population,
    {{ as_of() }} as as_of
from areas
left join residents on areas.area_code = residents.area_code
