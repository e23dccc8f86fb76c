{%- set columns = ['holder_code', 'is_synthetic'] -%}

with cases as (
    select
        holder_code,
        reported_at,
        reported_date_wib,
        first_coordinated_at,
        coordinate_due_at,
        resolved_at,
        rejected_at,
        resolve_due_at,
        is_heavy_work,
        first_relapsed_at,
        is_synthetic
    from {{ ref('fct_complaints') }}
    where
        decision = 'accepted'
        and duplicate_of is null
        and reported_at <= {{ as_of() }}
        and reported_date_wib > {{ wib_date(as_of()) }} - {{ cohort_rule('relapse_pool_days') }}::integer
),

recent as (
    select * from cases
    where reported_date_wib > {{ wib_date(as_of()) }} - {{ cohort_rule('pool_days') }}::integer
),

fates as (
    {{ fates_of('recent', measures_of_reports(), columns) }}
    union all
    {{ fates_of('cases', ['relapse'], columns) }}
),

own as (
    select
        holder_code as skpd_code,
        measure_code,
        step,
        count(*) as leaving,
        count(*) filter (where fate = 'reached') as reached,
        count(*) filter (where fate = 'rejected') as rejected,
        bool_or(is_synthetic) as is_synthetic
    from fates
    group by holder_code, measure_code, step
),

counted as (
    select * from own
    union all
    select
        'all' as skpd_code,
        measure_code,
        step,
        sum(leaving) as leaving,
        sum(reached) as reached,
        sum(rejected) as rejected,
        bool_or(is_synthetic) as is_synthetic
    from own
    group by measure_code, step
),

units as (
    select skpd_code from {{ ref('skpd') }}
    union all
    select 'all' as skpd_code
),

leaving as (
    select
        units.skpd_code,
        measures.measure_code,
        steps.step::smallint as step,
        coalesce(counted.leaving, 0) as leaving,
        coalesce(counted.reached, 0) as reached,
        coalesce(counted.rejected, 0) as rejected,
        coalesce(counted.is_synthetic, false) as is_synthetic
    from units
    cross join unnest(array{{ measures_of_reports() + ['relapse'] }}) as measures (measure_code)
    cross join generate_series(0, {{ steps_to_limit() }}) as steps (step)
    left join counted
        on
            units.skpd_code = counted.skpd_code
            and measures.measure_code = counted.measure_code
            and steps.step = counted.step
),

{{ curves_of(['skpd_code', 'measure_code']) }},

-- Of a way that nobody was watched to the end of, its end says nothing.
ends as (
    select
        *,
        last_value(reached_share) over whole as reached_in_the_end,
        last_value(rejected_share) over whole as rejected_in_the_end,
        last_value(at_risk > 0 or open_share = 0) over whole as is_watched,
        bool_or(is_synthetic) over whole as is_of_sample
    from curves
    window whole as (
        partition by skpd_code, measure_code
        order by step rows between unbounded preceding and unbounded following
    )
),

from_here as (
    select
        *,
        case when is_watched and open_share > 0 then (reached_in_the_end - reached_share) / open_share end
            as own_chance,
        case when is_watched and open_share > 0 then (rejected_in_the_end - rejected_share) / open_share end
            as own_rejection,
        case when is_watched and open_share > 0 then at_risk - reached - rejected else 0 end as weight
    from ends
),

rules as (
    select value as prior from {{ ref('cohort_rules') }}
    where rule_code = 'prior_cases'
),

leaning as (
    select
        from_here.*,
        (from_here.weight * coalesce(from_here.own_chance, 0) + rules.prior * city.own_chance)
        / (from_here.weight + rules.prior) as chance,
        (from_here.weight * coalesce(from_here.own_rejection, 0) + rules.prior * city.own_rejection)
        / (from_here.weight + rules.prior) as rejection,
        from_here.weight + rules.prior as weight_in_all
    from from_here
    inner join from_here as city
        on
            city.skpd_code = 'all'
            and from_here.measure_code = city.measure_code
            and from_here.step = city.step
    cross join rules
)

select
    skpd_code,
    measure_code,
    step,
    at_risk::integer as at_risk,
    reached::integer as reached,
    rejected::integer as rejected,
    open_share,
    reached_share,
    reached_low,
    reached_high,
    rejected_share,
    kaplan_meier_share,
    kaplan_meier_low,
    kaplan_meier_high,
    is_watched,
    -- Absolute: a difference of equal floats may be a hair below 0.
    -- Numeric: a sum of floats depends on the order in which it is taken.
    round(abs(chance)::numeric, 9) as chance,
    round(abs(rejection)::numeric, 9) as rejection_chance,
    round(sqrt(abs(chance * (1 - chance)) / weight_in_all)::numeric, 9) as chance_error,
    is_of_sample as is_synthetic,
    {{ as_of() }} as as_of
from leaning
