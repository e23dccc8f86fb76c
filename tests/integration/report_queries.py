"""What the report's tables have to show, asked of the database itself.

Belongs here: those questions. Does not belong here: reading the report back (report_page.py).
"""

BESIDE = """
    select area_code, count(*) filter (where is_jam), count(jam_index), sum(tickets),
        coalesce(sum(tickets) filter (where is_jam), 0), sum(parking_tickets), sum(odd_even_tickets),
        sum(parking_complaints), sum(traffic_complaints), max(odd_even_roads)
    from marts.mart_area_hours
    where hour_date_wib > (select max(hour_date_wib) - 28 from marts.mart_area_hours where jam_index is not null)
    group by area_code
"""
UNPLACED = """
    select count(*), count(*) filter (where matter = 'parking'), count(*) filter (where matter = 'odd_even')
    from marts.fct_tickets
    where kecamatan_code is null
        and occurred_date_wib <= (select max(hour_date_wib) from marts.mart_area_hours where jam_index is not null)
        and occurred_date_wib > (select max(hour_date_wib) - 28 from marts.mart_area_hours where jam_index is not null)
"""
COVERAGE = """
    select area_code, count(*) filter (where basis = 'camera'), count(*) filter (where basis = 'history'),
        count(*) filter (where basis = 'none')
    from marts.fct_area_hours
    where hour_date_wib > (select max(hour_date_wib) - 28 from marts.mart_area_hours where jam_index is not null)
    group by area_code
"""
ACCURACY = """
    select area_code, count(*), avg(absolute_error), avg(absolute_error_four_week_median), avg(absolute_error_last_week)
    from marts.fct_forecast_accuracy
    where jam_index_measured is not null
        and week_start = (
            select max(week_start) from marts.fct_forecast_accuracy
            where jam_index_measured is not null and week_start < %s
        )
    group by area_code
"""
WORST = """
    with areas as (
        select area_code, sum(extract(epoch from window_end - window_start) / 3600)::integer as jam_hours
        from forecast.jam_windows where week_start = %(week)s
        group by area_code
    ),
    expected as (
        select area_code, sum(jam_probability) as jam_hours from forecast.jam_hours where week_start = %(week)s
        group by area_code
    ),
    worst as (
        select distinct on (area_code) area_code, window_start, window_end, jam_probability, peak_jam_index
        from forecast.jam_windows where week_start = %(week)s
        order by area_code, expected_jam_hours desc, peak_jam_index desc, window_start
    )
    select area_code, areas.jam_hours, expected.jam_hours, window_start, window_end, jam_probability, peak_jam_index
    from areas inner join expected using (area_code) inner join worst using (area_code)
    order by areas.jam_hours desc, expected.jam_hours desc, area_code
    limit 10
"""
INTAKE = """
    select channel_name, sum(days.received), sum(days.accepted_records), sum(days.returned_records),
        sum(days.rejected_records), sum(days.set_aside), sum(days.quarantined), sum(days.pending)
    from marts.mart_channel_daily as days inner join marts.dim_channels on channel_code = days.channel
    where received_date_wib between %(first)s and %(last)s
    group by channel_name
"""
