{{ config(
    materialized='table',
    indexes=[{'columns': ['kelurahan_code']}],
) }}

-- A square of 0.0025 degrees, 275 m: wide enough to name no door. The table does not tell where it lies.
with reports as (
    select
        complaints.complaint_id,
        complaints.case_id,
        complaints.kelurahan_code,
        complaints.kecamatan_code,
        complaints.category_code,
        complaints.reported_date_wib,
        complaints.relapse_of,
        complaints.is_synthetic,
        floor(points.latitude / 0.0025) as north,
        floor(points.longitude / 0.0025) as east
    from {{ ref('fct_complaints') }} as complaints
    inner join {{ source('ledger', 'complaints') }} as points
        on complaints.complaint_id = points.complaint_id and complaints.version = points.version
    where
        complaints.decision = 'accepted'
        and complaints.kelurahan_code is not null
        and complaints.category_code is not null
        and complaints.reported_date_wib > {{ wib_date(as_of()) }} - 90
        and complaints.reported_at <= {{ as_of() }}
        and points.latitude is not null
),

counts as (
    select
        kelurahan_code,
        max(kecamatan_code) as kecamatan_code,
        north,
        east,
        category_code,
        count(*)::integer as reports,
        count(distinct case_id)::integer as cases,
        count(relapse_of)::integer as relapses,
        count(distinct reported_date_wib)::integer as days,
        min(reported_date_wib) as first_reported_date_wib,
        max(reported_date_wib) as last_reported_date_wib,
        min(complaint_id::text) as lowest_id,
        bool_or(is_synthetic) as is_synthetic
    from reports
    group by kelurahan_code, north, east, category_code
    having count(*) >= {{ fewest_of_a_cell() }}
),

-- Numbered by how much is reported there: no order of the map.
places as (
    select
        kelurahan_code,
        north,
        east,
        (row_number() over (partition by kelurahan_code order by sum(reports) desc, min(lowest_id)))::integer
            as place_number
    from counts
    group by kelurahan_code, north, east
)

select
    counts.kelurahan_code,
    places.place_number,
    counts.category_code,
    counts.kecamatan_code,
    counts.reports,
    counts.cases,
    counts.relapses,
    counts.days,
    counts.first_reported_date_wib,
    counts.last_reported_date_wib,
    counts.is_synthetic,
    {{ as_of() }} as as_of
from counts
inner join places
    on
        counts.kelurahan_code = places.kelurahan_code
        and counts.north = places.north
        and counts.east = places.east
