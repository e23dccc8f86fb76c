{#- Fails when a reference table does not hold exactly the number of rows that its source has. -#}
{% test row_count_is(model, count) %}
    select count(*) as rows_found
    from {{ model }}
    having count(*) <> {{ count }}
{% endtest %}
