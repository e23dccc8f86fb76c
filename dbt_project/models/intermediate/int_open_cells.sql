{{ config(materialized='table', indexes=[{'columns': ['complaint_id']}]) }}

with withdrawals as (
    select
        complaint_id,
        (array_agg(reason order by occurred_at desc, inbox_id desc))[1] <> 'unhidden' as is_withdrawn
    from {{ source('ledger', 'set_aside') }}
    where reason in ('hidden', 'unhidden', 'removed') and complaint_id is not null
    group by complaint_id
),

reports as (
    select
        complaints.complaint_id,
        complaints.visibility = 'public' and not coalesce(withdrawals.is_withdrawn, false) as is_public,
        complaints.kelurahan_code,
        complaints.kecamatan_code,
        kecamatan.kota_code,
        '31' as city_code,
        complaints.reported_date_wib as day,
        {{ week_of('complaints.reported_date_wib') }} as week,
        date_trunc('month', complaints.reported_date_wib)::date as month,
        null::date as all_time,
        null::integer as cell_level
    from {{ ref('fct_complaints') }} as complaints
    left join withdrawals on complaints.complaint_id = withdrawals.complaint_id
    left join {{ ref('kecamatan') }} as kecamatan on complaints.kecamatan_code = kecamatan.kecamatan_code
    where complaints.decision = 'accepted'
),

public_0 as (
    select *
    from reports
    where is_public
),

{{ coarsened('public', open_levels()[:4]) }},

counted_0 as (
    select *
    from reports
    where not is_public
    union all
    select *
    from public_4
    where cell_level is null
),

{{ coarsened('counted', open_levels()) }},

placed as (
    select
        complaint_id,
        true as is_listed,
        cell_level,
        {{ of_level(0) }} as area_code,
        {{ of_level(1) }} as period_start_date_wib
    from public_4
    where cell_level is not null
    union all
    select
        complaint_id,
        false as is_listed,
        cell_level,
        {{ of_level(0) }} as area_code,
        {{ of_level(1) }} as period_start_date_wib
    from counted_7
),

left_over as (
    select complaint_id
    from placed
    where cell_level is null
),

-- Fewer than five that no level put together join the smallest cell, one of counts where there is any.
joined as (
    select
        is_listed,
        cell_level,
        area_code,
        period_start_date_wib
    from placed
    where cell_level is not null and (select count(*) > 0 from left_over)
    group by is_listed, cell_level, area_code, period_start_date_wib
    order by is_listed asc, count(*) asc, cell_level desc, area_code asc, period_start_date_wib asc
    limit 1
),

has_joined as (
    select count(*) > 0 as is_true
    from joined
),

cells as (
    select
        placed.complaint_id,
        placed.is_listed,
        placed.cell_level,
        placed.area_code,
        placed.period_start_date_wib,
        placed.cell_level is null or joined.cell_level is not null as is_of_the_rest
    from placed
    cross join has_joined
    left join joined
        on
            placed.is_listed = joined.is_listed
            and placed.cell_level = joined.cell_level
            and placed.area_code = joined.area_code
            and placed.period_start_date_wib is not distinct from joined.period_start_date_wib
    where placed.cell_level is not null or has_joined.is_true
)

select
    complaint_id,
    is_listed and not is_of_the_rest as is_listed,
    case when is_of_the_rest then '31' else area_code end as area_code,
    case
        when is_of_the_rest or cell_level = 7 then 'all_time'
        when cell_level = 6 then 'month'
        when cell_level in (4, 5) then 'week'
        else 'day'
    end as period,
    case when not is_of_the_rest then period_start_date_wib end as period_start_date_wib,
    {{ as_of() }} as as_of
from cells
