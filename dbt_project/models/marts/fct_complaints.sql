{{ config(indexes=[
    {'columns': ['reported_date_wib']},
    {'columns': ['tracking_number']},
    {'columns': ['holder_code', 'status_set']},
    {'columns': ['kelurahan_code']},
]) }}

with complaints as (
    select
        complaint_id,
        tracking_number,
        version,
        channel,
        reported_at,
        {{ wib_date('reported_at') }} as reported_date_wib,
        decided_at,
        decision,
        reasons,
        missing,
        duplicate_of,
        case_id,
        relapse_of,
        category_code,
        category_basis,
        category_probability,
        skpd_code,
        routing_basis,
        skpd_probability,
        needs_verification,
        kelurahan_code,
        kecamatan_code,
        place_basis,
        place_method,
        place_confidence,
        has_photo,
        is_synthetic
    from {{ ref('stg_complaints') }}
),

cases as (
    select
        complaints.complaint_id,
        timelines.first_coordinated_at,
        timelines.resolved_at,
        coalesce(timelines.status_code, 'menunggu') as status_code,
        coalesce(timelines.status_set, 'open') as status_set,
        coalesce(timelines.holder_code, complaints.skpd_code) as holder_code,
        complaints.reported_at + make_interval(hours => coordination.limit_hours) as coordinate_due_at,
        complaints.reported_at + make_interval(hours => resolution.limit_hours) as resolve_due_at
    from complaints
    left join {{ ref('int_case_timeline') }} as timelines on complaints.case_id = timelines.case_id
    left join {{ ref('sla_rules') }} as coordination
        on
            coordination.stage = 'coordinate'
            and complaints.reported_date_wib <@ daterange(coordination.valid_from, coordination.valid_to)
    left join {{ ref('sla_rules') }} as resolution
        on
            resolution.stage = 'resolve'
            and complaints.reported_date_wib <@ daterange(resolution.valid_from, resolution.valid_to)
    where complaints.decision = 'accepted'
),

judged as (
    select
        complaints.complaint_id,
        {{
            is_within_limit('complaints.reported_at', 'cases.first_coordinated_at', 'cases.coordinate_due_at')
        }} as is_coordinated_within_sla,
        case
            when cases.status_set = 'closed' and cases.resolved_at is null then null
            else {{ is_within_limit('complaints.reported_at', 'cases.resolved_at', 'cases.resolve_due_at') }}
        end as is_resolved_within_sla,
        case
            when cases.resolved_at >= complaints.reported_at
                then {{ hours_between('complaints.reported_at', 'cases.resolved_at') }}
        end as hours_to_resolve,
        cases.status_set <> 'closed' and coalesce(cases.resolve_due_at < {{ as_of() }}, false) as is_overdue
    from complaints
    inner join cases on complaints.complaint_id = cases.complaint_id
)

select
    complaints.complaint_id,
    complaints.tracking_number,
    complaints.version,
    complaints.channel,
    complaints.reported_at,
    complaints.reported_date_wib,
    complaints.decided_at,
    complaints.decision,
    complaints.reasons,
    complaints.missing,
    complaints.duplicate_of,
    complaints.relapse_of,
    complaints.category_code,
    complaints.category_basis,
    complaints.category_probability,
    categories.pillar_code,
    complaints.skpd_code,
    complaints.routing_basis,
    complaints.skpd_probability,
    complaints.needs_verification,
    complaints.kelurahan_code,
    complaints.kecamatan_code,
    complaints.place_basis,
    complaints.place_method,
    complaints.place_confidence,
    complaints.has_photo,
    cases.status_code,
    cases.status_set,
    cases.holder_code,
    cases.first_coordinated_at,
    cases.coordinate_due_at,
    judged.is_coordinated_within_sla,
    cases.resolved_at,
    cases.resolve_due_at,
    judged.is_resolved_within_sla,
    judged.hours_to_resolve,
    judged.is_overdue,
    complaints.is_synthetic,
    {{ as_of() }} as as_of
from complaints
left join {{ ref('categories') }} as categories on complaints.category_code = categories.category_code
left join cases on complaints.complaint_id = cases.complaint_id
left join judged on complaints.complaint_id = judged.complaint_id
