{#- Tickets written again: those that came in. -#}
{% set touched %}{% raw %}
    select ticket_number from {{ ref('stg_tickets') }} where received_at >= {{ touched_since() }}
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='ticket_number',
    pre_hook=keep_touched(touched),
    indexes=[{'columns': ['occurred_date_wib', 'kecamatan_code']}, {'columns': ['as_of']}],
) }}

with tickets as (
    select *
    from {{ ref('stg_tickets') }}
    where occurred_at <= {{ as_of() }} and {{ is_touched('ticket_number') }}
)

select
    tickets.ticket_number,
    tickets.source,
    tickets.occurred_at,
    {{ wib_date('tickets.occurred_at') }} as occurred_date_wib,
    {{ wib_hour('tickets.occurred_at') }} as hour_start,
    tickets.article_code,
    articles.matter,
    tickets.vehicle_class,
    tickets.device_code,
    tickets.kelurahan_code,
    tickets.kecamatan_code,
    tickets.area_basis,
    tickets.is_synthetic,
    {{ as_of() }} as as_of
from tickets
left join {{ ref('violation_articles') }} as articles on tickets.article_code = articles.article_code
