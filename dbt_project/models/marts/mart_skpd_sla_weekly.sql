{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='week_start_date_wib',
    on_schema_change='fail',
    pre_hook=keep_touched("{{ touched_cohorts(week_of, 15) }}"),
    indexes=[{'columns': ['week_start_date_wib']}, {'columns': ['as_of']}],
) }}

{{ sla_cohorts('week_start_date_wib', week_of) }}
