select
    status_code,
    status_name,
    status_set,
    colour,
    {{ as_of() }} as as_of
from {{ ref('case_statuses') }}
