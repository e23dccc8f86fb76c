{#- Days written again: those on which a camera's hour was. -#}
{% set touched %}{% raw %}
    select hour_date_wib from {{ ref('fct_camera_hours') }} where {{ was_written_since() }}
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='date_wib',
    pre_hook=keep_touched(touched),
    indexes=[
        {'columns': ['date_wib', 'level']},
        {'columns': ['level', 'member', 'date_wib']},
        {'columns': ['as_of']},
    ],
) }}

with hours as (
    select
        hours.*,
        coalesce(cameras.provider, 'unknown') as provider,
        coalesce(kecamatan.kota_code, 'outside_registry') as kota_code
    from {{ ref('fct_camera_hours') }} as hours
    left join {{ ref('stg_cameras') }} as cameras on hours.camera_id = cameras.camera_id
    left join {{ ref('kecamatan') }} as kecamatan on hours.kecamatan_code = kecamatan.kecamatan_code
    where {{ is_touched('hours.hour_date_wib') }}
),

days as (
    select
        hour_date_wib as date_wib,
        case
            when grouping(camera_id) = 0 then 'camera'
            when grouping(provider) = 0 then 'provider'
            else 'kota'
        end as level,
        coalesce(camera_id, provider, kota_code) as member,
        count(distinct camera_id)::integer as cameras,
        sum(slots_expected)::integer as slots_expected,
        sum(slots_valid)::integer as slots_valid,
        sum(slots_provider_down)::integer as slots_provider_down,
        sum(slots_silent)::integer as slots_silent,
        sum(slots_broken)::integer as slots_broken,
        sum(slots_blind)::integer as slots_blind,
        sum(slots_frozen)::integer as slots_frozen,
        sum(slots_moved)::integer as slots_moved,
        bool_or(is_synthetic) as is_synthetic
    from hours
    group by grouping sets ((hour_date_wib, camera_id), (hour_date_wib, provider), (hour_date_wib, kota_code))
)

select
    days.date_wib,
    days.level,
    days.member,
    days.cameras,
    days.slots_expected,
    days.slots_valid,
    days.slots_provider_down,
    days.slots_silent,
    days.slots_broken,
    days.slots_blind,
    days.slots_frozen,
    days.slots_moved,
    days.slots_valid::double precision
    / nullif(days.slots_expected - days.slots_provider_down, 0) as uptime_share,
    faults.fault as main_fault,
    days.is_synthetic,
    {{ as_of() }} as as_of
from days
left join lateral (
    select kinds.fault
    from (
        values
        ('provider_down', days.slots_provider_down),
        ('silent', days.slots_silent),
        ('broken', days.slots_broken),
        ('blind', days.slots_blind),
        ('frozen', days.slots_frozen),
        ('moved', days.slots_moved)
    ) as kinds (fault, slots)
    where kinds.slots > 0
    order by kinds.slots desc, kinds.fault asc
    limit 1
) as faults on true
