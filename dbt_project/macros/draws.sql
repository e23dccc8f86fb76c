{#- Chance that comes out the same each time, whatever the plan of a query.
    Belongs here: draws by a text. Does not belong here: what is drawn (the models). -#}

{#- Draw of a uniform distribution in (0, 1) by a text: the same each time, on any plan. -#}
{% macro uniform(text, seed) -%}
    (((hashtextextended({{ text }}, {{ seed }}) & 4503599627370495)::double precision + 0.5) / 4503599627370496)
{%- endmacro %}
