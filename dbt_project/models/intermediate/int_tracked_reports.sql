{{ config(materialized='view') }}

-- Read for one number at a time: each lateral is a few entries of an index, whatever the history.
select
    numbers.tracking_number,
    newest.complaint_id,
    newest.case_id,
    case_numbers.tracking_number as case_number,
    channels.channel_name,
    -- No more than its case, which may be another report's; what was hidden or taken back is nobody else's.
    case
        when 'confidential' in (newest.visibility, held.visibility) then 'confidential'
        when 'private' in (newest.visibility, held.visibility) or notices.is_withdrawn then 'private'
        else newest.visibility
    end as visibility,
    newest.reported_at,
    newest.decided_at,
    newest.decision,
    newest.reasons,
    newest.missing,
    newest.duplicate_of is not null as is_duplicate,
    (newest.relapse_of is not null)
    or (held.relapse_of is not null) as is_relapse,
    earlier_numbers.tracking_number as relapse_of_number,
    held.skpd_code as first_holder_code,
    first_holders.skpd_name as first_holder_name,
    held.kelurahan_code,
    kelurahan.kelurahan_name,
    held.kecamatan_code,
    kecamatan.kecamatan_name,
    categories.category_name,
    1 + joined.reports as reports,
    later.relapses,
    coalesce(
        built.resolve_due_at,
        held.reported_at + make_interval(hours => rules.limit_hours)
    ) as resolve_due_at,
    rules.limit_hours,
    rules.clock as limit_clock,
    rules.legal_basis as limit_basis,
    coalesce(built.is_heavy_work, false) as is_heavy_work,
    newest.is_synthetic
from {{ ref('stg_tracking_numbers') }} as numbers
cross join
    lateral (
        select complaints.*
        from {{ ref('stg_complaints') }} as complaints
        where complaints.complaint_id = numbers.complaint_id
        order by complaints.version desc
        limit 1
    ) as newest
cross join
    lateral (
        select complaints.*
        from {{ ref('stg_complaints') }} as complaints
        where complaints.complaint_id = newest.case_id
        order by complaints.version desc
        limit 1
    ) as held
cross join
    lateral (
        select coalesce(bool_or(notice.reason <> 'unhidden'), false) as is_withdrawn
        from (values (newest.complaint_id), (newest.case_id)) as shown (complaint_id)
        cross join
            lateral (
                select set_aside.reason
                from {{ source('ledger', 'set_aside') }} as set_aside
                where
                    set_aside.complaint_id = shown.complaint_id
                    and set_aside.reason in ('hidden', 'unhidden', 'removed')
                order by set_aside.occurred_at desc, set_aside.inbox_id desc
                limit 1
            ) as notice
    ) as notices
cross join
    lateral ({{ count_of_reports_naming('newest.case_id', 'duplicate_of') }}) as joined (reports)
cross join
    lateral ({{ count_of_reports_naming('newest.case_id', 'relapse_of') }}) as later (relapses)
left join {{ ref('stg_tracking_numbers') }} as case_numbers on newest.case_id = case_numbers.complaint_id
left join {{ ref('stg_tracking_numbers') }} as earlier_numbers
    on coalesce(newest.relapse_of, held.relapse_of) = earlier_numbers.complaint_id
left join {{ ref('fct_complaints') }} as built on newest.case_id = built.complaint_id
left join {{ ref('skpd') }} as first_holders on held.skpd_code = first_holders.skpd_code
left join {{ ref('channels') }} as channels on newest.channel = channels.channel_code
left join {{ ref('categories') }} as categories on held.category_code = categories.category_code
left join {{ ref('kelurahan') }} as kelurahan on held.kelurahan_code = kelurahan.kelurahan_code
left join {{ ref('kecamatan') }} as kecamatan on held.kecamatan_code = kecamatan.kecamatan_code
left join {{ ref('sla_rules') }} as rules
    on
        rules.stage = 'resolve'
        and rules.scope = 'any'
        and {{ wib_date('held.reported_at') }} <@ daterange(rules.valid_from, rules.valid_to)
