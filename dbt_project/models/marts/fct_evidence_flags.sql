{{ config(indexes=[{'columns': ['holder_code', 'found_date_wib']}, {'columns': ['case_id']}]) }}

-- Few of a year's photos are of a view seen before: the table is built anew.
with reuse as (
    select *
    from {{ ref('stg_photo_reuse') }}
    where found_at <= {{ as_of() }}
)

select
    reuse.photo_id,
    reuse.earlier_photo_id,
    events.case_id,
    reuse.earlier_kind,
    coalesce(earlier.case_id, reuse.report_case_id) as earlier_case_id,
    reuse.event_id,
    reuse.earlier_event_id,
    reuse.photo_name,
    reuse.earlier_photo_name,
    events.holder_code,
    events.status_code,
    reuse.verdict,
    (reuse.is_copy and verdicts.verdict is null) as needs_verification,
    case when reuse.is_copy then verdicts.verdict end as verified_as,
    case when reuse.is_copy then verdicts.decided_at end as verified_at,
    reuse.is_mirrored,
    reuse.changed_share,
    reuse.features_in_common,
    reuse.edited_parts,
    reuse.found_at,
    {{ wib_date('reuse.found_at') }} as found_date_wib,
    reuse.is_synthetic,
    {{ as_of() }} as as_of
from reuse
inner join {{ ref('fct_case_events') }} as events on reuse.event_id = events.event_id
left join {{ ref('fct_case_events') }} as earlier on reuse.earlier_event_id = earlier.event_id
left join {{ ref('stg_verdicts') }} as verdicts
    on reuse.photo_id = verdicts.photo_id and verdicts.decided_at <= {{ as_of() }}
where earlier.event_id is not null or reuse.earlier_kind = 'report'
