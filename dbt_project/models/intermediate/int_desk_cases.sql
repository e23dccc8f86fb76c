{{ config(materialized='view') }}

{% set holder_code = 'coalesce(timeline.holder_code, tracked.first_holder_code)' %}

-- Read for one case at a time: each lateral is a few entries of an index, whatever the history.
select
    numbers.complaint_id as case_id,
    numbers.tracking_number,
    {{ holder_code }} as holder_code,
    case {{ holder_code }}
        when 'kelurahan' then tracked.kelurahan_code
        when 'kecamatan' then tracked.kecamatan_code
        when 'kota_administrasi' then left(tracked.kecamatan_code, 5)
        when 'kabupaten_administrasi' then left(tracked.kecamatan_code, 5)
    end as holder_area_code,
    skpd.skpd_name as holder_name,
    statuses.status_code,
    statuses.status_name,
    statuses.status_set,
    statuses.colour,
    timeline.last_event_id,
    timeline.last_event_at,
    case
        when timeline.last_event_id is null then tracked.decided_at
        when statuses.status_set <> 'closed' then timeline.held_since
    end as held_since,
    -- Heavy work is due at its promised end, where that is later than the usual limit.
    case
        when heavy_work.rule_code is not null then greatest(tracked.resolve_due_at, timeline.promised_at)
        else tracked.resolve_due_at
    end as due_at,
    tracked.reported_at + make_interval(hours => red_flag.limit_hours) as red_flag_at,
    timeline.promised_at,
    coalesce(timeline.waits_for_reporter, false) as waits_for_reporter,
    statuses.status_set <> 'closed'
    or timeline.last_event_at >= (
        select max(complaints.as_of) - interval '30 days'
        from {{ ref('fct_complaints') }} as complaints
    ) as is_on_desk,
    tracked.reported_at,
    tracked.decided_at,
    tracked.first_holder_name,
    tracked.channel_name,
    tracked.visibility,
    tracked.category_name,
    tracked.kelurahan_name,
    tracked.kecamatan_name,
    tracked.is_relapse,
    tracked.relapse_of_number,
    tracked.relapses,
    tracked.reports,
    tracked.limit_basis,
    tracked.is_synthetic
from {{ ref('stg_tracking_numbers') }} as numbers
-- Planned by itself, for one number: joined, PostgreSQL would first put together those of all numbers.
cross join
    lateral (
        select reports.*
        from {{ ref('int_tracked_reports') }} as reports
        where
            reports.tracking_number = numbers.tracking_number
            and reports.decision = 'accepted'
            and not reports.is_duplicate
        order by reports.tracking_number
        limit 1
    ) as tracked
left join
    lateral (
        select timelines.*
        from {{ ref('int_desk_timelines') }} as timelines
        where timelines.case_id = numbers.complaint_id
        order by timelines.case_id
        limit 1
    ) as timeline
    on true
left join {{ ref('case_statuses') }} as statuses
    on coalesce(timeline.status_code, 'menunggu') = statuses.status_code
left join {{ ref('skpd') }} as skpd on {{ holder_code }} = skpd.skpd_code
left join {{ ref('sla_rules') }} as red_flag
    on
        red_flag.stage = 'red_flag'
        and red_flag.scope = 'any'
        and {{ wib_date('tracked.reported_at') }} <@ daterange(red_flag.valid_from, red_flag.valid_to)
left join {{ ref('sla_rules') }} as heavy_work
    on
        heavy_work.stage = 'resolve'
        and heavy_work.scope = 'heavy_work'
        and {{ wib_date('tracked.reported_at') }} <@ daterange(heavy_work.valid_from, heavy_work.valid_to)
