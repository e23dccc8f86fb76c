{{ config(
    materialized='incremental',
    unique_key='week_start_date_wib',
    pre_hook=keep_touched("{{ touched_cohorts('week_start_date_wib', week_of) }}"),
    indexes=[{'columns': ['week_start_date_wib']}, {'columns': ['as_of']}],
) }}

{{ sla_cohorts('week_start_date_wib', week_of, 7) }}
