{#- What happened in a kecamatan counts three times: in the kecamatan, in its kota and in the city; a city that
    is one kota itself has no kota between.
    Belongs here: that rule. Does not belong here: the names of the areas (dim_areas). -#}

{#- Joins that give each row once for every area that counts it, as areas.area_code; what has no known kecamatan counts
    in the city alone. -#}
{% macro join_areas_of(kecamatan_code) -%}
    left join {{ ref('kecamatan') }} as kecamatan on {{ kecamatan_code }} = kecamatan.kecamatan_code
    inner join
        lateral (
            values ({{ city_code() }}), (nullif(kecamatan.kota_code, {{ city_code() }})), (kecamatan.kecamatan_code)
        ) as areas (area_code)
        on areas.area_code is not null
{%- endmacro %}
