{{ config(materialized='view', alias='open_requests') }}

-- Names and not codes, as Open311 tells them.
select
    complaints.report_key,
    complaints.period,
    complaints.period_start_date_wib,
    kelurahan.area_name as kelurahan_name,
    kecamatan.area_name as kecamatan_name,
    kota.area_name as kota_name,
    coalesce(kelurahan.latitude, kecamatan.latitude) as latitude,
    coalesce(kelurahan.longitude, kecamatan.longitude) as longitude,
    complaints.category_code,
    categories.category_name,
    case
        when complaints.holder_code = 'kelurahan' and kelurahan.area_name is not null
            then holders.skpd_name || ' ' || kelurahan.area_name
        else holders.skpd_name
    end as holder_name,
    statuses.status_name,
    complaints.status_set,
    complaints.resolution_class,
    complaints.is_coordinated_within_sla,
    complaints.is_resolved_within_sla,
    complaints.is_overdue,
    complaints.is_duplicate,
    complaints.is_relapse,
    rules.limit_hours,
    rules.legal_basis as limit_basis,
    {{ wib_midnight("complaints.period_start_date_wib") }}
    + make_interval(hours => rules.limit_hours + case complaints.period when 'day' then 24 else 168 end)
        as latest_due_at,
    complaints.is_synthetic,
    complaints.as_of
from {{ ref('mart_open_complaints') }} as complaints
left join {{ ref('portal_areas') }} as kelurahan on complaints.kelurahan_code = kelurahan.area_code
left join {{ ref('portal_areas') }} as kecamatan on complaints.kecamatan_code = kecamatan.area_code
left join {{ ref('dim_areas') }} as kota on complaints.kota_code = kota.area_code
left join {{ ref('categories') }} as categories on complaints.category_code = categories.category_code
left join {{ ref('skpd') }} as holders on complaints.holder_code = holders.skpd_code
left join {{ ref('case_statuses') }} as statuses on complaints.status_code = statuses.status_code
left join {{ ref('sla_rules') }} as rules
    on
        rules.stage = 'resolve'
        and rules.scope = 'any'
        and complaints.period_start_date_wib <@ daterange(rules.valid_from, rules.valid_to)
