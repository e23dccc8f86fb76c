{#- Deadlines. Belongs here: the arithmetic of the two clocks and the judgement by a limit.
    Does not belong here: the limits (sla_rules.csv), which days are working days (dim_days). -#}

{#- Whether a stage was reached within its limit: true, false, or null while nothing can be said.
    Null: no rule in force, time is left, or the event is booked before the report was made. -#}
{% macro is_within_limit(reported_at, reached_at, due_at) -%}
    case
        when {{ due_at }} is null or {{ reached_at }} < {{ reported_at }} then null
        when {{ reached_at }} <= {{ due_at }} then true
        when coalesce({{ reached_at }}, {{ as_of() }}) > {{ due_at }} then false
    end
{%- endmacro %}

{#- Whether a moment is still to come and at most a day away; false where there is none. -#}
{% macro is_within_a_day(moment) -%}
    coalesce({{ moment }} between {{ as_of() }} and {{ as_of() }} + interval '1 day', false)
{%- endmacro %}

{#- Working hours from the first day of dim_days to a moment: 24 for every working day before it, and the hours of its own
    day where that is one. `day` is the alias of the moment's row of dim_days. -#}
{% macro working_position(moment, day) -%}
    (
        {{ day }}.working_days_before * 24
        + case
            when {{ day }}.is_working_day
                then extract(epoch from ({{ moment }} at time zone {{ city_zone() }}) - {{ day }}.date_wib) / 3600
            else 0
        end
    )::double precision
{%- endmacro %}

{#- The moment at which a working position is reached, the earliest; `day` is the alias of the row of dim_days whose
    working day number is ceil(position / 24) - 1. -#}
{% macro working_moment(position, day) -%}
    (
        {{ day }}.date_wib + make_interval(secs => (({{ position }}) - {{ day }}.working_days_before * 24) * 3600)
    ) at time zone {{ city_zone() }}
{%- endmacro %}

{#- Number of the working day in which a working position is reached. -#}
{% macro working_day_of(position) -%}
    (ceil(({{ position }}) / 24) - 1)
{%- endmacro %}

{#- Hours on a rule's clock between two moments, null where one is; the days are the moments' rows of dim_days. -#}
{% macro clock_hours(clock, earlier, earlier_day, later, later_day) -%}
    case {{ clock }}
        when 'working'
            then {{ working_position(later, later_day) }} - {{ working_position(earlier, earlier_day) }}
        else {{ hours_between(earlier, later) }}
    end
{%- endmacro %}

{#- Hours on a rule's clock of the pauses between a report and the moment a stage was reached, or now; pauses is a
    tstzmultirange, so that two at once count once. Looked up for each pause: there are few. -#}
{% macro paused_hours(clock, pauses, reported_at, reached_at) -%}
    {%- set clipped -%}
        {{ pauses }}
        * tstzmultirange(tstzrange({{ reported_at }}, greatest({{ reported_at }}, coalesce({{ reached_at }}, {{ as_of() }}))))
    {%- endset -%}
    case
        when {{ pauses }} = '{}'::tstzmultirange then 0
        when {{ clock }} = 'working'
            then (
                select coalesce(sum({{ clock_hours("'working'", 'lower(pause)', 'from_day', 'upper(pause)', 'to_day') }}), 0)
                from unnest({{ clipped }}) as pause
                inner join {{ ref('dim_days') }} as from_day on {{ wib_date('lower(pause)') }} = from_day.date_wib
                inner join {{ ref('dim_days') }} as to_day on {{ wib_date('upper(pause)') }} = to_day.date_wib
            )
        else (
            select coalesce(sum({{ hours_between('lower(pause)', 'upper(pause)') }}), 0)
            from unnest({{ clipped }}) as pause
        )
    end::double precision
{%- endmacro %}
