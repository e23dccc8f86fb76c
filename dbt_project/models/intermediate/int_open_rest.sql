{{ config(
    materialized='incremental',
    pre_hook="{% if is_incremental() %}delete from {{ this }}{% endif %}",
) }}

-- Written whole, but into the same table: the marts that read it are views and go with a dropped table.

with months as (
    select
        complaint_id,
        date_trunc('month', reported_date_wib)::date as month,
        count(*) over (partition by date_trunc('month', reported_date_wib)) as reports
    from {{ ref('int_open_weeks') }}
    where not is_listed and cell_level is null
),

left_over as (
    select complaint_id
    from months
    where reports < {{ fewest_of_a_cell() }}
),

-- Fewer than five that no level put together join the smallest cell, one of counts where there is any.
smallest as (
    select
        *,
        cell_level is null as is_month
    from (
        (
            select
                is_listed,
                reports,
                cell_level,
                area_code,
                period_start_date_wib
            from {{ ref('int_open_weeks') }}
            where cell_level is not null
            order by is_listed asc, reports asc, cell_level desc, area_code asc, period_start_date_wib asc
            limit 1
        )
        union all
        select
            false as is_listed,
            reports,
            null as cell_level,
            {{ city_code() }} as area_code,
            month as period_start_date_wib
        from months
        where reports >= {{ fewest_of_a_cell() }}
    ) as candidates
    where (select count(*) between 1 and {{ fewest_of_a_cell() }} - 1 from left_over)
    order by is_listed asc, reports asc, cell_level desc nulls first, area_code asc, period_start_date_wib asc
    limit 1
),

joined as (
    select weeks.complaint_id
    from smallest
    inner join {{ ref('int_open_weeks') }} as weeks
        on
            smallest.is_listed = weeks.is_listed
            and smallest.reports = weeks.reports
            and smallest.cell_level = weeks.cell_level
            and smallest.area_code = weeks.area_code
            and smallest.period_start_date_wib = weeks.period_start_date_wib
    union all
    select months.complaint_id
    from smallest
    inner join months on smallest.is_month and smallest.period_start_date_wib = months.month
),

whole_time as (
    select complaint_id
    from left_over
    union all
    select complaint_id
    from joined
),

-- Fewer than five complaints in all are in no cell.
enough as (
    select count(*) >= {{ fewest_of_a_cell() }} as is_true
    from whole_time
)

select
    complaint_id,
    'month' as period,
    month as period_start_date_wib,
    {{ as_of() }} as as_of
from months
where reports >= {{ fewest_of_a_cell() }} and complaint_id not in (select joined.complaint_id from joined)
union all
select
    complaint_id,
    'all_time' as period,
    null as period_start_date_wib,
    {{ as_of() }} as as_of
from whole_time
where (select enough.is_true from enough)
