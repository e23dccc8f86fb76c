{#- Fails where a table has another number of rows than the one that it is made of. -#}
{% test has_as_many_rows_as(model, other) %}
    select counts.*
    from (
        select
            (select count(*) from {{ model }}) as found,
            (select count(*) from {{ other }}) as expected
    ) as counts
    where counts.found <> counts.expected
{% endtest %}
