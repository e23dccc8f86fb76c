{#- What models ask of the city, as its city.toml says it; each a literal of SQL.
    Belongs here: those facts. Does not belong here: the city's tables (the seeds). -#}

{#- Kemendagri code of the whole city. -#}
{% macro city_code() -%}
    '{{ env_var("JSC_CITY_CODE") }}'
{%- endmacro %}

{#- Its name as an address ends. -#}
{% macro city_name() -%}
    '{{ env_var("JSC_CITY_NAME") | replace("'", "''") }}'
{%- endmacro %}

{#- Its time zone, by its IANA name. -#}
{% macro city_zone() -%}
    '{{ env_var("JSC_CITY_ZONE") }}'
{%- endmacro %}
