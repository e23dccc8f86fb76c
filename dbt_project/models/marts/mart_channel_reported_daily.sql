{#- Days written again: those on which a complaint that was written was reported. -#}
{% set touched %}{% raw %}
    select distinct reported_date_wib from {{ ref('fct_complaints') }} where {{ was_written_since() }}
{% endraw %}{% endset %}

{{ config(
    materialized='incremental',
    unique_key='reported_date_wib',
    pre_hook=keep_touched(touched),
    indexes=[{'columns': ['as_of']}],
) }}

select
    channel,
    reported_date_wib,
    count(*)::integer as complaints,
    (count(*) filter (where decision = 'accepted'))::integer as accepted,
    (count(*) filter (where decision = 'returned'))::integer as returned,
    (count(*) filter (where decision = 'rejected'))::integer as rejected,
    (count(*) filter (where decision = 'accepted' and duplicate_of is null))::integer as cases,
    (count(*) filter (where decision = 'accepted' and duplicate_of is not null))::integer as duplicates,
    (count(*) filter (where relapse_of is not null))::integer as relapses,
    bool_or(is_synthetic) as is_synthetic,
    {{ as_of() }} as as_of
from {{ ref('fct_complaints') }}
where {{ is_touched('reported_date_wib') }}
group by channel, reported_date_wib
