{{ config(materialized='view') }}

with cells as (
    {{ open_cells() }}
)

-- All of one moment: a row's own would tell when something came about it.
select
    area_code,
    area_level,
    period,
    period_start_date_wib,
    count(*)::integer as reports,
    bool_or(is_synthetic) as is_synthetic,
    {{ as_of() }} as as_of
from cells
where not is_listed
group by area_code, area_level, period, period_start_date_wib
