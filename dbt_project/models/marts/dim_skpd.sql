select
    skpd_code,
    skpd_name,
    parent_skpd_code,
    receiving_class,
    {{ as_of() }} as as_of
from {{ ref('skpd') }}
