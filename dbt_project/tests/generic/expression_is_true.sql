{#- Rows in which the expression is false or null; name each use for the rule that it guards. -#}
{% test expression_is_true(model, expression) %}
    select *
    from {{ model }}
    where ({{ expression }}) is not true
{% endtest %}
