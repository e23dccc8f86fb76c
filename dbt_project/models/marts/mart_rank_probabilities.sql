with rules as (
    select value::integer as draws from {{ ref('ranking_rules') }}
    where rule_code = 'draws'
),

draws as (
    select
        scores.unit_kind,
        scores.unit_code,
        scores.is_synthetic,
        number,
        -- Box and Muller's normal draw.
        scores.score
        + scores.score_error
        * sqrt(-2 * ln({{ uniform("scores.unit_code || ' ' || number", 1) }}))
        * cos(2 * pi() * {{ uniform("scores.unit_code || ' ' || number", 2) }}) as score
    from {{ ref('int_unit_scores') }} as scores
    cross join rules
    cross join generate_series(1, rules.draws) as number
    where scores.is_ranked
),

placed as (
    select
        unit_kind,
        unit_code,
        is_synthetic,
        (rank() over (partition by unit_kind, number order by score desc))::integer as rank
    from draws
)

select
    unit_kind,
    unit_code,
    rank,
    count(*)::double precision / sum(count(*)) over (partition by unit_kind, unit_code) as probability,
    is_synthetic,
    {{ as_of() }} as as_of
from placed
group by unit_kind, unit_code, rank, is_synthetic
