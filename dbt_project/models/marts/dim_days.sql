{{ config(materialized='table', indexes=[{'columns': ['working_days_before', 'is_working_day']}]) }}

with days as (
    select day::date as date_wib
    from generate_series('2017-01-01'::timestamp, '2030-12-31'::timestamp, interval '1 day') as day
),

named as (
    select
        days.date_wib,
        holidays.holiday_name,
        coalesce(not holidays.is_joint_leave, false) as is_public_holiday,
        coalesce(holidays.is_joint_leave, false) as is_joint_leave,
        extract(isodow from days.date_wib) < 6 and holidays.holiday_date is null as is_working_day
    from days
    left join {{ ref('holidays') }} as holidays on days.date_wib = holidays.holiday_date
)

select
    date_wib,
    date_trunc('week', date_wib)::date as week_start_date_wib,
    extract(isodow from date_wib)::integer as iso_day_of_week,
    holiday_name,
    is_public_holiday,
    is_joint_leave,
    is_working_day,
    (
        count(*) filter (where is_working_day) over (order by date_wib rows unbounded preceding)
        - is_working_day::integer
    )
    ::integer as working_days_before,
    {{ as_of() }} as as_of
from named
