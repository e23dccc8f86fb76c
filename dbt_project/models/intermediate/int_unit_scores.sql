{{ config(materialized='table') }}

with rules as (
    select
        max(value) filter (where rule_code = 'least_cases') as least_cases,
        max(value) filter (where rule_code = 'prior_cases') as prior_cases,
        max(value) filter (where rule_code = 'window_days')::integer as window_days,
        max(value) filter (where rule_code = 'speed_weight') as speed_weight,
        max(value) filter (where rule_code = 'relapse_weight') as relapse_weight,
        max(value) filter (where rule_code = 'rating_weight') as rating_weight
    from {{ ref('ranking_rules') }}
),

-- A unit is judged by its own spans: not by what others did before and after it.
spans as (
    select
        case when spans.holder_kelurahan_code is null then 'skpd' else 'kelurahan' end as unit_kind,
        coalesce(spans.holder_kelurahan_code, spans.holder_code) as unit_code,
        spans.case_id,
        spans.ended_by,
        spans.hours_charged,
        spans.is_within_limit,
        spans.is_synthetic
    from {{ ref('fct_holder_spans') }} as spans
    cross join rules
    where
        not spans.is_verification
        and not (spans.holder_code = 'kelurahan' and spans.holder_kelurahan_code is null)
        and spans.ended_by <> 'rejected'
        and spans.held_to_date_wib > {{ wib_date(as_of()) }} - rules.window_days
        and spans.held_to_date_wib <= {{ wib_date(as_of()) }}
),

-- Who did the work answers for what came of it; a holder that handed a case on does not.
judged as (
    select
        spans.*,
        spans.ended_by in ('resolved', 'delivered') as did_work,
        cases.relapses > 0 as has_relapsed,
        -- What came back counts as it is; what is still watched counts with the chance of its age.
        case
            when cases.relapses > 0 then 1
            when cases.resolved_at + {{ days_by_rule('relapse_window_days') }} <= {{ as_of() }} then 0
            else curves.chance
        end as relapse_chance,
        cases.rating
    from spans
    inner join {{ ref('fct_complaints') }} as cases on spans.case_id = cases.complaint_id
    left join {{ ref('mart_cohort_curves') }} as curves
        on
            cases.holder_code = curves.skpd_code
            and curves.measure_code = 'relapse'
            and curves.step = floor(
                {{ steps_to_limit() }} / (24 * {{ cohort_rule('relapse_window_days') }})
                * {{ hours_between('coalesce(cases.resolved_at, ' ~ as_of() ~ ')', as_of()) }}
            )
),

counts as (
    select
        unit_kind,
        unit_code,
        (count(is_within_limit))::integer as spans,
        (count(*) filter (where is_within_limit))::integer as within_limit,
        (count(*) filter (where did_work))::integer as worked,
        (count(*) filter (where did_work and has_relapsed))::integer as relapsed,
        case
            when count(*) filter (where did_work and relapse_chance is null) = 0
                then sum(relapse_chance) filter (where did_work)
        end as relapses_expected,
        -- Fewer say nothing of a unit, and are told to nobody.
        case
            when count(rating) filter (where did_work) >= {{ fewest_of_a_cell() }}
                then (count(rating) filter (where did_work))::integer
            else 0
        end as ratings,
        case
            when count(rating) filter (where did_work) >= {{ fewest_of_a_cell() }}
                then sum(rating) filter (where did_work)
        end as rating_sum,
        case
            when count(rating) filter (where did_work) >= {{ fewest_of_a_cell() }}
                then sum(rating * rating) filter (where did_work)
        end as rating_squares,
        percentile_cont(0.5) within group (order by hours_charged) as median_hours,
        percentile_cont(0.9) within group (order by hours_charged) as p90_hours,
        bool_or(is_synthetic) as is_synthetic
    from judged
    group by unit_kind, unit_code
),

means as (
    select
        unit_kind,
        sum(within_limit)::double precision / nullif(sum(spans), 0) as within_limit,
        sum(coalesce(relapses_expected, relapsed))::double precision / nullif(sum(worked), 0) as relapsed,
        sum(rating_sum)::double precision / nullif(sum(ratings), 0) as rating,
        sum(rating_squares)::double precision / nullif(sum(ratings), 0)
        - (sum(rating_sum)::double precision / nullif(sum(ratings), 0)) ^ 2 as rating_variance
    from counts
    group by unit_kind
),

-- Shrunken towards the mean of its kind: a few lucky cases make nobody first.
shrunken as (
    select
        counts.*,
        counts.spans >= rules.least_cases as is_ranked,
        rules.prior_cases,
        means.rating_variance,
        (counts.within_limit + rules.prior_cases * means.within_limit) / (counts.spans + rules.prior_cases)
            as speed,
        (
            coalesce(counts.relapses_expected, counts.relapsed)
            + rules.prior_cases * coalesce(means.relapsed, 0)
        )
        / (counts.worked + rules.prior_cases) as relapse,
        (coalesce(counts.rating_sum, 0) + rules.prior_cases * coalesce(means.rating, 3))
        / (counts.ratings + rules.prior_cases) as rating,
        rules.speed_weight,
        rules.relapse_weight,
        rules.rating_weight
    from counts
    inner join means on counts.unit_kind = means.unit_kind
    cross join rules
    where counts.spans > 0
)

select
    unit_kind,
    unit_code,
    is_ranked,
    spans,
    within_limit,
    median_hours,
    p90_hours,
    worked,
    relapsed,
    relapses_expected,
    ratings,
    rating_sum,
    speed_weight * speed + relapse_weight * (1 - relapse) + rating_weight * (rating - 1) / 4 as score,
    sqrt(
        speed_weight ^ 2 * speed * (1 - speed) / (spans + prior_cases + 1)
        + relapse_weight ^ 2 * relapse * (1 - relapse) / (worked + prior_cases + 1)
        + (rating_weight / 4) ^ 2 * coalesce(rating_variance, 0) / (ratings + prior_cases)
    ) as score_error,
    is_synthetic,
    {{ as_of() }} as as_of
from shrunken
