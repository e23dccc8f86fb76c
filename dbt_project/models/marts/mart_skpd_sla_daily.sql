{{ config(
    materialized='incremental',
    unique_key='reported_date_wib',
    pre_hook=keep_touched("{{ touched_cohorts('reported_date_wib', day_of) }}"),
    indexes=[{'columns': ['reported_date_wib']}, {'columns': ['as_of']}],
) }}

{{ sla_cohorts('reported_date_wib', day_of, 1) }}
