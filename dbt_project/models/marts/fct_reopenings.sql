{{ config(
    materialized='incremental',
    unique_key='case_id',
    pre_hook=[keep_touched(cases_with_new_spans()), delete_touched('case_id')],
    indexes=[{'columns': ['reopened_date_wib']}, {'columns': ['as_of']}],
) }}

with spans as (
    select
        case_id,
        holder_code,
        held_to as closed_at,
        ended_by,
        lead(holder_code) over next_span as next_holder_code,
        lead(held_from) over next_span as reopened_at
    from {{ ref('fct_holder_spans') }}
    where {{ is_touched('case_id') }}
    window next_span as (partition by case_id order by span_number)
)

select
    spans.case_id,
    (row_number() over (partition by spans.case_id order by spans.reopened_at))::integer as reopening_number,
    spans.ended_by as closed_as,
    spans.closed_at,
    spans.holder_code as closing_holder_code,
    spans.reopened_at,
    {{ wib_date('spans.reopened_at') }} as reopened_date_wib,
    spans.next_holder_code as holder_code,
    {{ hours_between('spans.closed_at', 'spans.reopened_at') }} as hours_closed,
    cases.category_code,
    cases.kelurahan_code,
    cases.kecamatan_code,
    cases.status_set <> 'closed' as is_open,
    cases.is_synthetic,
    {{ as_of() }} as as_of
from spans
inner join {{ ref('fct_complaints') }} as cases on spans.case_id = cases.complaint_id
where spans.ended_by in ('resolved', 'rejected') and spans.reopened_at is not null
