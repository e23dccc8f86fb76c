{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='reported_date_wib',
    on_schema_change='fail',
    pre_hook=keep_touched("{{ touched_cohorts(day_of, 15) }}"),
    indexes=[{'columns': ['reported_date_wib']}, {'columns': ['as_of']}],
) }}

{{ sla_cohorts('reported_date_wib', day_of) }}
