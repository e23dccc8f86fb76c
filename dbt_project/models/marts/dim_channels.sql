select
    channel_code,
    channel_name,
    channel_kind,
    valid_from,
    valid_to,
    {{ as_of() }} as as_of
from {{ ref('channels') }}
