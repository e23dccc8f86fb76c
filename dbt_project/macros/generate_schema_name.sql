{#- Analysts read marts.fct_complaints, whoever built it: the layer's plain name, without the target's prefix. The target
    `next` writes beside what is read; what passed is renamed (orchestration/builds.py). -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}{{ '_next' if target.name == 'next' }}
{%- endmacro %}
