"""Dagster assets of the reports: the page that planners read.

Belongs here: reading, one call, writing. Does not belong here: how the page looks (render, templates).
"""

import dagster as dg

from orchestration.resources import City, Database


@dg.asset(group_name="reports", owners=["team:mobility"], deps=["core_cctv__jam_forecast", "mart_intake_by_channel"])
def out_reports__weekly_jam_forecast(database: Database, city: City) -> dg.MaterializeResult:
    """The weekly congestion report: one self-contained HTML page in Indonesian."""
    from assets.reports.publish import publish
    from assets.reports.read import read_report
    from assets.reports.render import render_weekly_report

    with database.transaction() as connection:
        report = read_report(connection, city.now())
    path = publish(city.reports_folder(), report.week_start, render_weekly_report(report))
    return dg.MaterializeResult(metadata={"report": dg.MetadataValue.path(path), "synthetic": report.is_synthetic})
