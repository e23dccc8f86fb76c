{#- What became of a case by each measure: it had a limit, and reached its end in time, was rejected, missed it, or may
    still do either.
    Belongs here: the measures, and the fate of one case. Does not belong here: how likely a fate is (survival.sql), what
    a cohort says (outlooks.sql). -#}

{#- Into how many parts the way to a limit is divided: limits of hours, of weeks and on a working clock, paused or not,
    are one scale on which a case is as old as the share of its limit that is used up. -#}
{% macro steps_to_limit() -%} 48 {%- endmacro %}

{#- Windows of resolution, days. -#}
{% macro windows_of_resolution() -%} {{ return([1, 3, 7, 14]) }} {%- endmacro %}

{#- Measures of a case from its report on; the one of a closed case is its relapse. -#}
{% macro measures_of_reports() -%}
    {%- set codes = ['coordinated_within_sla', 'within_sla'] -%}
    {%- for days in windows_of_resolution() %}{% do codes.append('resolved_' ~ days ~ 'd') %}{% endfor -%}
    {{ return(codes) }}
{%- endmacro %}

{#- A number of seed cohort_rules. -#}
{% macro cohort_rule(code) -%}
    (select rules.value from {{ ref('cohort_rules') }} as rules where rules.rule_code = '{{ code }}')
{%- endmacro %}

{#- An interval of so many days by that seed. -#}
{% macro days_by_rule(code) -%} make_interval(days => {{ cohort_rule(code) }}::integer) {%- endmacro %}

{#- Rows of a case by measure, from a relation `cases` with the columns of fct_complaints: when its time began, when its
    limit is, when it reached its end or was rejected, from when on nothing changes that any more.

    A resolution that is booked before the report is none. What is rejected behind its limit has missed it: else a figure
    that was final would change. What is relapsed within the window of closing counts as
    reached. Heavy work, whose limit is a promise, is known once it is closed; all else once its limit has passed, so that
    what is quickly done tells no figure before what is not. -#}
{% macro begun_by_measure(codes) -%}
    {%- set resolved_at = 'case when cases.resolved_at >= cases.reported_at then cases.resolved_at end' -%}
    {%- set rows = {
        'coordinated_within_sla': [
            'case when cases.first_coordinated_at < cases.reported_at then null else cases.reported_at end',
            'cases.coordinate_due_at', 'cases.first_coordinated_at', 'null::timestamptz', 'cases.coordinate_due_at',
        ],
        'within_sla': [
            'case when cases.resolved_at < cases.reported_at then null else cases.reported_at end',
            'cases.resolve_due_at', 'cases.resolved_at', 'cases.rejected_at',
            'case when cases.is_heavy_work then least(cases.resolve_due_at, cases.resolved_at, cases.rejected_at) '
            ~ 'else cases.resolve_due_at end',
        ],
        'relapse': [
            'cases.resolved_at', 'cases.resolved_at + ' ~ days_by_rule('relapse_window_days'),
            'case when cases.first_relapsed_at is not null then greatest(cases.first_relapsed_at, cases.resolved_at) end',
            'null::timestamptz',
            'cases.resolved_at + ' ~ days_by_rule('relapse_window_days'),
        ],
    } -%}
    {%- for days in windows_of_resolution() -%}
        {%- set limit = "cases.reported_at + interval '" ~ days ~ " days'" -%}
        {%- do rows.update({
            'resolved_' ~ days ~ 'd': ['cases.reported_at', limit, resolved_at, 'cases.rejected_at', limit]
        }) -%}
    {%- endfor -%}
    {%- for code in codes %}
        ('{{ code }}', {{ rows[code] | join(', ') }}){{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Rows of a case by measure with its fate and its step: on the way to the limit the one by which its end was reached, or
    the one that it has passed. `relation` has the columns of fct_complaints, accepted cases alone; `columns` are kept. -#}
{% macro fates_of(relation, codes, columns) -%}
    {#- date_part is of floats: extract is of numerics, and took half of the time of a cohort. -#}
    {%- set passed = "date_part('epoch', %s - given.begun_at) / date_part('epoch', given.limit_at - given.begun_at)" -%}
    select
        {% for column in columns %}cases.{{ column }},
        {% endfor -%}
        given.measure_code,
        given.known_at,
        case
            when given.reached_at <= given.limit_at then 'reached'
            when given.rejected_at <= given.limit_at then 'rejected'
            when given.limit_at >= {{ as_of() }} then 'undecided'
            else 'missed'
        end as fate,
        case
            when least(given.reached_at, given.rejected_at) <= given.limit_at
                then
                    ceil({{ steps_to_limit() }} * {{ passed % 'least(given.reached_at, given.rejected_at)' }})
            else
                floor({{ steps_to_limit() }} * {{ passed % ('least(given.limit_at, ' ~ as_of() ~ ')') }})
        end::smallint as step
    from {{ relation }} as cases
    cross join
        lateral (
            values {{ begun_by_measure(codes) }}
        ) as given (measure_code, begun_at, limit_at, reached_at, rejected_at, known_at)
    where given.begun_at is not null and given.limit_at > given.begun_at
{%- endmacro %}
