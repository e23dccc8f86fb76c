{#- What a build writes anew: for each incremental mart the query of the keys that were touched since its build before.
    Belongs here: what touches what. Does not belong here: the watermark (incremental.sql), the figures (the models). -#}

{#- Events that came, and those that name a complaint which came or was decided anew. -#}
{% macro touched_events() -%}
    with decided as (
        select distinct
            complaints.channel,
            complaints.source_record_id,
            numbers.tracking_number
        from {{ ref('stg_complaints') }} as complaints
        left join {{ ref('stg_tracking_numbers') }} as numbers on complaints.complaint_id = numbers.complaint_id
        where complaints.decided_at >= {{ touched_since() }}
    )

    select event_id from {{ ref('stg_case_events') }} where received_at >= {{ touched_since() }}
    union
    select events.event_id
    from decided
    inner join {{ ref('stg_case_events') }} as events
        on decided.channel = events.channel and decided.source_record_id = events.source_record_id
    union
    select events.event_id
    from decided
    inner join {{ ref('stg_case_events') }} as events on decided.tracking_number = events.tracking_number
{%- endmacro %}

{#- Complaints of the cases about which something came, or whose limit passed; and those that a relapse names. -#}
{% macro touched_complaints() -%}
    with cases as (
        select complaint_id as case_id from {{ ref('stg_complaints') }} where decided_at >= {{ touched_since() }}
        union
        select case_id from {{ ref('stg_complaints') }} where decided_at >= {{ touched_since() }}
        union
        select relapse_of from {{ ref('stg_complaints') }} where decided_at >= {{ touched_since() }}
        union
        select case_id from {{ ref('fct_case_events') }} where {{ was_written_since() }}
        union
        select case_id
        from {{ ref('fct_case_events') }}
        where occurred_at >= {{ touched_since() }} and occurred_at <= {{ as_of() }}
        union
        select case_id
        from {{ this }}
        where coordinate_due_at >= {{ touched_since() }} and coordinate_due_at < {{ as_of() }}
        union
        select case_id from {{ this }} where resolve_due_at >= {{ touched_since() }} and resolve_due_at < {{ as_of() }}
        union
        select case_id from {{ this }} where is_waiting_for_reporter
    )

    select complaints.complaint_id
    from cases
    inner join {{ ref('stg_complaints') }} as complaints on cases.case_id = complaints.complaint_id
    union
    select complaints.complaint_id
    from cases
    inner join {{ ref('stg_complaints') }} as complaints on cases.case_id = complaints.duplicate_of
{%- endmacro %}

{#- Cases whose complaint was written anew, or whose holder's limit passed. -#}
{% macro touched_cases() -%}
    select case_id from {{ ref('fct_complaints') }} where {{ was_written_since() }}
    union
    select case_id from {{ this }} where due_at >= {{ touched_since() }} and due_at < {{ as_of() }}
{%- endmacro %}

{#- Days of report whose cohort's period has a complaint that was written anew, or was younger than `days` at the build
    before. -#}
{% macro touched_cohorts(period_of, days) -%}
    with periods as (
        select {{ period_of('reported_date_wib') }} as period
        from {{ ref('fct_complaints') }}
        where
            {{ was_written_since() }}
            or reported_date_wib >= {{ wib_date(touched_since()) }} - {{ days }}
    )

    select distinct days.date_wib
    from {{ ref('dim_days') }} as days
    where {{ period_of('days.date_wib') }} in (select period from periods)
{%- endmacro %}

{#- Days with something measured that came, with hours that were to come, and those around what is there already. -#}
{% macro touched_hours() -%}
    with measured as (
        select {{ wib_date('slot_start') }} as hour_date_wib
        from {{ ref('stg_camera_observations') }}
        where swept_at >= {{ touched_since() }} and slot_start < {{ as_of() }}
        union
        select {{ wib_date('hour_start') }}
        from {{ ref('stg_area_history') }}
        where received_at >= {{ touched_since() }} and hour_start < {{ as_of() }}
        union
        select {{ wib_date('hour_start') }}
        from {{ ref('stg_area_history') }}
        where hour_start >= {{ touched_since() }} and hour_start < {{ as_of() }}
        union
        select slot_date_wib from {{ ref('fct_area_slots') }} where {{ was_written_since() }}
    ),

    there as (
        select
            min(hour_date_wib) as first_day,
            max(hour_date_wib) as last_day
        from {{ this }}
    )

    select days.date_wib
    from {{ ref('dim_days') }} as days
    cross join there
    where
        days.date_wib in (select hour_date_wib from measured)
        or days.date_wib between there.last_day and (select max(hour_date_wib) from measured)
        or days.date_wib between (select min(hour_date_wib) from measured) and there.first_day
{%- endmacro %}

{#- Days that were swept, and those beside them, into which a jam over midnight reaches. -#}
{% macro touched_camera_days() -%}
    with swept as (
        select distinct {{ wib_date('slot_start') }} as day
        from {{ ref('stg_camera_observations') }}
        where swept_at >= {{ touched_since() }} and slot_start < {{ as_of() }}
    )

    select day from swept
    union
    select day - 1 from swept
    union
    select day + 1 from swept
{%- endmacro %}

{#- Days with a camera's hour that was written anew. -#}
{% macro touched_health_days() -%}
    select hour_date_wib from {{ ref('fct_camera_hours') }} where {{ was_written_since() }}
{%- endmacro %}

{#- Days of receipt of what came, and of what was decided, set aside or replayed. -#}
{% macro touched_receipts() -%}
    select {{ wib_date('fetched_at') }} as received_date_wib
    from {{ source('raw', 'inbox') }}
    where fetched_at >= {{ touched_since() }}
    union
    select {{ wib_date('quarantined_at') }}
    from {{ ref('stg_quarantine') }}
    where quarantined_at >= {{ touched_since() }} or replayed_at >= {{ touched_since() }}
    union
    select {{ wib_date('fetched_at') }} from {{ ref('stg_complaints') }} where decided_at >= {{ touched_since() }}
    union
    select {{ wib_date('inbox.fetched_at') }}
    from {{ source('ledger', 'set_aside') }} as set_aside
    inner join {{ source('raw', 'inbox') }} as inbox on set_aside.inbox_id = inbox.inbox_id
    where set_aside.decided_at >= {{ touched_since() }}
{%- endmacro %}

{#- Days of the weeks in which a complaint, an area's hour or a ticket was written anew, and of those that were still settling. -#}
{% macro touched_pillar_weeks() -%}
    with weeks as (
        select {{ week_of('reported_date_wib') }} as week_start_date_wib
        from {{ ref('fct_complaints') }}
        where {{ was_written_since() }} or reported_date_wib >= {{ wib_date(touched_since()) }} - 7
        union
        select {{ week_of('hour_date_wib') }} from {{ ref('fct_area_hours') }} where {{ was_written_since() }}
        union
        select {{ week_of('occurred_date_wib') }} from {{ ref('fct_tickets') }} where {{ was_written_since() }}
    )

    select days.date_wib
    from {{ ref('dim_days') }} as days
    where days.week_start_date_wib in (select weeks.week_start_date_wib from weeks)
{%- endmacro %}

{#- Tickets that came. -#}
{% macro touched_tickets() -%}
    select ticket_number from {{ ref('stg_tickets') }} where received_at >= {{ touched_since() }}
{%- endmacro %}

{#- Days with an area's hour, a ticket or a complaint that was written anew. -#}
{% macro touched_area_days() -%}
    select hour_date_wib from {{ ref('fct_area_hours') }} where {{ was_written_since() }}
    union
    select occurred_date_wib from {{ ref('fct_tickets') }} where {{ was_written_since() }}
    union
    select reported_date_wib
    from {{ ref('fct_complaints') }}
    where {{ was_written_since() }} and category_code in ('parkir_liar', 'arus_lalu_lintas')
{%- endmacro %}
