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
    case when ratings >= {{ fewest_of_a_cell() }} then ratings end as ratings,
    case when ratings >= {{ fewest_of_a_cell() }} then mean_rating end as mean_rating,
    reused_photos,
    is_synthetic,
    as_of
from {{ ref('mart_unit_ranking') }}
