{{ config(materialized='view', alias='units') }}

select
    unit_kind,
    unit_code,
    unit_name,
    rank,
    rank_low,
    rank_high,
    spans,
    within_limit,
    share_within_limit,
    share_within_limit_low,
    share_within_limit_high,
    median_hours,
    p90_hours,
    worked,
    relapsed,
    ratings,
    mean_rating,
    reused_photos,
    is_synthetic,
    as_of
from {{ ref('mart_unit_ranking') }}
