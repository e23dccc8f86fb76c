{#- Weeks written again: those in which a complaint was. -#}
{% set weeks %}{% raw %}
    select {{ week_of('reported_date_wib') }}
    from {{ ref('fct_complaints') }}
    where {{ was_written_since() }}
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='week_start_date_wib',
    pre_hook=[keep_days_of_touched_weeks(weeks), delete_touched('week_start_date_wib')],
    indexes=[{'columns': ['as_of']}],
) }}

with cases as (
    select
        holder_code,
        {{ week_of('reported_date_wib') }} as week_start_date_wib,
        rating,
        ratings,
        is_synthetic
    from {{ ref('fct_complaints') }}
    where
        decision = 'accepted'
        and duplicate_of is null
        and resolved_at is not null
        and reported_at <= {{ as_of() }}
        and {{ is_touched('reported_date_wib') }}
),

counts as (
    select
        holder_code,
        week_start_date_wib,
        count(*)::integer as resolved,
        count(rating)::integer as rated,
        sum(ratings)::integer as ratings,
        avg(rating) as mean_rating,
        bool_or(is_synthetic) as is_synthetic
    from cases
    group by holder_code, week_start_date_wib
),

-- Fewer ratings could be told apart: by who knows of the others, and by the agency that holds the cases.
told as (
    select
        *,
        rated >= {{ fewest_of_a_cell() }} as is_told
    from counts
    where resolved >= {{ fewest_of_a_cell() }}
)

select
    holder_code as skpd_code,
    week_start_date_wib,
    resolved,
    case when is_told then rated end as rated,
    case when is_told then ratings end as ratings,
    case when is_told then mean_rating::double precision end as mean_rating,
    is_synthetic,
    {{ as_of() }} as as_of
from told
