{#- How likely it is that something was reached by a time, told from cases of which some are still under way.
    Belongs here: the estimators of Kaplan and Meier and of Aalen and Johansen with their intervals.
    Does not belong here: whose cases they are (mart_cohort_curves), what a cohort says (outlooks.sql). -#}

{#- Quantile of the normal distribution between which and its negative 95% lie. -#}
{% macro z95() -%} 1.959963984540054 {%- endmacro %}

{#- CTEs behind one named `leaving` that has by `keys` and `step` how many cases left the watch there: `leaving` of
    them, of which `reached` and `rejected` by one of two ends, the others because nobody watched them longer. The last,
    `curves`, has besides:

    open_share: share that neither was reached nor rejected by the step (Kaplan-Meier of both ends together).
    reached_share, rejected_share: share that was, by the step (Aalen-Johansen: each competes with the other).
    reached_low, reached_high: 95% of reached_share, by the delta method on log(-log) of its variance.
    kaplan_meier_share, kaplan_meier_low, kaplan_meier_high: share reached if nobody rejected anything (rejected cases
    count as watched until then), with Greenwood's variance on log(-log).

    What ends and what is let go at one step is all at risk there. The intervals are null at 0 and at 1. -#}
{% macro curves_of(keys) -%}
    {%- set by_keys = keys | join(', ') -%}
    at_risk as (
        select
            leaving.*,
            sum(leaving) over (partition by {{ by_keys }} order by step desc) as at_risk
        from leaving
    ),

    hazards as (
        select
            at_risk.*,
            (reached + rejected)::double precision / nullif(at_risk, 0) as hazard,
            reached::double precision / nullif(at_risk, 0) as reached_hazard,
            (reached + rejected)::double precision / nullif(at_risk * (at_risk - reached - rejected), 0) as greenwood,
            reached::double precision / nullif(at_risk * (at_risk - reached), 0) as reached_greenwood
        from at_risk
    ),

    survival as (
        select
            hazards.*,
            case
                when bool_or(hazard = 1) over so_far then 0
                else coalesce(exp(sum(ln(1 - nullif(hazard, 1))) over so_far), 1)
            end as open_share,
            case
                when bool_or(reached_hazard = 1) over so_far then 1
                else 1 - coalesce(exp(sum(ln(1 - nullif(reached_hazard, 1))) over so_far), 1)
            end as kaplan_meier_share,
            sum(reached_greenwood) over so_far as kaplan_meier_variance
        from hazards
        window so_far as (partition by {{ by_keys }} order by step)
    ),

    before as (
        select
            survival.*,
            lag(open_share, 1, 1::double precision) over (partition by {{ by_keys }} order by step) as open_before
        from survival
    ),

    incidence as (
        select
            before.*,
            coalesce(sum(open_before * reached / nullif(at_risk, 0)) over so_far, 0) as reached_share,
            coalesce(sum(open_before * rejected / nullif(at_risk, 0)) over so_far, 0) as rejected_share
        from before
        window so_far as (partition by {{ by_keys }} order by step)
    ),

    moments as (
        select
            incidence.*,
            reached_share ^ 2 * sum(greenwood) over so_far
            - 2 * reached_share * sum(greenwood * reached_share) over so_far
            + sum(greenwood * reached_share ^ 2) over so_far
            + sum(open_before ^ 2 * reached_hazard * (1 - reached_hazard) / nullif(at_risk, 0)) over so_far
            - 2 * reached_share * sum(open_before * reached_hazard / nullif(at_risk, 0)) over so_far
            + 2 * sum(reached_share * open_before * reached_hazard / nullif(at_risk, 0)) over so_far
                as reached_variance
        from incidence
        window so_far as (partition by {{ by_keys }} order by step)
    ),

    spreads as (
        select
            moments.*,
            case
                when reached_share > 1e-12 and reached_share < 1 - 1e-12
                    then {{ z95() }} * sqrt(greatest(reached_variance, 0)) / (reached_share * abs(ln(reached_share)))
            end as reached_spread,
            case
                when kaplan_meier_share > 1e-12 and kaplan_meier_share < 1 - 1e-12
                    then {{ z95() }} * sqrt(kaplan_meier_variance) / abs(ln(1 - kaplan_meier_share))
            end as kaplan_meier_spread
        from moments
    ),

    curves as (
        select
            spreads.*,
            case when reached_spread is not null then reached_share ^ exp(reached_spread) end as reached_low,
            case when reached_spread is not null then reached_share ^ exp(-reached_spread) end as reached_high,
            case
                when kaplan_meier_spread is not null then 1 - (1 - kaplan_meier_share) ^ exp(-kaplan_meier_spread)
            end as kaplan_meier_low,
            case
                when kaplan_meier_spread is not null then 1 - (1 - kaplan_meier_share) ^ exp(kaplan_meier_spread)
            end as kaplan_meier_high
        from spreads
    )
{%- endmacro %}
