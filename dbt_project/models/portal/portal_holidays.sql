{{ config(materialized='view', alias='holidays') }}

select
    holiday_date,
    holiday_name,
    is_joint_leave
from {{ ref('holidays') }}
