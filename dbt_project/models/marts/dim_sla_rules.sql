select
    rule_code,
    stage,
    scope,
    limit_hours,
    clock,
    valid_from,
    valid_to,
    {{ wib_date(as_of()) }} <@ daterange(valid_from, valid_to) as is_in_force,
    legal_basis,
    {{ as_of() }} as as_of
from {{ ref('sla_rules') }}
