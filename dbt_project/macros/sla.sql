{#- Whether a stage was reached within its limit: true, false, or null while nothing can be said.
    Null: no rule in force, time is left, or the event is booked before the report was made. -#}
{% macro is_within_limit(reported_at, reached_at, due_at) -%}
    case
        when {{ due_at }} is null or {{ reached_at }} < {{ reported_at }} then null
        when {{ reached_at }} <= {{ due_at }} then true
        when coalesce({{ reached_at }}, {{ as_of() }}) > {{ due_at }} then false
    end
{%- endmacro %}
