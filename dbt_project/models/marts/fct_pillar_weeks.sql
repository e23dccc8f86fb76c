{#- Weeks written again: those of which an indicator was, whatever its source, or was not final at the build
    before. -#}
{% set touched %}{% raw %}
    select week_start_date_wib from {{ ref('int_complaint_indicators') }} where {{ was_written_since() }}
    union
    select week_start_date_wib
    from {{ ref('int_pillar_complaint_indicators') }}
    where {{ was_written_since() }}
    union
    select week_start_date_wib from {{ ref('int_relapse_indicators') }} where {{ was_written_since() }}
    union
    select week_start_date_wib from {{ ref('int_traffic_indicators') }} where {{ was_written_since() }}
    union
    select week_start_date_wib from {{ ref('int_ticket_indicators') }} where {{ was_written_since() }}
    union
    select week_start_date_wib from {{ this }} where not is_mature
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='week_start_date_wib',
    pre_hook=keep_touched(touched),
    indexes=[{'columns': ['area_code', 'indicator_code', 'week_start_date_wib']}, {'columns': ['as_of']}, {'columns': ['is_mature']}],
) }}

with measured as (
    {% for source in [
        'int_complaint_indicators',
        'int_pillar_complaint_indicators',
        'int_relapse_indicators',
        'int_traffic_indicators',
        'int_ticket_indicators',
    ] %}
        select
            week_start_date_wib,
            area_code,
            indicator_code,
            numerator,
            denominator,
            value,
            coverage,
            {% if source not in ['int_traffic_indicators', 'int_ticket_indicators'] -%}
                estimate,
                estimate_low,
                estimate_high,
                is_mature,
                known_on,
            {% else -%}
                null::double precision as estimate,
                null::double precision as estimate_low,
                null::double precision as estimate_high,
                {{ end_of_period('week_start_date_wib', 7) }} <= {{ as_of() }} as is_mature,
                week_start_date_wib + 7 as known_on,
            {% endif -%}
            is_synthetic
        from {{ ref(source) }}
        where {{ is_touched('week_start_date_wib') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    measured.week_start_date_wib,
    areas.area_level,
    measured.area_code,
    measured.indicator_code,
    measured.numerator,
    measured.denominator,
    case when measured.is_mature then measured.value end as value,
    measured.estimate,
    measured.estimate_low,
    measured.estimate_high,
    measured.is_mature,
    measured.known_on,
    measured.coverage,
    measured.is_synthetic,
    {{ as_of() }} as as_of
from measured
inner join {{ ref('dim_areas') }} as areas on measured.area_code = areas.area_code
