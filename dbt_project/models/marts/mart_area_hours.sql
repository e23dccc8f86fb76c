{#- Days written again: those on which an area's hour, a ticket or a complaint of parking or traffic was. -#}
{% set touched %}{% raw %}
    select hour_date_wib from {{ ref('fct_area_hours') }} where {{ was_written_since() }}
    union
    select occurred_date_wib from {{ ref('fct_tickets') }} where {{ was_written_since() }}
    union
    select reported_date_wib
    from {{ ref('fct_complaints') }}
    where {{ was_written_since() }} and category_code in ('parkir_liar', 'arus_lalu_lintas')
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='hour_date_wib',
    pre_hook=keep_touched(touched),
    indexes=[{'columns': ['hour_date_wib', 'area_code']}, {'columns': ['as_of']}],
) }}

with hours as (
    select
        area_hours.*,
        extract(isodow from area_hours.hour_date_wib)::integer as iso_day_of_week
    from {{ ref('fct_area_hours') }} as area_hours
    where {{ is_touched('area_hours.hour_date_wib') }}
),

tickets as (
    select
        kecamatan_code as area_code,
        hour_start,
        count(*)::integer as tickets,
        (count(*) filter (where matter = 'parking'))::integer as parking_tickets,
        (count(*) filter (where matter = 'odd_even'))::integer as odd_even_tickets,
        bool_or(is_synthetic) as is_synthetic
    from {{ ref('fct_tickets') }}
    where kecamatan_code is not null and {{ is_touched('occurred_date_wib') }}
    group by kecamatan_code, hour_start
),

complaints as (
    select
        kecamatan_code as area_code,
        {{ wib_hour('reported_at') }} as hour_start,
        (count(*) filter (where category_code = 'parkir_liar'))::integer as parking_complaints,
        (count(*) filter (where category_code = 'arus_lalu_lintas'))::integer as traffic_complaints,
        bool_or(is_synthetic) as is_synthetic
    from {{ ref('fct_complaints') }}
    where
        decision = 'accepted'
        and category_code in ('parkir_liar', 'arus_lalu_lintas')
        and kecamatan_code is not null
        and {{ is_touched('reported_date_wib') }}
    group by kecamatan_code, {{ wib_hour('reported_at') }}
),

-- Roads of one area may be restricted since different days.
restricted_roads as (
    select
        roads.kecamatan_code as area_code,
        days.date_wib as hour_date_wib,
        count(*)::integer as roads
    from {{ ref('ganjil_genap_roads') }} as roads
    inner join {{ ref('dim_days') }} as days on days.date_wib <@ daterange(roads.valid_from, roads.valid_to)
    where {{ is_touched('days.date_wib') }}
    group by roads.kecamatan_code, days.date_wib
)

select
    hours.area_code,
    hours.area_name,
    hours.hour_start,
    hours.hour_date_wib,
    hours.hour_of_day_wib,
    hours.iso_day_of_week,
    hours.is_jam,
    hours.jam_index,
    hours.basis,
    hours.cameras_observed,
    coalesce(tickets.tickets, 0) as tickets,
    coalesce(tickets.parking_tickets, 0) as parking_tickets,
    coalesce(tickets.odd_even_tickets, 0) as odd_even_tickets,
    coalesce(complaints.parking_complaints, 0) as parking_complaints,
    coalesce(complaints.traffic_complaints, 0) as traffic_complaints,
    case when odd_even.rule_code is null then 0 else coalesce(restricted_roads.roads, 0) end
        as odd_even_roads,
    coalesce(hours.is_synthetic or tickets.is_synthetic or complaints.is_synthetic, hours.is_synthetic)
        as is_synthetic,
    {{ as_of() }} as as_of
from hours
left join tickets on hours.area_code = tickets.area_code and hours.hour_start = tickets.hour_start
left join complaints on hours.area_code = complaints.area_code and hours.hour_start = complaints.hour_start
left join {{ ref('dim_days') }} as days on hours.hour_date_wib = days.date_wib
left join {{ ref('ganjil_genap_hours') }} as odd_even
    on
        hours.hour_date_wib <@ daterange(odd_even.valid_from, odd_even.valid_to)
        and hours.iso_day_of_week between odd_even.first_iso_day and odd_even.last_iso_day
        and hours.hour_of_day_wib >= odd_even.start_hour
        and hours.hour_of_day_wib < odd_even.end_hour
        and not days.is_public_holiday
left join restricted_roads
    on
        hours.area_code = restricted_roads.area_code
        and hours.hour_date_wib = restricted_roads.hour_date_wib
