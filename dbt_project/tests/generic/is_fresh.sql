{#- Fails where the newest row of a source is older than so many hours as of now; an empty source is not judged. -#}
{% test is_fresh(model, column_name, hours) %}
    select max({{ column_name }}) as newest
    from {{ model }}
    having max({{ column_name }}) < {{ as_of() }} - make_interval(hours => {{ hours }})
{% endtest %}
