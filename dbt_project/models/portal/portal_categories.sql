{{ config(materialized='view', alias='categories') }}

with synonyms as (
    select
        category_code,
        string_agg(distinct category_name, ', ' order by category_name) as keywords
    from {{ ref('category_synonyms') }}
    where category_name not like '%,%'
    group by category_code
)

select
    categories.category_code,
    categories.category_name,
    pillars.pillar_name_id,
    skpd.skpd_name as agency_name,
    synonyms.keywords
from {{ ref('categories') }} as categories
inner join {{ ref('pillars') }} as pillars on categories.pillar_code = pillars.pillar_code
inner join {{ ref('skpd') }} as skpd on categories.skpd_code = skpd.skpd_code
left join synonyms on categories.category_code = synonyms.category_code
where categories.visibility = 'public'
