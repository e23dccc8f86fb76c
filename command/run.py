"""`jsc run`: the whole job once, and what it came to.

Belongs here: the verb and the tables at its end. Does not belong here: the job (orchestration/run).
"""

from pathlib import Path
from typing import Annotated

import typer
from psycopg import Connection
from rich.table import Table

from assets.settings import Settings
from command.terminal import console, in_words, warn
from database.disk import require_room, told_of_room

OUTCOMES = ("received", "accepted", "returned", "rejected", "set_aside", "quarantined", "pending")


def run(
    landing: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Folder with one folder of files per channel. Default: JSC_LANDING, else the synthetic sample city.",
        ),
    ] = None,
    cameras: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Folder with one folder of snapshots per camera; may be given again. Default: JSC_CAMERAS, else the"
            " sample city's.",
        ),
    ] = None,
) -> None:
    """Run the whole job once: intake, triage, sweep, marts, forecast and the weekly congestion report.

    Safe to repeat: what was read is not read again, and a run that was killed is taken up by the next.
    Exit code 1 when a step or a gate failed; what readers see then, its end says.
    """
    import psycopg
    from dagster._core.errors import DagsterExecutionInterruptedError

    from orchestration.readers import what_readers_see
    from orchestration.run import ensure_sample_city, prepare, run_city

    settings = Settings()
    with in_words(), told_of_room(settings.data):
        url = prepare(settings)
        if landing is None and cameras is None and settings.landing is None:
            ensure_sample_city(settings, _tell_step)
        try:
            outcome = run_city(landing, cameras, lambda line: console.print(line, style="dim"))
        except (KeyboardInterrupt, DagsterExecutionInterruptedError) as stopped:
            warn(
                "Stopped.",
                f" Readers see {what_readers_see(url, settings.reports)}. What was taken in stays; go on with: jsc run",
            )
            raise typer.Exit(130) from stopped
    if not outcome.succeeded:
        warn(
            f"The run {outcome.run_id} failed.",
            f" Readers see {what_readers_see(url, settings.reports)}. See it with: jsc ui",
        )
        with in_words():
            require_room(settings.data)
        raise typer.Exit(1)
    with psycopg.connect(url) as connection:
        _print_summary(connection)
    for gate in outcome.red:
        warn(f"Red: {gate}.", " What it guards waits; everything else went on.")
    newest = settings.reports / "weekly_jam_forecast.html"
    console.print(f"Report: {newest}, and beside it as PDF, XLSX and CSV")
    if outcome.red:
        raise typer.Exit(1)


def _tell_step(name: str, done: int, total: int) -> None:
    console.print(f"  sample city: {name} {done}/{total}", style="dim")


def _intake_table(connection: Connection) -> Table:
    """Received = accepted + returned + rejected + set aside + quarantined, per channel."""
    table = Table(title="Complaints, all batches", title_justify="left")
    table.add_column("channel", no_wrap=True)
    for outcome in OUTCOMES:
        table.add_column(outcome.replace("_", " "), justify="right")
    counts = connection.execute(
        "select channel, received, accepted_records, returned_records, rejected_records, set_aside, quarantined,"
        " pending from marts.mart_intake_by_channel order by channel"
    ).fetchall()
    for channel, *figures in counts:
        table.add_row(channel, *(f"{figure:,}" for figure in figures))
    if counts:
        table.add_section()
        table.add_row("all", *(f"{sum(column):,}" for column in list(zip(*counts, strict=True))[1:]))
    return table


def _aside_table(connection: Connection) -> Table:
    """Records that are no complaint of their own, by the reason and by the vendor's name of a notice."""
    table = Table(title="Set aside, all batches", title_justify="left")
    for column in ("channel", "reason", "notice"):
        table.add_column(column, no_wrap=True)
    table.add_column("records", justify="right")
    for channel, reason, notice, count in connection.execute(
        "select channel, reason, coalesce(detail, ''), count(*) from ledger.set_aside group by 1, 2, 3 order by 1, 2, 3"
    ):
        table.add_row(channel, reason.replace("_", " "), notice, f"{count:,}")
    return table


def _unread_table(connection: Connection) -> Table:
    """Folders of the landing folder that no adapter reads yet; what lies there stays there."""
    table = Table(title="Folders that no adapter reads yet", title_justify="left")
    table.add_column("folder", no_wrap=True)
    table.add_column("files left where they are", justify="right")
    for folder, files in connection.execute(
        "select folder, file_count from raw.landing_inventory where channel is null order by folder"
    ):
        table.add_row(folder, f"{files:,}")
    return table


def _camera_table(connection: Connection) -> Table:
    """Observations per camera and status of the newest sweep of files; outside the registry means: of no area."""
    rows: dict[tuple[str, str], dict[str, int]] = {}
    for camera, area, status, count in connection.execute(
        """
        select observations.camera_id, coalesce(cameras.kelurahan_code, 'outside the registry'), status, count(*)
        from raw.camera_observations as observations
        left join raw.cameras using (camera_id)
        where
            time_basis is null
            and swept_at = (select max(swept_at) from raw.camera_observations where time_basis is null)
        group by 1, 2, 3
        order by 1
        """
    ):
        rows.setdefault((camera, area), {})[status] = count
    statuses = sorted({status for figures in rows.values() for status in figures})
    table = Table(title="Cameras, newest sweep, frames and empty slots", title_justify="left")
    table.add_column("camera", no_wrap=True)
    table.add_column("area", no_wrap=True)
    for status in statuses:
        table.add_column(status.replace("_", " "), justify="right")
    for (camera, area), figures in rows.items():
        table.add_row(camera, area, *(f"{figures.get(status, 0):,}" for status in statuses))
    return table


def _is_mixed(connection: Connection) -> bool:
    """Whether real and synthetic records lie in one ledger."""
    [(mixed,)] = connection.execute(
        "select count(distinct is_synthetic) > 1 from (select is_synthetic from raw.inbox group by 1) as inbox"
    ).fetchall()
    return bool(mixed)


def _print_summary(connection: Connection) -> None:
    """All that a run has to say at its end."""
    console.print(_intake_table(connection))
    aside = _aside_table(connection)
    if aside.row_count:
        console.print(aside)
    unread = _unread_table(connection)
    if unread.row_count:
        console.print(unread)
    console.print(_camera_table(connection))
    if _is_mixed(connection):
        console.print(
            "This database holds real and synthetic records: its figures are of neither city."
            " Give real data a JSC_HOME of their own.",
            style="yellow",
        )
