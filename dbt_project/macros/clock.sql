{#- As-of time of the run, timestamptz: JSC_AS_OF (ISO 8601 with offset), or the run's start, so that all marts of a run
    agree. It is read when a model is built and not when it is parsed: dbt would parse every model anew each time. -#}
{% macro as_of() -%}
    '{{ execute and env_var("JSC_AS_OF", "") or run_started_at.isoformat() }}'::timestamptz
{%- endmacro %}

{#- Calendar date in Jakarta of a timestamptz. -#}
{% macro wib_date(moment) -%}
    ({{ moment }} at time zone 'Asia/Jakarta')::date
{%- endmacro %}

{#- Midnight in Jakarta of a date, as timestamptz. -#}
{% macro wib_midnight(day) -%}
    ({{ day }}::timestamp at time zone 'Asia/Jakarta')
{%- endmacro %}

{#- Start of the hour in Jakarta of a timestamptz, as timestamptz. -#}
{% macro wib_hour(moment) -%}
    date_trunc('hour', {{ moment }}, 'Asia/Jakarta')
{%- endmacro %}

{#- Hours from one timestamptz to another, fractional; negative where the second is earlier. -#}
{% macro hours_between(earlier, later) -%}
    (extract(epoch from {{ later }} - {{ earlier }}) / 3600)::double precision
{%- endmacro %}
