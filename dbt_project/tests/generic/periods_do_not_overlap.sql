{#- Rows whose period [valid_from, valid_to) overlaps with another of the same groups; a null valid_to is open. -#}
{% test periods_do_not_overlap(model, groups, key) %}
    select earlier.{{ key }}, later.{{ key }} as overlapped_by
    from {{ model }} as earlier
    inner join {{ model }} as later
        on {% for group in groups %}earlier.{{ group }} = later.{{ group }}
        and {% endfor %}earlier.{{ key }} < later.{{ key }}
        and daterange(earlier.valid_from, earlier.valid_to) && daterange(later.valid_from, later.valid_to)
{% endtest %}
