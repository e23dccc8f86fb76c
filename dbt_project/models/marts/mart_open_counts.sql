select
    cells.area_code,
    areas.area_level,
    cells.period,
    cells.period_start_date_wib,
    count(*)::integer as reports,
    bool_or(complaints.is_synthetic) as is_synthetic,
    {{ as_of() }} as as_of
from {{ ref('int_open_cells') }} as cells
inner join {{ ref('fct_complaints') }} as complaints on cells.complaint_id = complaints.complaint_id
inner join {{ ref('dim_areas') }} as areas on cells.area_code = areas.area_code
where not cells.is_listed
group by cells.area_code, areas.area_level, cells.period, cells.period_start_date_wib
