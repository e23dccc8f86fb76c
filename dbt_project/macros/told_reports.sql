{#- Reports that others may be told of by their number alone.
    Belongs here: how many reports name a case. Does not belong here: what a number shows (front.track). -#}

{#- Accepted reports whose newest version names the case of the column `case_id` in the column `link`; a confidential one
    is in no count. Read for one case at a time. -#}
{% macro count_of_reports_naming(case_id, link) -%}
    select count(*)::integer
    from (
        select distinct on (versions.complaint_id)
            versions.{{ link }} as named_id,
            versions.decision,
            versions.visibility
        from {{ ref('stg_complaints') }} as versions
        where
            versions.complaint_id in (
                select reports.complaint_id
                from {{ ref('stg_complaints') }} as reports
                where reports.{{ link }} = {{ case_id }}
            )
        order by versions.complaint_id asc, versions.version desc
    ) as newest_ones
    where
        newest_ones.named_id = {{ case_id }}
        and newest_ones.decision = 'accepted'
        and newest_ones.visibility <> 'confidential'
{%- endmacro %}
