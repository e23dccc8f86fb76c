{{ config(indexes=[{'columns': ['unit_kind', 'rank']}]) }}

with rules as (
    select max(value) filter (where rule_code = 'window_days')::integer as window_days
    from {{ ref('ranking_rules') }}
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
        evidence.verdict in ('same_photo', 'edited_copy')
        and evidence.verified_as is distinct from 'confirmed'
        and evidence.found_date_wib > {{ wib_date(as_of()) }} - rules.window_days
),

flags as (
    select
        unit_code,
        count(distinct photo_id)::integer as reused_photos
    from flagged
    group by unit_code
),

scores as (
    select
        *,
        -- Wilson's interval of 95%.
        1.96 * 1.96 as z2,
        within_limit::double precision / spans as share
    from {{ ref('int_unit_scores') }}
),

ranked as (
    select
        *,
        (share + z2 / (2 * spans)) / (1 + z2 / spans) as middle,
        (rank() over (partition by unit_kind, is_ranked order by score desc))::integer as place,
        sqrt(share * (1 - share) * z2 / spans + z2 * z2 / (4.0 * spans * spans)) / (1 + z2 / spans) as half
    from scores
),

so_likely as (
    select
        *,
        sum(probability) over (partition by unit_kind, unit_code order by rank) as up_to
    from {{ ref('mart_rank_probabilities') }}
),

places as (
    select
        unit_kind,
        unit_code,
        min(rank) filter (where up_to > 0.025) as rank_low,
        min(rank) filter (where up_to >= 0.975 - 1e-9) as rank_high,
        coalesce(sum(probability) filter (where rank = 1), 0) as probability_first,
        coalesce(sum(probability) filter (where rank <= 10), 0) as probability_top_10
    from so_likely
    group by unit_kind, unit_code
)

select
    ranked.unit_kind,
    ranked.unit_code,
    coalesce(skpd.skpd_name, areas.area_name) as unit_name,
    case when ranked.is_ranked then ranked.place end as rank,
    places.rank_low,
    places.rank_high,
    places.probability_first,
    places.probability_top_10,
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
    (ranked.relapses_expected / nullif(ranked.worked, 0))::double precision as relapse_share_estimate,
    ranked.ratings,
    ranked.rating_sum::double precision / nullif(ranked.ratings, 0) as mean_rating,
    coalesce(flags.reused_photos, 0) as reused_photos,
    ranked.is_synthetic,
    {{ as_of() }} as as_of
from ranked
left join {{ ref('skpd') }} as skpd on ranked.unit_code = skpd.skpd_code
left join {{ ref('dim_areas') }} as areas on ranked.unit_code = areas.area_code
left join places on ranked.unit_kind = places.unit_kind and ranked.unit_code = places.unit_code
left join flags on ranked.unit_code = flags.unit_code
