{#- Analysts read marts.fct_complaints, whoever built it: the layer's plain name, without the target's prefix. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
