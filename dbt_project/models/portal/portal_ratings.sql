{{ config(materialized='view', alias='ratings') }}

select
    ratings.skpd_code,
    skpd.skpd_name,
    ratings.week_start_date_wib,
    ratings.resolved,
    ratings.rated,
    ratings.ratings,
    ratings.mean_rating,
    ratings.is_synthetic,
    ratings.as_of
from {{ ref('mart_rating_weekly') }} as ratings
left join {{ ref('dim_skpd') }} as skpd on ratings.skpd_code = skpd.skpd_code
