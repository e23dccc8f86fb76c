{{ config(materialized='view') }}

with cells as (
    {{ open_cells() }}
)

select
    numbers.open_key::text as report_key,
    complaints.channel as channel_code,
    cells.period,
    cells.period_start_date_wib,
    case when cells.area_level = 'kelurahan' then complaints.kelurahan_code end as kelurahan_code,
    case
        when cells.area_level in ('kelurahan', 'kecamatan') then complaints.kecamatan_code
    end as kecamatan_code,
    kecamatan.kota_code,
    complaints.category_code,
    complaints.pillar_code,
    complaints.holder_code,
    complaints.status_code,
    complaints.status_set,
    complaints.duplicate_of is not null as is_duplicate,
    complaints.relapse_of is not null as is_relapse,
    case
        when complaints.hours_to_resolve <= 24 then 'within_1_day'
        when complaints.hours_to_resolve <= 72 then 'within_3_days'
        when complaints.hours_to_resolve <= 168 then 'within_7_days'
        when complaints.hours_to_resolve <= 336 then 'within_14_days'
        when complaints.hours_to_resolve is not null then 'later'
    end as resolution_class,
    complaints.is_coordinated_within_sla,
    complaints.is_resolved_within_sla,
    complaints.is_overdue,
    complaints.is_synthetic,
    -- All of one moment: a row's own would tell when something came about it.
    {{ as_of() }} as as_of
from cells
inner join {{ ref('fct_complaints') }} as complaints on cells.complaint_id = complaints.complaint_id
inner join {{ source('ledger', 'tracking_numbers') }} as numbers on cells.complaint_id = numbers.complaint_id
left join {{ ref('kecamatan') }} as kecamatan on complaints.kecamatan_code = kecamatan.kecamatan_code
where cells.is_listed
-- The order of receipt would tell what the rows do not.
order by numbers.open_key
