select
    level_code,
    level_name_id as level_name,
    jam_index_from,
    jam_index_to,
    {{ as_of() }} as as_of
from {{ ref('traffic_levels') }}
