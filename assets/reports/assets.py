"""Dagster assets of the reports: what planners read, and its mail.

Belongs here: reading, one call, writing. Does not belong here: how the report looks (render, templates).
"""

from datetime import timedelta

import dagster as dg

from assets.clock import city_zone
from assets.freshness import WEEK_AHEAD_DUE
from assets.resources import City, Database


@dg.asset(
    pool="out_reports__weekly_congestion_report",
    group_name="reports",
    owners=["team:mobility"],
    freshness_policy=dg.FreshnessPolicy.cron(WEEK_AHEAD_DUE, timedelta(days=1), city_zone().key),
    deps=[
        "core_traffic__jam_forecast",
        "dim_areas",
        "fct_forecast_accuracy",
        "fct_complaints",
        "fct_tickets",
        "mart_channel_daily",
        "mart_intake_by_channel",
        "mart_area_hours",
        "mart_camera_health",
    ],
)
def out_reports__weekly_congestion_report(database: Database, city: City) -> dg.MaterializeResult:
    """The weekly congestion report: page, PDF, workbook, mail and tables, in the archive."""
    from assets.reference import load_reference
    from assets.reports.issue import issue

    reference = load_reference(city.seeds())
    boundaries = city.boundaries(reference)
    with database.transaction() as connection:
        report, files = issue(
            connection,
            city.reports_folder(),
            city.now(),
            reference,
            boundaries,
            city.report_languages(),
            city.city_lists(reference),
        )
    return dg.MaterializeResult(
        metadata={
            "files": [str(file) for file in files],
            "bytes": sum(file.stat().st_size for file in files),
            "synthetic": report.is_synthetic,
        }
    )


@dg.asset(
    pool="out_reports__weekly_congestion_mail",
    group_name="mail",
    owners=["team:mobility"],
    deps=[out_reports__weekly_congestion_report],
)
def out_reports__weekly_congestion_mail(database: Database, city: City) -> dg.MaterializeResult:
    """The newest report's PDF to its readers, each once a week; a dry run unless JSC_REPORT_SEND is true."""
    from assets.messages.smtp import SmtpSettings
    from assets.reports.archive import newest
    from assets.reports.sending import Delivery, send_report
    from assets.settings import Settings

    reports = newest(city.reports_folder(), city.report_languages())
    outcomes = send_report(database.transaction, reports, Delivery.of(Settings()), SmtpSettings(), city.now())
    return dg.MaterializeResult(metadata={state.value: count for state, count in outcomes.items()})
