{#- Rows whose period [valid_from, valid_to) overlaps with another of the same group; a null valid_to is open. -#}
{% test periods_do_not_overlap(model, group, key) %}
    select earlier.{{ key }}, later.{{ key }} as overlapped_by
    from {{ model }} as earlier
    inner join {{ model }} as later
        on earlier.{{ group }} = later.{{ group }}
        and earlier.{{ key }} < later.{{ key }}
        and daterange(earlier.valid_from, earlier.valid_to) && daterange(later.valid_from, later.valid_to)
{% endtest %}
