"""What each feature and measure of the forecast means, in SQL: written from the definitions, by clock times.

Belongs here: queries over the tables that test_forecast_oracle.py fills. Does not belong here: comparing.
"""

# %(cutoff)s is the last known hour. One row per area and step, a column of each feature's name.
FEATURES_SQL = """
with cut as (select %(cutoff)s::timestamp as cutoff, min(at) as start from panel),
known as (select area, at, value, rain from panel cross join cut where at <= cutoff),
targets as (
    select area, step, cutoff + step * interval '1 hour' as target
    from (select distinct area from panel) as areas cross join cut cross join generate_series(1, 168) as step
),
all_lags as (
    select targets.area, step, week, target - week * interval '7 days' as at, value, rain
    from targets cross join generate_series(1, 8) as week
    left join known on known.area = targets.area and known.at = target - week * interval '7 days'
),
lags as (select * from all_lags where week <= 4),
older as (
    select targets.area, step, percentile_cont(0.5) within group (order by value) as older
    from targets cross join generate_series(1, 52) as week
    left join known on known.area = targets.area and known.at = target - week * interval '7 days'
    group by targets.area, step
),
own_levels as (
    select area, coalesce(avg(magnitude), (select avg(abs(older)) from older where older.area = hours.area)) as level
    from (select area, extract(hour from at), avg(abs(value)) as magnitude from lags group by 1, 2) as hours
    group by area
),
levels as (
    select area, greatest(coalesce(level, typical), 0.05 * typical) as level
    from own_levels cross join
        (select percentile_cont(0.5) within group (order by level) as typical from own_levels) as city
),
medians as (
    select area, step,
        percentile_cont(0.5) within group (order by value) as median,
        percentile_cont(0.5) within group (order by value) filter (
            where not exists (select from free_days where day = at::date)
        ) as quiet
    from lags group by area, step
),
pooled as (
    select step, percentile_cont(0.5) within group (order by median / level) as share
    from medians inner join levels using (area) group by step
),
of_hour as (
    select area, extract(hour from at) as hour, percentile_cont(0.5) within group (order by value) as median
    from lags group by 1, 2
),
profiles as (
    select targets.area, step, target, level,
        coalesce(medians.median, share * level, older, of_hour.median, level) as profile, quiet
    from targets
    inner join medians using (area, step)
    inner join levels using (area)
    inner join pooled using (step)
    inner join older using (area, step)
    inner join of_hour on of_hour.area = targets.area and of_hour.hour = extract(hour from target)
),
bases as (select area, step, target, level, profile, coalesce(quiet, profile) as base from profiles),
long_medians as (
    select all_lags.area, all_lags.step,
        coalesce(
            percentile_cont(0.5) within group (order by value) filter (
                where not exists (select from free_days where day = at::date)
            ),
            max(base)
        ) as long_median
    from all_lags inner join bases using (area, step) group by 1, 2
),
long_lagged as (
    select area, step, avg(abs(value - long_median)) as long_spread, max(long_median) as long_median,
        max(value) filter (where week = 5) as lag_5, max(value) filter (where week = 6) as lag_6,
        max(value) filter (where week = 7) as lag_7, max(value) filter (where week = 8) as lag_8
    from all_lags inner join long_medians using (area, step) group by area, step
),
lagged as (
    select area, step,
        max(value) filter (where week = 1) as lag_1, max(value) filter (where week = 2) as lag_2,
        max(value) filter (where week = 3) as lag_3, max(value) filter (where week = 4) as lag_4,
        avg(abs(value - base)) as spread,
        count(*) filter (where is_free and week = 1) as lag_1_free, count(*) filter (where is_free) as free,
        avg(is_fasting::int) as fasting, avg(is_break::int) as school_break, avg(in_force::int) as in_force,
        max(rain) filter (where week = 1) as rain_1, avg(rain) as rain
    from lags inner join bases using (area, step)
    cross join lateral (select exists (select from free_days where day = at::date) as is_free) as free
    cross join lateral (
        select exists (
            select from free_days where name = 'Eid al-Fitr' and at::date between day - 30 and day - 1
        ) as is_fasting
    ) as fast
    cross join lateral (
        select exists (select from school_breaks where at::date between first and last) as is_break
    ) as school
    cross join lateral (
        select not is_free and exists (
            select from odd_even
            where extract(isodow from at) between first_day and last_day
                and extract(hour from at) >= from_hour and extract(hour from at) < to_hour
                and at::date between valid_from and coalesce(valid_to, 'infinity')
        ) as in_force
    ) as rule
    group by area, step
),
passed as (
    select name, day, area, hour, known.value,
        (
            select percentile_cont(0.5) within group (order by before.value)
            from known as before cross join generate_series(1, 4) as week
            where before.area = areas.area and before.at = day + hour * interval '1 hour' - week * interval '7 days'
        ) as usual
    from free_days cross join cut cross join (select distinct area from panel) as areas
    cross join generate_series(0, 23) as hour
    left join known using (area)
    where known.at = day + hour * interval '1 hour'
        and day + interval '23 hours' <= cutoff and day >= start + interval '7 days'
),
own_shares as (
    select name, day, area,
        case
            when count(*) >= 12 and sum(usual) > 0 then sum(value) / sum(usual)
        end as share
    from passed where value is not null and usual is not null
    group by name, day, area
),
shares as (
    select name, day, areas.area, coalesce(own.share, city.share) as share
    from (select distinct area from panel) as areas
    cross join (
        select name, day, percentile_cont(0.5) within group (order by share) as share from own_shares group by 1, 2
    ) as city
    left join own_shares as own using (name, day, area)
)
select bases.area, bases.step,
    lag_1 / level as lag_1_weeks, lag_2 / level as lag_2_weeks, lag_3 / level as lag_3_weeks,
    lag_4 / level as lag_4_weeks,
    lag_5 / level as lag_5_weeks, lag_6 / level as lag_6_weeks, lag_7 / level as lag_7_weeks,
    lag_8 / level as lag_8_weeks,
    profile / level as four_week_median,
    long_median / level as eight_week_median,
    base / level as base,
    (select b.base / level from bases as b where b.area = bases.area and b.step = (bases.step + 166) %% 168 + 1)
        as base_hour_before,
    (select b.base / level from bases as b where b.area = bases.area and b.step = bases.step %% 168 + 1)
        as base_hour_after,
    spread / level as four_week_spread,
    long_spread / level as eight_week_spread,
    (
        select (b.base - bases.base) / level from bases as b
        where b.area = bases.area and extract(isodow from b.target) = 7
            and extract(hour from b.target) = extract(hour from bases.target)
    ) as sunday_minus_base,
    extract(hour from target) as hour,
    extract(isodow from target) - 1 as day_of_week,
    (extract(isodow from target) - 1) * 24 + extract(hour from target) as hour_of_week,
    exists (select from free_days where day = target::date)::int as is_holiday,
    least(3, (select min(target::date - day) from free_days where day <= target::date)) as days_since_holiday,
    least(3, (select min(day - target::date) from free_days where day >= target::date)) as days_to_holiday,
    exists (
        select from free_days where name = 'Eid al-Fitr' and target::date between day - 30 and day - 1
    )::int as is_fasting,
    exists (select from school_breaks where target::date between first and last)::int as is_school_break,
    lag_1_free as lag_1_is_holiday, free as lag_holidays, fasting as lag_fasting, school_break as lag_school_break,
    (
        select share from shares inner join free_days as today using (name)
        where shares.area = bases.area and today.day = target::date order by shares.day desc limit 1
    ) as last_holiday_share,
    roads * (
        not exists (select from free_days where day = target::date) and exists (
            select from odd_even
            where extract(isodow from target) between first_day and last_day
                and extract(hour from target) >= from_hour and extract(hour from target) < to_hour
                and target::date between valid_from and coalesce(valid_to, 'infinity')
        )
    )::int as odd_even_roads,
    roads * in_force as lag_odd_even_roads,
    rain_1 as rain_lag_1_week, rain as rain_lags
from bases
inner join lagged using (area, step)
inner join long_lagged using (area, step)
inner join roads using (area)
order by bases.area, bases.step
"""

# {forecast} is the column of judged that is measured. One row, a column of each measure's name.
MEASURES_SQL = """
with seen as (
    select *, {forecast} as forecast, actual > jam_threshold as is_jam, {forecast} > jam_threshold as is_called,
        case when %(is_model)s then jam_probability else ({forecast} > jam_threshold)::int end as probability
    from judged where actual is not null
),
days as (
    select count(*) filter (where is_jam and is_called)::float8 / count(*) as share
    from seen where is_jam or is_called group by area, at::date
),
losses as (
    select avg(case when actual > quantile then share * (actual - quantile)
        else (1 - share) * (quantile - actual) end) as loss
    from seen cross join lateral (values (0.1, p10), (0.5, model), (0.9, p90)) as quantiles (share, quantile)
)
select
    avg(abs(actual - forecast)) as mae,
    avg(abs(actual - forecast) / naive_scale) as mase,
    sum(abs(actual - forecast)) / sum(abs(actual)) as wape,
    2.0 * count(*) filter (where is_jam and is_called)
        / (count(*) filter (where is_jam) + count(*) filter (where is_called)) as jam_f1,
    case when %(is_model)s then (select loss from losses) end as quantile_loss,
    case when %(is_model)s then avg((actual between p10 and p90)::int) end as coverage,
    avg((probability - is_jam::int) ^ 2) as brier,
    (select avg(share) from days) as jam_overlap
from seen
"""

# One row per window and area: what the data before the window say.
TRAINING_SQL = """
with windows as (select judged_window, min(at) as begins from judged group by judged_window)
select judged_window, today.area,
    percentile_cont(0.85) within group (order by today.value) as jam_threshold,
    avg(abs(today.value - before.value)) as naive_scale
from windows
inner join panel as today on today.at < begins
left join panel as before on before.area = today.area and before.at = today.at - interval '7 days'
group by judged_window, today.area
order by judged_window, today.area
"""
