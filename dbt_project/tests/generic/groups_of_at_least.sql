{#- Groups of rows, alike in the columns, that are smaller than they may be. -#}
{% test groups_of_at_least(model, columns, least) %}
    select {{ columns | join(", ") }}, count(*) as members
    from {{ model }}
    group by {{ columns | join(", ") }}
    having count(*) < {{ least }}
{% endtest %}
