with ranked as (
    select
        complaint_id,
        version,
        channel,
        source_record_id,
        reported_at,
        decided_at,
        decision,
        reasons,
        missing,
        duplicate_of,
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
        is_synthetic,
        row_number() over (partition by complaint_id order by version desc) as recency
    from {{ source('ledger', 'complaints') }}
),

numbers as (
    select
        complaint_id,
        tracking_number
    from {{ source('ledger', 'tracking_numbers') }}
)

select
    ranked.complaint_id,
    numbers.tracking_number,
    ranked.version,
    ranked.channel,
    ranked.source_record_id,
    ranked.reported_at,
    ranked.decided_at,
    ranked.decision,
    ranked.reasons,
    ranked.missing,
    ranked.duplicate_of,
    coalesce(ranked.duplicate_of, ranked.complaint_id) as case_id,
    ranked.relapse_of,
    ranked.category_code,
    ranked.category_basis,
    ranked.category_probability,
    ranked.skpd_code,
    ranked.routing_basis,
    ranked.skpd_probability,
    ranked.needs_verification,
    ranked.kelurahan_code,
    ranked.kecamatan_code,
    ranked.place_basis,
    ranked.place_method,
    ranked.place_confidence,
    ranked.has_photo,
    ranked.is_synthetic
from ranked
left join numbers on ranked.complaint_id = numbers.complaint_id
where ranked.recency = 1
