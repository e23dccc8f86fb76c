{{ config(
    materialized='incremental',
    unique_key='case_id',
    pre_hook=[keep_touched(cases_with_new_spans()), delete_touched('case_id')],
    indexes=[{'columns': ['returned_date_wib']}, {'columns': ['as_of']}],
) }}

with spans as (
    select
        *,
        lag(holder_code) over each_span as from_holder_code,
        count(*) filter (where ended_by in ('resolved', 'rejected')) over spans_before as closings_before,
        count(*) filter (where not is_verification) over spans_before as workers_before
    from {{ ref('fct_holder_spans') }}
    where {{ is_touched('case_id') }}
    window
        each_span as (partition by case_id order by span_number),
        spans_before as (
            partition by case_id order by span_number rows between unbounded preceding and 1 preceding
        )
),

-- Who verifies gets every case again, which is no return.
workers as (
    select
        spans.*,
        lag(spans.span_number) over of_one_holder as earlier_span_number,
        lag(spans.held_to) over of_one_holder as left_at,
        spans.closings_before - lag(spans.closings_before) over of_one_holder as closings_between,
        spans.workers_before - lag(spans.workers_before) over of_one_holder - 1 as workers_between
    from spans
    where not spans.is_verification
    window of_one_holder as (partition by spans.case_id, spans.holder_code order by spans.span_number)
)

select
    workers.case_id,
    workers.span_number,
    workers.earlier_span_number,
    workers.holder_code,
    workers.holder_kelurahan_code,
    workers.from_holder_code,
    case
        when workers.closings_between > 0 then 'reopened'
        when workers.workers_between = 0 then 'verification'
        else 'handed_back'
    end as way,
    workers.left_at,
    workers.held_from as returned_at,
    {{ wib_date('workers.held_from') }} as returned_date_wib,
    {{ hours_between('workers.left_at', 'workers.held_from') }} as hours_away,
    cases.category_code,
    cases.kelurahan_code,
    cases.kecamatan_code,
    workers.is_synthetic,
    {{ as_of() }} as as_of
from workers
inner join {{ ref('fct_complaints') }} as cases on workers.case_id = cases.complaint_id
where workers.earlier_span_number < workers.span_number - 1
