{#- Members of a dimension that lack an hour of the range: every member has each hour from the first to the last. -#}
{% test complete_panel(model, member, dimension, dimension_key) %}
    with hours as (
        select hour_start
        from generate_series(
            (select min(hour_start) from {{ model }}),
            (select max(hour_start) from {{ model }}),
            interval '1 hour'
        ) as hour_start
    )

    select
        members.{{ dimension_key }},
        count(panel.hour_start) as hours_found
    from {{ dimension }} as members
    cross join hours
    left join {{ model }} as panel
        on members.{{ dimension_key }} = panel.{{ member }} and hours.hour_start = panel.hour_start
    group by members.{{ dimension_key }}
    having count(panel.hour_start) <> (select count(*) from hours)
{% endtest %}
