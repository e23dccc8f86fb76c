{{ config(materialized='view', alias='units') }}

select
    units.unit_kind,
    units.unit_code,
    units.unit_name,
    units.rank,
    units.rank_low,
    units.rank_high,
    units.score,
    scores.score_error,
    units.spans,
    units.within_limit,
    units.share_within_limit,
    units.share_within_limit_low,
    units.share_within_limit_high,
    units.median_hours,
    units.p90_hours,
    units.worked,
    units.relapse_share_estimate,
    units.relapsed,
    nullif(units.ratings, 0) as ratings,
    units.mean_rating,
    units.reused_photos,
    units.is_synthetic,
    units.as_of
from {{ ref('mart_unit_ranking') }} as units
inner join {{ ref('int_unit_scores') }} as scores
    on units.unit_kind = scores.unit_kind and units.unit_code = scores.unit_code
