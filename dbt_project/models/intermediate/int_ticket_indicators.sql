{#- Weeks written again: those in which a ticket was. -#}
{% set touched %}{% raw %}
    select {{ week_of('occurred_date_wib') }} from {{ ref('fct_tickets') }} where {{ was_written_since() }}
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='week_start_date_wib',
    pre_hook=keep_days_of_touched_weeks(touched),
    indexes=[{'columns': ['as_of']}],
) }}

with counts as (
    select
        {{ week_of('tickets.occurred_date_wib') }} as week_start_date_wib,
        areas.area_code,
        count(*) as tickets,
        count(tickets.kecamatan_code) as located,
        bool_or(tickets.is_synthetic) as is_synthetic
    from {{ ref('fct_tickets') }} as tickets
    {{ join_areas_of('tickets.kecamatan_code') }}
    where {{ is_touched('tickets.occurred_date_wib') }}
    group by {{ week_of('tickets.occurred_date_wib') }}, areas.area_code
),

-- The city counts every ticket once, so its row tells how many of the week's tickets have a known kecamatan.
coverages as (
    select
        week_start_date_wib,
        located::double precision / tickets as coverage
    from counts
    where area_code = {{ city_code() }}
)

select
    counts.week_start_date_wib,
    counts.area_code,
    'tickets_per_10k' as indicator_code,
    counts.tickets::double precision as numerator,
    areas.population::double precision as denominator,
    (counts.tickets * 10000.0 / areas.population)::double precision as value,
    coverages.coverage,
    counts.is_synthetic,
    {{ as_of() }} as as_of
from counts
inner join coverages on counts.week_start_date_wib = coverages.week_start_date_wib
inner join {{ ref('dim_areas') }} as areas on counts.area_code = areas.area_code
-- The population of a kecamatan is not known.
where areas.population is not null
