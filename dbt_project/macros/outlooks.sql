{#- What a cohort says by each measure: its share once every case of it could have failed, and until then an estimate.
    Belongs here: when a share is final, and the estimate with its interval. Does not belong here: the fate of one case
    (fates.sql), the curves that say how likely a fate is (survival.sql), the periods and units of a mart.

    The estimate is of the very share that will be final. What is decided counts as it is; each undecided case counts with
    the chance that cases of its agency had which were as far on their way to the limit (mart_cohort_curves), to reach its
    end in time or to be rejected. Where a cohort's own cases are the only ones of the curve, this is the estimate of
    Kaplan and Meier, or of Aalen and Johansen where rejection competes: each hands what is not known yet on to those who
    were watched longer. The interval of 95% holds the share that will be final: it adds to the error of the curve the
    chance of each undecided case, and half a case because a share moves in steps of one. It never goes below what is left
    if all undecided fail, nor above what is left if all succeed. -#}

{#- Cases of a cohort that have the same fate at the same step, counted from rows of fates_of: there are far fewer of them
    than cases, and their chance is looked up once. -#}
{% macro count_fates(fates, keys) -%}
    select
        {% for key in keys %}{{ key }},
        {% endfor -%}
        measure_code,
        fate,
        step,
        count(*) as cases,
        count(*) filter (where known_at <= {{ as_of() }}) as known,
        max(known_at) as known_at
    from {{ fates }}
    group by {{ (keys + ['measure_code', 'fate', 'step']) | join(', ') }}
{%- endmacro %}

{#- Sums of a cohort over rows of count_fates, named `counted`, with the columns of mart_cohort_curves as curves. The error
    of one curve is the same for all its cases: the cases are of one agency, and sum_of_outlooks adds agencies. -#}
{% macro outlook_of_cases() -%}
    sum(counted.cases) as cases,
    coalesce(sum(counted.cases) filter (where counted.fate = 'reached'), 0) as reached,
    coalesce(sum(counted.cases) filter (where counted.fate = 'rejected'), 0) as rejected,
    coalesce(sum(counted.cases) filter (where counted.fate = 'undecided'), 0) as undecided,
    coalesce(sum(counted.known) filter (where counted.fate in ('reached', 'missed')), 0) as known,
    coalesce(sum(counted.known) filter (where counted.fate = 'reached'), 0) as known_reached,
    coalesce(sum(counted.cases) filter (where curves.chance is not null), 0) as foreseen,
    sum(counted.cases * curves.chance) as chances,
    sum(counted.cases * curves.rejection_chance) as rejections,
    sum(counted.cases * curves.chance * (1 - curves.chance)) as chance_variance,
    sum(counted.cases * curves.rejection_chance * (1 - curves.rejection_chance)) as rejection_variance,
    sum(counted.cases * curves.chance * curves.rejection_chance) as product,
    sum(counted.cases * curves.chance_error) as error,
    sum(counted.cases * curves.chance_error) ^ 2 as error_variance,
    max(counted.known_at) as known_at
{%- endmacro %}

{#- Sums of rows of the one before, of one agency or of several: their curves err each for itself. -#}
{% macro sum_of_outlooks(is_of_one_agency) -%}
    {%- for name in [
        'cases', 'reached', 'rejected', 'undecided', 'known', 'known_reached', 'foreseen', 'chances', 'rejections',
        'chance_variance', 'rejection_variance', 'product', 'error',
    ] -%}
    sum({{ name }}) as {{ name }},
    {% endfor -%}
    {{ 'sum(error) ^ 2' if is_of_one_agency else 'sum(error_variance)' }} as error_variance,
    max(known_at) as known_at
{%- endmacro %}

{#- The curve of cases that are undecided: a left join behind `counted`. -#}
{% macro join_curves() -%}
    left join {{ ref('mart_cohort_curves') }} as curves
        on
            counted.fate = 'undecided'
            and counted.holder_code = curves.skpd_code
            and counted.measure_code = curves.measure_code
            and counted.step = curves.step
{%- endmacro %}

{#- CTEs from one named `outlooks` (keys, measure_code and the sums); the last, `judged`, has by keys and measure:

    known_on: date in the city on which the share is final by what is known today. A relapse's is that of its window after
    the settling days of its period, so that what is closed late hides no figure again; any other is at most the settling
    days after its period, so that a case that waits for ever hides none.
    is_mature: whether it is.
    share: the share, where it is mature.
    estimate, estimate_low, estimate_high: where it is not, once the period has passed.

    `period` is the column of the period, `days` its length. -#}
{% macro judged_outlooks(period, days) -%}
    dated as (
        select
            outlooks.*,
            {{ end_of_period(period, days) }} <= {{ as_of() }} as has_passed,
            case measure_code
                when 'relapse' then {{ relapses_final_at(period, days) }}
                else least(
                    greatest({{ end_of_period(period, days) }}, known_at),
                    {{ end_of_period(period, days) }} + {{ days_by_rule('settling_days') }}
                )
            end as final_at
        from outlooks
    ),

    expected as (
        select
            dated.*,
            (reached + coalesce(chances, 0))::double precision
            / nullif(cases - rejected - coalesce(rejections, 0), 0)::double precision as expectation,
            nullif(cases - rejected - coalesce(rejections, 0), 0)::double precision as expected_cases
        from dated
    ),

    spread as (
        select
            expected.*,
            (
                0.5 + {{ z95() }} * sqrt(greatest(
                    coalesce(
                        chance_variance + expectation ^ 2 * rejection_variance - 2 * expectation * product
                        + error_variance,
                        0
                    ),
                    0
                ))
            ) / expected_cases as half
        from expected
    ),

    judged as (
        select
            spread.*,
            {{ wib_date('final_at') }} as known_on,
            final_at <= {{ as_of() }} as is_mature,
            case
                when final_at > {{ as_of() }} then null
                when measure_code = 'relapse' then known_reached::double precision / nullif(known, 0)
                else reached::double precision / nullif(cases - rejected - undecided, 0)
            end as share,
            final_at > {{ as_of() }} and has_passed and foreseen = undecided and cases > rejected as is_foreseen
        from spread
    )
{%- endmacro %}

{#- Moment at which a period of so many days ends. -#}
{% macro end_of_period(period, days) -%}
    {{ wib_midnight('(' ~ period ~ ' + ' ~ days ~ ')') }}
{%- endmacro %}

{#- Moment from which on the relapses of a period's cohort are final. -#}
{% macro relapses_final_at(period, days) -%}
    (
        {{ end_of_period(period, days) }}
        + {{ days_by_rule('settling_days') }} + {{ days_by_rule('relapse_window_days') }}
    )
{%- endmacro %}

{#- CTEs that end in `judged` (judged_outlooks) for the weeks of areas, and the extra columns of fct_complaints by which
    cases are told apart. -#}
{% macro judged_weeks_of_areas(codes, extra) -%}
    {%- set by = (['measure_code'] + extra) | join(', ') -%}
    cases as (
        select
            *,
            {{ week_of('reported_date_wib') }} as week_start_date_wib
        from {{ ref('fct_complaints') }}
        where
            decision = 'accepted'
            and duplicate_of is null
            and reported_at <= {{ as_of() }}
            and {{ is_touched('reported_date_wib') }}
    ),

    fates as (
        {{ fates_of('cases', codes, ['holder_code', 'kecamatan_code', 'week_start_date_wib'] + extra) }}
    ),

    counted as (
        {{ count_fates('fates', ['week_start_date_wib', 'kecamatan_code', 'holder_code'] + extra) }}
    ),

    outlooks_of_kecamatan as (
        select
            counted.week_start_date_wib,
            counted.kecamatan_code,
            counted.holder_code,
            counted.measure_code,
            {% for column in extra %}counted.{{ column }},
            {% endfor -%}
            {{ outlook_of_cases() }}
        from counted
        {{ join_curves() }}
        group by
            counted.week_start_date_wib,
            counted.kecamatan_code,
            counted.holder_code,
            counted.measure_code
            {%- for column in extra %},
            counted.{{ column }}
            {%- endfor %}
    ),

    outlooks_of_holders as (
        select
            week_start_date_wib,
            areas.area_code,
            holder_code,
            {{ by }},
            {{ sum_of_outlooks(true) }}
        from outlooks_of_kecamatan
        {{ join_areas_of('outlooks_of_kecamatan.kecamatan_code') }}
        group by week_start_date_wib, areas.area_code, holder_code, {{ by }}
    ),

    outlooks as (
        select
            week_start_date_wib,
            area_code,
            {{ by }},
            {{ sum_of_outlooks(false) }}
        from outlooks_of_holders
        group by week_start_date_wib, area_code, {{ by }}
    ),

    {{ judged_outlooks('week_start_date_wib', 7) }}
{%- endmacro %}

{#- Columns of an indicator that is a share of the week's cases, from a row of `judged` that may be missing, where no case
    has the measure. What is judged so far counts cases before their limit too; what was watched does not. -#}
{% macro indicator_of_judged() -%}
    coalesce(case when figures.is_judged_early then judged.reached else judged.known_reached end, 0)::double precision as numerator,
    coalesce(
        case
            when figures.is_judged_early then judged.cases - judged.rejected - judged.undecided
            else judged.known
        end,
        0
    )::double precision as denominator,
    judged.share as value,
    {{ estimate() }} as estimate,
    {{ estimate_low() }} as estimate_low,
    {{ estimate_high() }} as estimate_high,
    coalesce(judged.final_at, figures.final_at) <= {{ as_of() }} as is_mature,
    coalesce(judged.known_on, {{ wib_date('figures.final_at') }}) as known_on
{%- endmacro %}

{#- The three numbers of an estimate, from a row of `judged`. Of relapses no bound is certain: cases that are still open
    will join the cohort. -#}
{% macro estimate() -%}
    case when judged.is_foreseen then judged.expectation end
{%- endmacro %}
{% macro estimate_low() -%}
    case
        when judged.is_foreseen and judged.measure_code = 'relapse' then greatest(judged.expectation - judged.half, 0)
        when judged.is_foreseen
            then greatest(
                judged.expectation - judged.half, judged.reached::double precision / (judged.cases - judged.rejected)
            )
    end
{%- endmacro %}
{% macro estimate_high() -%}
    case
        when judged.is_foreseen and judged.measure_code = 'relapse' then least(judged.expectation + judged.half, 1)
        when judged.is_foreseen
            then least(
                judged.expectation + judged.half,
                (judged.reached + judged.undecided)::double precision / (judged.cases - judged.rejected)
            )
    end
{%- endmacro %}
