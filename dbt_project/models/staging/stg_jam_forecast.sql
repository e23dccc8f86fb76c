select
    hours.week_start,
    hours.area_code,
    hours.hour_start,
    hours.jam_index,
    hours.jam_index_p10,
    hours.jam_index_p90,
    hours.jam_probability,
    hours.last_week,
    hours.four_week_median,
    hours.basis,
    runs.is_hindcast,
    runs.published_as,
    runs.blend,
    runs.training_start,
    runs.training_end,
    runs.code_version,
    runs.cutoff,
    runs.issued_at,
    runs.is_synthetic
from {{ source('forecast', 'jam_hours') }} as hours
inner join {{ source('forecast', 'runs') }} as runs on hours.week_start = runs.week_start
