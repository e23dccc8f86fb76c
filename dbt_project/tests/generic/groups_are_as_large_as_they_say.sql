{#- Groups of rows, alike in the columns, of which a row tells another size than they have. -#}
{% test groups_are_as_large_as_they_say(model, columns, size) %}
    select {{ columns | join(", ") }}, count(*) as members
    from {{ model }}
    group by {{ columns | join(", ") }}
    having count(*) <> min({{ size }}) or count(*) <> max({{ size }})
{% endtest %}
