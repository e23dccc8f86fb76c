with listed as (
    select
        cells.complaint_id,
        cells.period,
        cells.period_start_date_wib,
        areas.area_level,
        cells.area_code
    from {{ ref('int_open_cells') }} as cells
    inner join {{ ref('dim_areas') }} as areas on cells.area_code = areas.area_code
    where cells.is_listed
)

select
    numbers.open_key::text as report_key,
    complaints.channel as channel_code,
    listed.period,
    listed.period_start_date_wib,
    case when listed.area_level = 'kelurahan' then complaints.kelurahan_code end as kelurahan_code,
    case
        when listed.area_level in ('kelurahan', 'kecamatan') then complaints.kecamatan_code
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
    {{ as_of() }} as as_of
from listed
inner join {{ ref('fct_complaints') }} as complaints on listed.complaint_id = complaints.complaint_id
inner join {{ ref('stg_tracking_numbers') }} as numbers on listed.complaint_id = numbers.complaint_id
left join {{ ref('kecamatan') }} as kecamatan on complaints.kecamatan_code = kecamatan.kecamatan_code
-- The order of receipt would tell what the rows do not.
order by numbers.open_key
