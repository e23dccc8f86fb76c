"""`jsc report`: the weekly congestion report, its archive and its mail.

Belongs here: the verbs and their tables. Does not belong here: the work (assets/reports).
"""

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.table import Table

from assets.settings import Settings
from command.terminal import address, console, warn

if TYPE_CHECKING:
    from assets.reports.sending import Sending

app = typer.Typer(no_args_is_help=True, help="The weekly congestion report: make it, list the archive, send it.")


@app.command()
def make(
    language: Annotated[
        Literal["id", "en"] | None, typer.Option(help="Language. Default: those of JSC_REPORT_LANGUAGES.")
    ] = None,
) -> None:
    """Write the coming week's report from the database: page, PDF, workbook, mail, and two tables as CSV."""
    from assets.reference import load_reference
    from assets.reports.issue import issue
    from assets.resources import City, Database

    address()
    city = City()
    reference = load_reference(city.seeds())
    languages = [language] if language else city.report_languages()
    with Database().transaction() as connection:
        _, files = issue(
            connection,
            city.reports_folder(),
            city.now(),
            reference,
            city.boundaries(reference),
            languages,
            city.city_lists(reference),
        )
    for file in files:
        console.print(f"{file} ({file.stat().st_size / 1000:,.0f} kB)")


@app.command("list")
def list_reports() -> None:
    """Show the archive: week, language, files, size, what was published, and what became of the mail."""
    import psycopg

    from assets.reports.archive import archived, week_name
    from assets.reports.sending import sendings

    with psycopg.connect(address()) as connection:
        published: dict[date, str] = dict(
            connection.execute("select week_start, published_as from forecast.runs").fetchall()
        )
        sent = sendings(connection)
    table = Table()
    for column in ("week", "language", "files", "kB", "forecast", "mail"):
        table.add_column(column, justify="right" if column == "kB" else "left", overflow="fold")
    for report in archived(Settings().reports):
        endings = sorted({file.suffix.removeprefix(".") for file in report.files})
        table.add_row(
            week_name(report.week_start),
            report.language,
            " ".join(endings),
            f"{report.size / 1000:,.0f}",
            published.get(report.week_start, "none").replace("_", " "),
            _count_by_state(sent.get(report.week_start)) or "not sent",
        )
    console.print(table)


def _count_by_state(states: "Counter[Sending] | None") -> str:
    return ", ".join(f"{state.value.replace('_', ' ')} {count:,}" for state, count in (states or {}).items())


@app.command()
def send(
    week: Annotated[str | None, typer.Option(help="ISO week, such as 2026-W48. Default: the newest.")] = None,
) -> None:
    """Send a week's PDF to JSC_REPORT_RECIPIENTS, to each once; a dry run unless JSC_REPORT_SEND is true."""
    from assets.messages.smtp import SmtpSettings
    from assets.reports.archive import NoReportError, newest, week_of
    from assets.reports.sending import Delivery, send_report
    from assets.resources import City, Database

    address()
    city = City()
    delivery = Delivery.of(Settings())
    try:
        reports = newest(city.reports_folder(), city.report_languages(), week_of(week) if week else None)
        outcomes = send_report(Database().transaction, reports, delivery, SmtpSettings(), city.now())
    except NoReportError as error:
        warn(str(error))
        raise typer.Exit(1) from error
    if delivery.is_dry:
        console.print("A dry run: nothing was sent. Set JSC_REPORT_SEND=true to send.")
    already = len(delivery.recipients) - outcomes.total()
    console.print(
        f"{len(delivery.recipients):,} recipients; {_count_by_state(outcomes) or 'nothing to do'}; had it: {already:,}"
    )
