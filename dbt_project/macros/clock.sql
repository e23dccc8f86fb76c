{#- As-of time of the run, timestamptz: JSC_AS_OF (ISO 8601 with offset), or the run's start, so that all marts of a run
    agree. It is read when a model is built and not when it is parsed: dbt would parse every model anew each time. -#}
{% macro as_of() -%}
    '{{ execute and env_var("JSC_AS_OF", "") or run_started_at.isoformat() }}'::timestamptz
{%- endmacro %}

{#- Calendar date in the city of a timestamptz. -#}
{% macro wib_date(moment) -%}
    ({{ moment }} at time zone {{ city_zone() }})::date
{%- endmacro %}

{#- Midnight in the city of a date, as timestamptz. -#}
{% macro wib_midnight(day) -%}
    ({{ day }}::timestamp at time zone {{ city_zone() }})
{%- endmacro %}

{#- Start of the hour in the city of a timestamptz, as timestamptz. -#}
{% macro wib_hour(moment) -%}
    date_trunc('hour', {{ moment }}, {{ city_zone() }})
{%- endmacro %}

{#- Hours from one timestamptz to another, fractional; negative where the second is earlier. -#}
{% macro hours_between(earlier, later) -%}
    (extract(epoch from {{ later }} - {{ earlier }}) / 3600)::double precision
{%- endmacro %}
