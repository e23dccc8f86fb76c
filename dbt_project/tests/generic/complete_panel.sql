{#- Hours and days that are not complete: every hour has each member of the dimension, and the hours of a day have no gap. -#}
{% test complete_panel(model, member, dimension, day) %}
    with hours as (
        select
            {{ day }},
            hour_start,
            count(distinct {{ member }}) as members
        from {{ model }}
        group by {{ day }}, hour_start
    )

    select
        {{ day }},
        min(members) as members_found,
        count(*) as hours_found
    from hours
    group by {{ day }}
    having
        min(members) <> (select count(*) from {{ dimension }})
        or count(*) <> extract(epoch from max(hour_start) - min(hour_start)) / 3600 + 1
{% endtest %}
