{{ config(indexes=[{'columns': ['parent_code']}]) }}

with kota as (
    select distinct
        kota_code,
        kota_name,
        regexp_replace(kota_name, '^(Kota|Kabupaten) (Administrasi )?', '') as kota_short_name
    from {{ ref('kecamatan') }}
),

areas as (
    select
        {{ city_code() }} as area_code,
        'city' as area_level,
        {{ city_name() }} as area_name,
        null as parent_code,
        null as kota_short_name
    union all
    select
        kota_code as area_code,
        'kota' as area_level,
        kota_name as area_name,
        {{ city_code() }} as parent_code,
        kota_short_name
    from kota
    -- A city that is one kota itself has no kota between it and its kecamatan.
    where kota_code <> {{ city_code() }}
    union all
    select
        kecamatan.kecamatan_code as area_code,
        'kecamatan' as area_level,
        kecamatan.kecamatan_name as area_name,
        kecamatan.kota_code as parent_code,
        kota.kota_short_name
    from {{ ref('kecamatan') }} as kecamatan
    inner join kota on kecamatan.kota_code = kota.kota_code
    union all
    select
        kelurahan.kelurahan_code as area_code,
        'kelurahan' as area_level,
        kelurahan.kelurahan_name as area_name,
        kelurahan.kecamatan_code as parent_code,
        kota.kota_short_name
    from {{ ref('kelurahan') }} as kelurahan
    inner join {{ ref('kecamatan') }} as kecamatan on kelurahan.kecamatan_code = kecamatan.kecamatan_code
    inner join kota on kecamatan.kota_code = kota.kota_code
),

residents as (
    select
        kota_code as area_code,
        population
    from {{ ref('population') }}
    where kota_code <> {{ city_code() }}
    union all
    select
        {{ city_code() }} as area_code,
        sum(population)::integer as population
    from {{ ref('population') }}
)

select
    areas.area_code,
    areas.area_level,
    areas.area_name,
    areas.parent_code,
    areas.kota_short_name,
    residents.population,
    {{ as_of() }} as as_of
from areas
left join residents on areas.area_code = residents.area_code
