{#- Weeks written again: those of whose complaints one was, and those that have matured since. -#}
{% set touched %}{% raw %}
    select {{ week_of('reported_date_wib') }} from {{ ref('fct_complaints') }} where {{ was_written_since() }}
    union
    select week_start_date_wib
    from {{ this }}
    where
        within_sla_known_on >= {{ wib_date(touched_since()) }}
        and within_sla_known_on <= {{ wib_date(as_of()) }}
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='week_start_date_wib',
    pre_hook=keep_days_of_touched_weeks(touched),
    indexes=[{'columns': ['kelurahan_code', 'week_start_date_wib']}, {'columns': ['as_of']}],
) }}

with complaints as (
    select
        *,
        {{ week_of('reported_date_wib') }} as week_start_date_wib,
        duplicate_of is null as is_case,
        status_set <> 'closed' as is_open
    from {{ ref('fct_complaints') }}
    where
        decision = 'accepted'
        and kelurahan_code is not null
        and reported_at <= {{ as_of() }}
        and {{ is_touched('reported_date_wib') }}
),

cohorts as (
    select
        week_start_date_wib,
        kelurahan_code,
        max(kecamatan_code) as kecamatan_code,
        (count(*) filter (where is_case))::integer as received,
        (count(*) filter (where not is_case))::integer as duplicates,
        (count(*) filter (where is_case and resolved_at is not null))::integer as resolved,
        (count(*) filter (where is_case and not is_open and resolved_at is null))::integer as rejected,
        (count(*) filter (where is_case and is_open))::integer as open_now,
        (count(*) filter (where is_case and is_overdue))::integer as overdue_now,
        (count(is_resolved_within_sla) filter (where is_case))::integer as judged,
        (count(*) filter (where is_case and is_resolved_within_sla))::integer as resolved_within_sla,
        (count(*) filter (where is_case and relapses > 0))::integer as relapsed,
        greatest(
            {{ wib_midnight('(week_start_date_wib + 7)') }},
            max(resolve_due_at) filter (where is_case)
        ) as final_at,
        bool_or(is_synthetic) as is_synthetic
    from complaints
    group by week_start_date_wib, kelurahan_code
)

select
    week_start_date_wib,
    kelurahan_code,
    kecamatan_code,
    received,
    duplicates,
    resolved,
    rejected,
    open_now,
    overdue_now,
    judged,
    resolved_within_sla,
    case
        when final_at < {{ as_of() }} then resolved_within_sla::double precision / nullif(judged, 0)
    end as share_within_sla,
    final_at < {{ as_of() }} as is_within_sla_mature,
    {{ wib_date('final_at') }} as within_sla_known_on,
    relapsed,
    is_synthetic,
    {{ as_of() }} as as_of
from cohorts
