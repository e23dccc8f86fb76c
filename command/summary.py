"""The tables at the end of a run: what came in and what became of it, and the state of the cameras.

Belongs here: reading the figures and laying them out. Does not belong here: computing them (dbt's marts).
"""

from psycopg import Connection
from rich.console import Console
from rich.table import Table

OUTCOMES = ("received", "accepted", "returned", "rejected", "set_aside", "quarantined", "pending")


def intake_table(connection: Connection) -> Table:
    """Received = accepted + returned + rejected + set aside + quarantined, per channel."""
    table = Table(title="Complaints, all batches", title_justify="left")
    table.add_column("channel", no_wrap=True)
    for outcome in OUTCOMES:
        table.add_column(outcome.replace("_", " "), justify="right")
    counts = connection.execute(
        "select channel, received, accepted, returned, rejected, set_aside, quarantined, pending"
        " from marts.mart_intake_by_channel order by channel"
    ).fetchall()
    for channel, *figures in counts:
        table.add_row(channel, *(f"{figure:,}" for figure in figures))
    if counts:
        table.add_section()
        table.add_row("all", *(f"{sum(column):,}" for column in list(zip(*counts, strict=True))[1:]))
    return table


def unread_table(connection: Connection) -> Table:
    """Folders of the landing folder that no adapter reads yet; what lies there stays there."""
    table = Table(title="Folders that no adapter reads yet", title_justify="left")
    table.add_column("folder", no_wrap=True)
    table.add_column("files left where they are", justify="right")
    for folder, files in connection.execute(
        "select folder, file_count from raw.landing_inventory where channel is null order by folder"
    ):
        table.add_row(folder, f"{files:,}")
    return table


def camera_table(connection: Connection) -> Table:
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


def print_summary(connection: Connection, console: Console) -> None:
    """All that a run has to say at its end."""
    console.print(intake_table(connection))
    unread = unread_table(connection)
    if unread.row_count:
        console.print(unread)
    console.print(camera_table(connection))
    if _is_mixed(connection):
        console.print(
            "[yellow]This database holds real and synthetic records: its figures are of neither city."
            " Give real data a JSC_HOME of their own.[/yellow]"
        )
