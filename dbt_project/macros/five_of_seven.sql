{#- What makes a jam of single observations: five of seven in a row, within two hours (after the bottlenecks of PeMS).
    Belongs here: the rule. Does not belong here: whose observations they are (the models). -#}

{#- Two CTEs behind one that has a row per member and slot with is_macet: `jams` adds is_jam, which is true of a slot at
    macet that is among seven observed slots in a row of which five are. -#}
{% macro jams_of(observed, member) -%}
    sevens as (
        select
            {{ member }},
            slot_start,
            is_macet,
            sum(is_macet::integer) over seven >= 5
            and slot_start - min(slot_start) over seven <= interval '2 hours' as is_seventh
        from {{ observed }}
        window seven as (
            partition by {{ member }}
            order by slot_start rows between 6 preceding and current row
        )
    ),

    jams as (
        select
            {{ member }},
            slot_start,
            is_macet,
            is_macet and bool_or(is_seventh) over (
                partition by {{ member }}
                order by slot_start rows between current row and 6 following
            ) as is_jam
        from sevens
    )
{%- endmacro %}

{#- Days written again: those that were swept, and the days beside them, into which a jam over midnight reaches. -#}
{% macro touched_camera_days() -%}
    with swept as (
        select distinct {{ wib_date('slot_start') }} as day
        from {{ ref('stg_camera_observations') }}
        where swept_at >= {{ touched_since() }} and slot_start < {{ as_of() }}
    )

    select day from swept
    union
    select day - 1 from swept
    union
    select day + 1 from swept
{%- endmacro %}

{#- Whether a slot is of the touched days, or so near to them that it can tell a jam that reaches over midnight. -#}
{% macro is_around_touched(slot_start) -%}
    {%- if is_incremental() -%}
        {{ slot_start }}
        >= {{ wib_midnight('(select min(touched.key) from touched)') }} - interval '2 hours'
        and {{ slot_start }}
        < {{ wib_midnight('(select max(touched.key) + 1 from touched)') }} + interval '2 hours'
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#- How far above macet the mean of an hour's cameras has to be before a jam is claimed: half its standard error. The
    index that one camera gives of an hour is off by 0.07 on rendered roads (jsc bench vision); of a kecamatan's 170 the
    mean is off by 0.005, of two by 0.05. -#}
{% macro margin_of_a_jam(cameras) -%}
    0.5 * 0.07 / sqrt({{ cameras }})
{%- endmacro %}
