{{ config(indexes=[{'columns': ['unit_kind', 'rank']}]) }}

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
        cases.rating
    from spans
    inner join {{ ref('fct_complaints') }} as cases on spans.case_id = cases.complaint_id
),

counts as (
    select
        unit_kind,
        unit_code,
        (count(is_within_limit))::integer as spans,
        (count(*) filter (where is_within_limit))::integer as within_limit,
        (count(*) filter (where did_work))::integer as worked,
        (count(*) filter (where did_work and has_relapsed))::integer as relapsed,
        (count(rating) filter (where did_work))::integer as ratings,
        sum(rating) filter (where did_work) as rating_sum,
        percentile_cont(0.5) within group (order by hours_charged) as median_hours,
        percentile_cont(0.9) within group (order by hours_charged) as p90_hours,
        bool_or(is_synthetic) as is_synthetic
    from judged
    group by unit_kind, unit_code
),

flagged as (
    select
        case evidence.holder_code when 'kelurahan' then cases.kelurahan_code else evidence.holder_code end
            as unit_code,
        evidence.photo_id
    from {{ ref('fct_evidence_flags') }} as evidence
    inner join {{ ref('fct_complaints') }} as cases on evidence.case_id = cases.complaint_id
    cross join rules
    where
        evidence.needs_verification
        and evidence.found_date_wib > {{ wib_date(as_of()) }} - rules.window_days
),

flags as (
    select
        unit_code,
        count(distinct photo_id)::integer as reused_photos
    from flagged
    group by unit_code
),

means as (
    select
        unit_kind,
        sum(within_limit)::double precision / nullif(sum(spans), 0) as within_limit,
        sum(relapsed)::double precision / nullif(sum(worked), 0) as relapsed,
        sum(rating_sum)::double precision / nullif(sum(ratings), 0) as rating
    from counts
    group by unit_kind
),

-- Shrunken towards the mean of its kind: a few lucky cases make nobody first.
shrunken as (
    select
        counts.*,
        rules.least_cases,
        (counts.within_limit + rules.prior_cases * means.within_limit) / (counts.spans + rules.prior_cases)
            as speed,
        (counts.relapsed + rules.prior_cases * coalesce(means.relapsed, 0))
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
),

scored as (
    select
        *,
        speed_weight * speed + relapse_weight * (1 - relapse) + rating_weight * (rating - 1) / 4 as score,
        -- Wilson's interval of 95%.
        1.96 * 1.96 as z2,
        within_limit::double precision / spans as share
    from shrunken
),

ranked as (
    select
        *,
        spans >= least_cases as is_ranked,
        (share + z2 / (2 * spans)) / (1 + z2 / spans) as middle,
        (rank() over (partition by unit_kind, spans >= least_cases order by score desc))::integer as place,
        sqrt(share * (1 - share) * z2 / spans + z2 * z2 / (4.0 * spans * spans)) / (1 + z2 / spans) as half
    from scored
)

select
    ranked.unit_kind,
    ranked.unit_code,
    coalesce(skpd.skpd_name, areas.area_name) as unit_name,
    case when ranked.is_ranked then ranked.place end as rank,
    ranked.score,
    ranked.spans,
    ranked.within_limit,
    ranked.share as share_within_limit,
    greatest(ranked.middle - ranked.half, 0) as share_within_limit_low,
    least(ranked.middle + ranked.half, 1) as share_within_limit_high,
    ranked.median_hours,
    ranked.p90_hours,
    ranked.worked,
    ranked.relapsed,
    ranked.relapsed::double precision / nullif(ranked.worked, 0) as relapse_share,
    ranked.ratings,
    ranked.rating_sum::double precision / nullif(ranked.ratings, 0) as mean_rating,
    coalesce(flags.reused_photos, 0) as reused_photos,
    ranked.is_synthetic,
    {{ as_of() }} as as_of
from ranked
left join {{ ref('skpd') }} as skpd on ranked.unit_code = skpd.skpd_code
left join {{ ref('dim_areas') }} as areas on ranked.unit_code = areas.area_code
left join flags on ranked.unit_code = flags.unit_code
