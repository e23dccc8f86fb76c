{#- Weeks written again: those in which a complaint is, or was, of which something changed that its cell
    depends on. No cell of here is wider than a week, so that no other week changes. -#}
{% set touched %}{% raw %}
    with written as (
        select complaint_id
        from {{ ref('fct_complaints') }}
        where {{ was_written_since() }}
        union
        select complaint_id
        from {{ source('ledger', 'set_aside') }}
        where decided_at >= {{ touched_since() }} and complaint_id is not null
    ),

    days as (
        select
            reports.reported_date_wib as is_on,
            weeks.reported_date_wib as was_on
        from written
        left join {{ ref('int_open_reports') }} as reports on written.complaint_id = reports.complaint_id
        left join {{ this }} as weeks on written.complaint_id = weeks.complaint_id
        where
            (reports.is_public, reports.kelurahan_code, reports.kecamatan_code, reports.reported_date_wib)
            is distinct from
            (weeks.is_public, weeks.kelurahan_code, weeks.kecamatan_code, weeks.reported_date_wib)
    )

    select {{ week_of('is_on') }} from days
    union
    select {{ week_of('was_on') }} from days
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='week_start_date_wib',
    pre_hook=[keep_days_of_touched_weeks(touched), delete_touched('week_start_date_wib')],
    indexes=[
        {'columns': ['complaint_id'], 'unique': true},
        {'columns': ['week_start_date_wib']},
        {'columns': ['is_listed', 'reports', 'cell_level', 'area_code', 'period_start_date_wib']},
        {'columns': ['as_of']},
    ],
) }}

with city_of_one_kota as (
    select distinct kota_code
    from {{ ref('kecamatan') }}
    where kota_code = {{ city_code() }}
),

reports as (
    select
        reports.complaint_id,
        reports.is_public,
        reports.kelurahan_code,
        reports.kecamatan_code,
        -- Whatever is reported to a city that is one kota lies in it, or a week would have a cell of both.
        coalesce(kecamatan.kota_code, city_of_one_kota.kota_code) as kota_code,
        {{ city_code() }} as city_code,
        reports.reported_date_wib as day,
        {{ week_of('reports.reported_date_wib') }} as week,
        reports.is_synthetic,
        null::integer as cell_level
    from {{ ref('int_open_reports') }} as reports
    left join {{ ref('kecamatan') }} as kecamatan on reports.kecamatan_code = kecamatan.kecamatan_code
    left join city_of_one_kota on true
    where {{ is_touched('reports.reported_date_wib') }}
),

public_0 as (
    select *
    from reports
    where is_public and kecamatan_code is not null
),

{{ coarsened('public', open_levels()[:4]) }},

counted_0 as (
    select *
    from reports
    where not is_public or kecamatan_code is null
    union all
    select *
    from public_4
    where cell_level is null
),

{{ coarsened('counted', open_levels()) }},

placed as (
    select
        *,
        true as is_listed
    from public_4
    where cell_level is not null
    union all
    select
        *,
        false as is_listed
    from counted_5
),

cells as (
    select
        *,
        case when {{ of_level(0) }} = city_code then 'city' else {{ name_of_level(0) }} end as area_level,
        {{ of_level(0) }} as area_code,
        {{ name_of_level(1) }} as period,
        {{ of_level(1) }} as period_start_date_wib
    from placed
)

select
    complaint_id,
    week as week_start_date_wib,
    is_public,
    kelurahan_code,
    kecamatan_code,
    day as reported_date_wib,
    is_listed,
    cell_level,
    area_level,
    area_code,
    period,
    period_start_date_wib,
    (
        count(*) over (partition by week, is_listed, cell_level, area_code, period_start_date_wib)
    )::integer as reports,
    is_synthetic,
    {{ as_of() }} as as_of
from cells
