select
    category_code,
    category_name,
    pillar_code,
    skpd_code,
    {{ as_of() }} as as_of
from {{ ref('categories') }}
